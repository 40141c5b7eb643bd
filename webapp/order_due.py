"""How the due times of an order came about: what started each clock, and its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kb.calendar import load_calendar
from kb.clock import local_day
from kb.models import WorkOrder, WorkOrderEvent
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock
from kb.work_orders.events import EventKind
from kb.work_orders.state import State
from webapp.order_clocks import SHOWN, name_of
from webapp.order_derivation import Day, Line, changed, derivation, strip

DISPATCHED = "派单时刻（不是签收时刻）"
_PROMISED_BEFORE = "首次派单时刻，退单改派不重算"
_PROMISED_ANEW = "交回重办时刻，退单改派不重算"
_TAKEN_OVER = "承接另一张工单的时限"
_SENT = (EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED)
_STARTED = {
    EventKind.REOPENED: "交回重办时刻，重新计时",
    EventKind.URGENCY_CHANGED: "调整紧急程度时刻",
    EventKind.RESOLVED: "办结时刻",
    EventKind.DECLINE_GRANTED: "同意不予办理时刻",
    EventKind.FOLLOWED_UP: "回访时刻，诉求人不满意",
    EventKind.NOTED: "补上时限时刻，致电时还没有这个时限",
    EventKind.RULING_OPENED: "提交核定时刻",
    EventKind.SUPERVISED: "签发督办单时刻",
}
_BY = {
    ClockKind.CALL_BACK: (
        *(EventKind.RESOLVED, EventKind.DECLINE_GRANTED, EventKind.FOLLOWED_UP),
        EventKind.NOTED,
    ),
    ClockKind.RULING: (EventKind.RULING_OPENED,),
    ClockKind.SUPERVISION: (EventKind.SUPERVISED,),
}
_OF_THE_UNIT = (*_SENT, EventKind.REOPENED, EventKind.URGENCY_CHANGED)


def begun_before(state: State) -> str:
    """When a promise began that a further dispatch keeps, in words."""
    return _PROMISED_ANEW if state.reopens else _PROMISED_BEFORE


@dataclass(frozen=True)
class Derived:
    """A clock by its name, and the lines that give its due time."""

    name: str
    lines: tuple[Line, ...]


def of_resolving(
    session: Session, order: WorkOrder, state: State, now: datetime
) -> tuple[tuple[Line, ...], tuple[Day, ...]]:
    """The due time of resolving as lines, and the days until then as a strip."""
    start = next((e.at for e in order.events if e.kind == EventKind.DISPATCHED.value), None)
    if state.reopens:  # what was promised began again then
        reopened = (e.at for e in reversed(order.events) if e.kind == EventKind.REOPENED.value)
        start = next(reopened, start)
    clock = state.clock(ClockKind.RESOLVE)
    lines = _lines(order.events, state, ClockKind.RESOLVE, clock, now) if clock else ()
    if start is None:
        return lines, ()
    calendar = load_calendar(session, start)
    differing = changed(calendar, clock.steps, today=local_day(now)) if clock else ()
    return (*lines, *differing), strip(calendar, state, start, now)


def of_others(order: WorkOrder, state: State, now: datetime) -> tuple[Derived, ...]:
    """Every other clock that has a derivation."""
    return tuple(
        Derived(name_of(kind, clock, state), _lines(order.events, state, kind, clock, now))
        for kind in SHOWN
        if kind != ClockKind.RESOLVE and (clock := state.clock(kind)) is not None and clock.steps
    )


def _lines(
    events: Sequence[WorkOrderEvent], state: State, kind: ClockKind, clock: Clock, now: datetime
) -> tuple[Line, ...]:
    begun = _begun(events, state, kind, clock)
    return derivation(clock.steps, today=local_day(now), begun=begun)


def _begun(events: Sequence[WorkOrderEvent], state: State, kind: ClockKind, clock: Clock) -> str:
    """What happened at the moment the clock started, in words."""
    wanted = {one.value for one in _BY.get(kind, _OF_THE_UNIT)}
    found = (row for row in reversed(events) if row.at == clock.start and row.kind in wanted)
    row = next(found, None)
    if row is None:
        return _TAKEN_OVER
    if EventKind(row.kind) not in _SENT:
        return _STARTED[EventKind(row.kind)]
    return DISPATCHED if state.dispatched_at == clock.start else _PROMISED_BEFORE
