"""What becomes of a batch's background work when whom it was done for has been disabled."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.models import Batch, BatchEntry
from kb.services.batch_settling import REFUSED
from kb.services.batches import STOPPED, page_of
from kb.services.notices import notify
from kb.terms import BatchState, EntryOutcome


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


def take_back_orders(session: Session, batch: Batch, why: str) -> None:
    """Say beside everything still ordered why it was not made; somebody else may order it."""
    session.execute(
        update(BatchEntry)
        .where(BatchEntry.batch_id == batch.id, BatchEntry.wanted != "")
        .values(wanted="", code=REFUSED, reason=f"{why}，没有生成；请再点一次生成草稿、送审或发布")
    )
