"""What becomes of a batch's background work when whom it was done for has been disabled."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb.models import Batch, BatchEntry
from kb.services.batch_deciding import REFUSED
from kb.services.batches import STOPPED, UNMADE, list_page_of, page_of
from kb.services.notices import notify
from kb.terms import BatchState, EntryOutcome, Role


def stop_reading(session: Session, batch: Batch, why: str, now: datetime) -> None:
    """Leave what waits in the batch to whoever of the unit goes on with it, and tell the unit.

    :param why: Chinese, without a full stop.
    """
    waits = select(BatchEntry.id).where(
        BatchEntry.batch_id == batch.id, BatchEntry.outcome == EntryOutcome.WAITING.value
    )
    if batch.state == BatchState.CLOSED or session.scalar(waits.limit(1)) is None:
        return  # nothing is left to go on with
    batch.state = BatchState.STOPPED.value
    notify(
        session,
        kind=STOPPED,
        title=f"批次“{batch.name}”停下了：{why}，请接手继续读取",
        path=page_of(batch),
        unit_id=batch.unit_id,
        key=f"{STOPPED}:{batch.id}:{now:%Y%m%d%H%M%S}",
        now=now,
    )


def take_back_orders(session: Session, batch: Batch, why: str, now: datetime) -> None:
    """Say beside everything still ordered why it was not made; somebody else may order it.

    The units whose entries were not made are told, and the editors, who may order any.

    :param why: Chinese, without a full stop.
    """
    ordered = (BatchEntry.batch_id == batch.id) & (BatchEntry.wanted != "")
    counts = select(BatchEntry.unit_id, func.count()).where(ordered).group_by(BatchEntry.unit_id)
    left = {row.unit_id: row[1] for row in session.execute(counts)}
    if not left:
        return
    session.execute(
        update(BatchEntry)
        .where(ordered)
        .values(wanted="", code=REFUSED, reason=f"{why}，没有生成；请再点一次生成草稿、送审或发布")
    )
    for unit_id in sorted(left):
        # A unit named in a row of somebody else's batch does not see that batch.
        is_own = unit_id == batch.unit_id
        what = "请再点一次生成草稿、送审或发布" if is_own else "请联系推送单位或知识管理员"
        _tell(session, batch, f"{why}，{left[unit_id]} 条没有生成，{what}", now, unit_id=unit_id)
    total = sum(left.values())
    _tell(session, batch, f"{why}，{total} 条没有生成，请与单位核对", now, role=Role.EDITOR)


def _tell(
    session: Session,
    batch: Batch,
    said: str,
    now: datetime,
    *,
    unit_id: int | None = None,
    role: Role | None = None,
) -> None:
    is_seen = role is not None or unit_id == batch.unit_id
    notify(
        session,
        kind=UNMADE,
        title=f"批次“{batch.name}”：{said}",
        path=page_of(batch) if is_seen else list_page_of(batch),
        unit_id=unit_id,
        role=role,
        key=f"{UNMADE}:{batch.id}:{unit_id or 'editors'}:{now:%Y%m%d%H%M%S}",
        now=now,
    )
