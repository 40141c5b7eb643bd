"""Keeping conflicts in step with the texts: found, changed, gone; never reopened in silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.calendar import Limit, deadline, load_calendar
from kb.errors import CalendarUnknown
from kb.models import Conflict, ConflictStep, KnowledgeItem, KnowledgeVersion
from kb.services.conflict_jobs import request_check
from kb.services.notices import notify, resolve
from kb.terms import OPEN_CONFLICTS, ConflictState, Role

if TYPE_CHECKING:
    from kb.services.conflicts import Clause, Found

ANSWER_WITHIN = Limit(3, "工作日")
CHANGE_WITHIN = Limit(5, "工作日")
NOTICE = "conflict"


def keep(
    session: Session,
    version: KnowledgeVersion,
    found: Sequence[Found],
    *,
    is_live: bool,
    is_waiting: bool,
    now: datetime,
) -> None:
    """Bring the rows of a version, or of the entry it speaks for, in line with what was found."""
    if is_waiting:
        _settle_rows(session, version, found, (_hints(session, version),), ConflictState.HINT, now)
    elif is_live:
        kept = (_open_rows(session, version.item_id), _hints(session, version))
        _settle_rows(session, version, found, kept, ConflictState.OPEN, now)
        _check_drafts_again(session, version, now)
    else:
        rows = list(_hints(session, version))
        if version.item.current_version_id == version.id:
            rows += _open_rows(session, version.item_id)
        for row in rows:
            _close(session, row, "条目已不在有效状态", now)


def _hints(session: Session, version: KnowledgeVersion) -> Sequence[Conflict]:
    query = select(Conflict).where(
        Conflict.left_version_id == version.id, Conflict.state == ConflictState.HINT.value
    )
    return session.scalars(query).all()


def _open_rows(session: Session, item_id: int) -> Sequence[Conflict]:
    query = select(Conflict).where(
        or_(Conflict.left_item_id == item_id, Conflict.right_item_id == item_id),
        Conflict.state.in_(OPEN_CONFLICTS),
    )
    return session.scalars(query).all()


def _settle_rows(
    session: Session,
    version: KnowledgeVersion,
    found: Sequence[Found],
    rows: Sequence[Sequence[Conflict]],
    state: ConflictState,
    now: datetime,
) -> None:
    """:param rows: what is kept already, in groups; a row of an earlier group is taken first."""
    waiting = [row for group in rows for row in group]
    remembered = _remembered(session, [one.memory_key for one in found])
    for group in rows:
        # What still says exactly this first, so that a changed value finds the row it came from.
        for exactly in (True, False):
            left_over = []
            for one in found:
                fitting = (row for row in group if row in waiting)
                row = next((row for row in fitting if _is_of(row, one, version, exactly)), None)
                if row is None:
                    left_over.append(one)
                else:
                    waiting.remove(row)
                    _renew(session, row, one, version, state, now)
            found = left_over
    for one in found:
        if one.memory_key not in remembered:
            _open(session, one, state, now)
    for row in waiting:
        _close(session, row, "重新比对后不再矛盾", now)


def _remembered(session: Session, keys: Sequence[str]) -> set[str]:
    """Keys of what people found to be no contradiction."""
    query = select(Conflict.memory_key).where(
        Conflict.memory_key.in_(keys), Conflict.state == ConflictState.SETTLED.value
    )
    return set(session.scalars(query))


def _is_of(row: Conflict, one: Found, version: KnowledgeVersion, exactly: bool) -> bool:
    mine_is_left = row.left_item_id == version.item_id
    other = row.right_item_id if mine_is_left else row.left_item_id
    if other != one.theirs.item_id or row.attribute != one.attribute:
        return False
    values = (
        (row.left_value, row.right_value) if mine_is_left else (row.right_value, row.left_value)
    )
    return not exactly or values == (one.mine.value, one.theirs.value)


def _renew(
    session: Session,
    row: Conflict,
    one: Found,
    version: KnowledgeVersion,
    state: ConflictState,
    now: datetime,
) -> None:
    mine_is_left = row.left_item_id == version.item_id
    before = (row.left_value, row.right_value)
    left, right = (one.mine, one.theirs) if mine_is_left else (one.theirs, one.mine)
    _write(row, left, right, one.memory_key)
    if row.state == ConflictState.HINT and state == ConflictState.OPEN:
        _begin(session, row, now, "found")
    elif (row.left_value, row.right_value) != before and row.state != ConflictState.HINT:
        row.left_answer = row.right_answer = row.ruling = ""
        forget_notices(session, row)
        _begin(session, row, now, "changed")


def _open(session: Session, one: Found, state: ConflictState, now: datetime) -> None:
    row = Conflict(attribute=one.attribute, found_at=now, state=state.value)
    _write(row, one.mine, one.theirs, one.memory_key)
    session.add(row)
    session.flush()
    if state == ConflictState.OPEN:
        _begin(session, row, now, "found")


def _write(row: Conflict, left: Clause, right: Clause, memory_key: str) -> None:
    row.memory_key = memory_key
    for side, clause in (("left", left), ("right", right)):
        setattr(row, f"{side}_item_id", clause.item_id)
        setattr(row, f"{side}_version_id", clause.version_id)
        setattr(row, f"{side}_ordinal", clause.ordinal)
        setattr(row, f"{side}_clause", clause.text)
        setattr(row, f"{side}_value", clause.value)
        setattr(row, f"{side}_start", clause.start)


def _begin(session: Session, row: Conflict, now: datetime, kind: str) -> None:
    row.state, row.found_at, row.closed_at = ConflictState.OPEN.value, now, None
    row.due_at = due(session, ANSWER_WITHIN, now)
    step(session, row, kind, now)
    session.flush()
    tell_units(session, row, now)


def _close(session: Session, row: Conflict, why: str, now: datetime) -> None:
    was_hint = row.state == ConflictState.HINT
    row.state, row.closed_at = ConflictState.GONE.value, now
    if not was_hint:
        step(session, row, "gone", now, comment=why)
    forget_notices(session, row)


def _check_drafts_again(session: Session, version: KnowledgeVersion, now: datetime) -> None:
    """Drafts that were told of a contradiction with this entry are told what it says now."""
    query = select(Conflict.left_version_id).where(
        Conflict.right_item_id == version.item_id,
        Conflict.right_version_id != version.id,
        Conflict.state == ConflictState.HINT.value,
    )
    for version_id in set(session.scalars(query)):
        request_check(session, session.get_one(KnowledgeVersion, version_id), now)


def due(session: Session, limit: Limit, now: datetime) -> datetime | None:
    """When a limit ends; ``None`` while the calendar of that year has not been entered."""
    try:
        return deadline(load_calendar(session, now), now, limit).due_at
    except CalendarUnknown:
        return None  # the page says that no time is set; the conflict is worth more than its clock


def step(session: Session, row: Conflict, kind: str, now: datetime, **more: object) -> None:
    """Add a step to the life of a conflict."""
    session.add(ConflictStep(conflict_id=row.id, kind=kind, at=now, **more))


def tell_units(session: Session, row: Conflict, now: datetime) -> None:
    """Ask both units; a unit with both entries is asked once."""
    row.times_asked += 1
    for side, item in (("left", row.left_item), ("right", row.right_item)):
        if side == "right" and item.unit_id == row.left_item.unit_id:
            continue
        notify(
            session,
            kind=NOTICE,
            title=f"口径待确认：{_title(item)}的{row.attribute}与另一条目不一致，请答复",
            path=f"/units/conflicts/{row.id}",
            now=now,
            unit_id=item.unit_id,
            item_id=item.id,
            key=f"conflict:{row.id}:{side}:{row.times_asked}",
        )


def tell_editor(session: Session, row: Conflict, now: datetime) -> None:
    """Both units insist: the editor must rule."""
    notify(
        session,
        kind=NOTICE,
        title=f"口径待裁定：{_title(row.left_item)}的{row.attribute}，双方意见不一",
        path=f"/units/conflicts/{row.id}",
        now=now,
        role=Role.EDITOR,
        key=f"conflict:{row.id}:ruling:{row.times_asked}",
    )


def tell_to_change(session: Session, row: Conflict, side: str, now: datetime) -> None:
    """It is settled that this side's entry must be changed."""
    item = row.left_item if side == "left" else row.right_item
    notify(
        session,
        kind=NOTICE,
        title=f"请修改{_title(item)}的{row.attribute}：已商定以另一条目为准",
        path=f"/units/conflicts/{row.id}",
        now=now,
        unit_id=item.unit_id,
        item_id=item.id,
        key=f"conflict:{row.id}:change:{side}:{row.times_asked}",
    )


def _title(item: KnowledgeItem) -> str:
    return f"《{item.current_version.title}》" if item.current_version else "条目"


def forget_notices(session: Session, row: Conflict) -> None:
    """Nobody has to see to it any more."""
    for what in ("left", "right", "ruling", "change:left", "change:right"):
        resolve(session, f"conflict:{row.id}:{what}:{row.times_asked}")
