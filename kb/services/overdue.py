"""超时未答: what a unit had to answer by now is told to it again, and to the editors."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import minute_text
from kb.models import Conflict, Correction, KnowledgeItem, Notice
from kb.services.conflict_answers import SIDES, item_of, must_change
from kb.services.notices import notify, resolve
from kb.terms import OPEN_CONFLICTS, ConflictState, CorrectionState, Role

CORRECTION_OVERDUE, CONFLICT_OVERDUE = "correction_overdue", "conflict_overdue"


def tell_overdue(session: Session, now: datetime) -> None:
    """Say once what has passed its time; what was answered or given a new time is settled."""
    alive = {*_corrections(session, now), *_conflicts(session, now)}
    said = select(Notice.key).where(
        Notice.kind.in_([CORRECTION_OVERDUE, CONFLICT_OVERDUE]), Notice.is_resolved.is_(False)
    )
    for key in set(session.scalars(said)) - alive:
        resolve(session, key)


def _corrections(session: Session, now: datetime) -> Iterator[str]:
    query = select(Correction).where(
        Correction.state == CorrectionState.OPEN.value, Correction.due_at < now
    )
    for row in session.scalars(query.order_by(Correction.id)).all():
        title = (
            f"纠错超时未答复：《{row.version.title[:100]}》，应于 {minute_text(row.due_at)} 前答复"
        )
        path, key = f"/units/corrections/{row.id}", f"correction:{row.id}:overdue"
        yield from _say(session, CORRECTION_OVERDUE, title, path, key, row.due_at, [row.item], now)


def _conflicts(session: Session, now: datetime) -> Iterator[str]:
    query = select(Conflict).where(
        Conflict.state.in_([state.value for state in OPEN_CONFLICTS]), Conflict.due_at < now
    )
    for row in session.scalars(query.order_by(Conflict.id)).all():
        if row.due_at is None:
            continue
        title = f"口径确认超时未处理：{row.attribute}，应于 {minute_text(row.due_at)} 前处理"
        path, key = f"/units/conflicts/{row.id}", f"conflict:{row.id}:overdue"
        late = [item_of(row, side) for side in _late_sides(row)]
        yield from _say(session, CONFLICT_OVERDUE, title, path, key, row.due_at, late, now)


def _late_sides(row: Conflict) -> list[str]:
    """The sides that must still answer, or change their entry; of a dispute the editors rule."""
    if row.state == ConflictState.AGREED:
        return list(must_change(row))
    if row.state == ConflictState.DISPUTED:
        return []
    return [side for side in SIDES if not getattr(row, f"{side}_answer")]


def _say(
    session: Session,
    kind: str,
    title: str,
    path: str,
    key: str,
    due_at: datetime,
    late: list[KnowledgeItem],
    now: datetime,
) -> Iterator[str]:
    """Tell the units of these entries and the editors; yields the keys."""
    key = f"{key}:{due_at:%Y%m%d%H%M}"
    for unit_id in sorted({item.unit_id for item in late}):
        notify(
            session,
            kind=kind,
            title=title,
            path=path,
            now=now,
            unit_id=unit_id,
            key=f"{key}:{unit_id}",
        )
        yield f"{key}:{unit_id}"
    notify(
        session,
        kind=kind,
        title=title,
        path=path,
        now=now,
        role=Role.EDITOR,
        key=f"{key}:editor",
    )
    yield f"{key}:editor"
