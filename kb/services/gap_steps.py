"""What every change of a gap leaves behind: a step, a due time, notices to the right people."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kb.actor import Actor
from kb.calendar import Limit, deadline, load_calendar
from kb.errors import CalendarUnknown, StaleVersion
from kb.models import Gap, GapAsk, GapQuery, GapStep
from kb.services.audit import record
from kb.services.notices import notify, resolve
from kb.terms import GapState, Role

NOTICE = "gap"
MAX_COMMENT = 500
DEFAULT_DAYS = 5
# A gap's notices, by what they tell; each is said once a time the gap is given to a unit.
_SAID = ("given", "soon", "overdue", "overdue-editor", "refused", "missed", "reopened")


def step(
    session: Session,
    gap: Gap,
    kind: str,
    now: datetime,
    comment: str = "",
    *,
    unit_id: int | None = None,
    actor: Actor | None = None,
) -> None:
    """Add a step to the life of a gap; without an actor the system took it."""
    session.add(
        GapStep(
            gap_id=gap.id,
            kind=kind,
            at=now,
            comment=comment[:MAX_COMMENT],
            unit_id=unit_id,
            actor_id=(actor.user_id or None) if actor else None,
        )
    )


def audit(
    session: Session, gap: Gap, action: str, actor: Actor, now: datetime, **detail: object
) -> None:
    """Record what an editor decided about a gap."""
    record(
        session,
        actor_id=actor.user_id or None,
        action=f"gap.{action}",
        object_type="gap",
        object_id=str(gap.id),
        detail=detail,
        now=now,
    )


def require_seen(gap: Gap, seen_rev: int) -> None:
    """Refuse to act on a gap that changed after the person's page was made.

    :raises StaleVersion: it did.
    """
    if gap.rev != seen_rev:
        raise StaleVersion(
            "这条知识缺口在您打开页面之后有了变化，请看过最新内容再处理",
            gap_id=gap.id,
            current_rev=gap.rev,
        )


def flush(session: Session, gap: Gap) -> None:
    """Write what was done to a gap.

    :raises StaleVersion: somebody else acted in the very same moment.
    """
    gap_id = gap.id  # not readable any more once the flush has failed
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(
            "这条知识缺口刚刚在别处处理过，请看过最新内容再处理", gap_id=gap_id
        ) from error


def give(session: Session, gap: Gap, unit_id: int, days: int, now: datetime) -> None:
    """Make a unit answerable for a gap for so many working days.

    :raises CalendarUnknown: the due day falls into a year that has not been entered.
    """
    due = deadline(load_calendar(session, now), now, Limit(days, "工作日"))
    gap.unit_id, gap.state = unit_id, GapState.ASSIGNED.value
    gap.due_at, gap.due_steps = due.due_at, list(due.steps)
    gap.closed_at = None
    gap.times_given += 1


def give_again(session: Session, gap: Gap, now: datetime) -> None:
    """A gap that was closed is asked about again: back to its unit, or to be given anew."""
    gap.times_reopened += 1
    gap.closed_at, gap.state = None, GapState.OPEN.value
    gap.due_at, gap.due_steps = None, []
    if gap.unit_id is None:
        tell_editors(session, gap, "reopened", f"知识缺口又有人问到：{gap.title}", now)
        return
    try:
        give(session, gap, gap.unit_id, DEFAULT_DAYS, now)
    except CalendarUnknown:
        # The unit learns of it all the same; the page says that no time is set.
        gap.state = GapState.ASSIGNED.value
        gap.times_given += 1
    tell_unit(session, gap, "reopened", f"知识缺口又有人问到、没有答案：{gap.title}", now)


def tell_unit(session: Session, gap: Gap, what: str, title: str, now: datetime) -> None:
    """Tell those who write for the gap's unit; ``what`` is said once each time it is given."""
    notify(
        session,
        kind=NOTICE,
        title=title,
        path=f"/units/gaps/{gap.id}",
        now=now,
        unit_id=gap.unit_id,
        key=_key(gap, what),
    )


def tell_editors(session: Session, gap: Gap, what: str, title: str, now: datetime) -> None:
    """Tell the centre's editors."""
    notify(
        session,
        kind=NOTICE,
        title=title,
        path=f"/units/gaps/{gap.id}",
        now=now,
        role=Role.EDITOR,
        key=_key(gap, what),
    )


def forget_notices(session: Session, gap: Gap, but: Iterable[str] = ()) -> None:
    """Nobody has to see to it any more, except for what is named."""
    for what in set(_SAID) - set(but):
        resolve(session, _key(gap, what))


def _key(gap: Gap, what: str) -> str:
    return f"gap:{gap.id}:{what}:{gap.times_given}:{gap.times_reopened}"


def recount(session: Session, gap: Gap) -> None:
    """Bring the sums of a gap in line with its questions, e.g. after a merge."""
    session.flush()
    query = (
        select(func.count(), func.min(GapAsk.at), func.max(GapAsk.at))
        .join(GapQuery, GapQuery.id == GapAsk.query_id)
        .where(GapQuery.gap_id == gap.id)
    )
    asks, first, last = session.execute(query).one()
    gap.asks = asks
    if asks:
        gap.first_asked_at, gap.last_asked_at = first, last
