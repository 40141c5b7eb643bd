"""The clocks that orders are given: the city's limits, the calendar and rosters, line by line."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from kb import clocks as time_clocks
from kb.calendar import Deadline, Limit, deadline, load_calendar
from kb.models import WorkOrder
from kb.profile import Profile
from kb.queries.on_duty import on_duty
from kb.terms import ClockKind, Urgency
from kb.time_limits import Matter
from kb.work_orders.clocks import Clock, Origin
from kb.work_orders.state import State

# A reopened order is resolved anew; how long that may take has a limit of its own.
_LIMIT_OF = {ClockKind.REOPEN: ClockKind.RESOLVE}
# The centre's own work: whether somebody is on duty in a unit says nothing of these.
_CENTRE = frozenset({ClockKind.RULING, ClockKind.CALL_BACK})


def matter_of(order: WorkOrder, urgency: Urgency, profile: Profile) -> Matter:
    """What the limits of an order depend on."""
    purpose = profile.purpose(order.request.purpose).counts_as
    return Matter(urgency, order.request.category, purpose)


def replying(profile: Profile) -> list[ClockKind]:
    """答复, in a city that has a limit for it."""
    return [kind for kind in (ClockKind.REPLY,) if kind in profile.limits.base]


def started(
    session: Session,
    order: WorkOrder,
    kinds: Iterable[ClockKind],
    *,
    profile: Profile,
    urgency: Urgency,
    start: datetime,
    unit_id: int | None = None,
) -> dict[ClockKind, Clock]:
    """Clocks that start at ``start``; REOPEN gives a clock for resolving.

    :param unit_id: the unit they run for, if it is not the one the order is with; whether somebody
        is on duty there decides if an urgent order waits for opening. The centre always is.

    :raises CalendarUnknown: a due time falls into a year that has not been entered.
    """
    calendar, matter = load_calendar(session, start), matter_of(order, urgency, profile)
    holder = unit_id if unit_id is not None else order.unit_id
    is_on = holder is not None and on_duty(session, holder, start).is_on
    made = {}
    for kind in kinds:
        limit = profile.limits.chosen(kind, matter).limit
        found = time_clocks.promise(
            calendar, profile, kind, matter, start, is_on_duty=is_on or kind in _CENTRE
        )
        origin = Origin(kind, urgency, holder)
        clock = Clock(start, found.due_at, str(limit), found.steps, origin=origin)
        made[_LIMIT_OF.get(kind, kind)] = clock
    return made


def made_again(
    session: Session, order: WorkOrder, clock: Clock, origin: Origin, *, profile: Profile
) -> Clock:
    """What the present limits make of what a clock was made from."""
    (made,) = started(
        session,
        order,
        [origin.kind],
        profile=profile,
        urgency=origin.urgency,
        start=clock.start,
        unit_id=origin.unit_id,
    ).values()
    return made


def promised(state: State) -> dict[ClockKind, Clock]:
    """The running clocks of what the requester was promised."""
    found = {kind: state.clock(kind) for kind in (ClockKind.RESOLVE, ClockKind.REPLY)}
    return {kind: clock for kind, clock in found.items() if clock is not None and clock.is_running}


def extended(
    session: Session, state: State, by: Limit, *, first_due_at: datetime, profile: Profile
) -> dict[ClockKind, Clock]:
    """延期: the promised clocks moved on.

    :raises InvalidInput: farther than the city allows.
    """
    moved = {}
    for kind, clock in promised(state).items():
        first = min(first_due_at, clock.due)
        found = time_clocks.extended(
            load_calendar(session, first),
            clock.due,
            by,
            first_due_at=first,
            most=profile.limits.extension,
            hours=profile.hours.office,
        )
        moved[kind] = _moved(clock, found)
    return moved


def reaches_farther(
    session: Session, state: State, one: Limit, other: Limit, *, profile: Profile
) -> bool:
    """Tell whether the promise moved by ``one`` ends later than moved by ``other``: limits of
    different units are compared by the calendar."""
    if state.due_at is None:
        return False
    calendar, hours = load_calendar(session, state.due_at), profile.hours.office
    ends = [deadline(calendar, state.due_at, by, hours=hours).due_at for by in (one, other)]
    return ends[0] > ends[1]


def paused(
    session: Session, state: State, start: datetime, end: datetime, *, profile: Profile
) -> dict[ClockKind, Clock]:
    """挂起: the promised clocks moved on by the stretch from ``start`` to ``end``."""
    moved = {}
    for kind, clock in promised(state).items():
        found = time_clocks.moved_by_pause(
            load_calendar(session, min(start, clock.due)),
            clock.due,
            limit_of(clock),
            paused_at=start,
            resumed_at=end,
            hours=profile.hours.office,
        )
        moved[kind] = _moved(clock, found)
    return moved


def _moved(clock: Clock, found: Deadline) -> Clock:
    return Clock(clock.start, found.due_at, clock.limit, (*clock.steps, *found.steps))


def limit_of(clock: Clock) -> Limit:
    """The limit a clock was made with; orders from before it was kept counted in workdays."""
    return Limit.parse(clock.limit) if clock.limit else Limit(1, "工作日")
