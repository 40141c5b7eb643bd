"""When the present due time of each clock was set: how long there has been to meet it."""

from collections.abc import Iterable
from datetime import datetime

from kb.terms import ClockKind
from kb.work_orders.events import Event
from kb.work_orders.fold import apply
from kb.work_orders.state import State


def set_at(events: Iterable[Event]) -> dict[ClockKind, datetime]:
    """Of each clock the moment of the step that gave it its due time, first or anew."""
    state, found = State(), {}
    for event in events:
        after = apply(state, event)
        for kind, clock in after.clocks.items():
            before = state.clocks.get(kind)
            if before is None or (before.start, before.due) != (clock.start, clock.due):
                found[kind] = event.at
        state = after
    return found
