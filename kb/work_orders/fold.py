"""From events to state. Pure: the same events always give the same state."""

from collections.abc import Iterable

from kb.work_orders.changes_asking import ASKING
from kb.work_orders.changes_closing import CLOSING
from kb.work_orders.changes_handling import HANDLING
from kb.work_orders.changes_sending import SENDING
from kb.work_orders.events import Event
from kb.work_orders.state import State

CHANGES = {**SENDING, **HANDLING, **ASKING, **CLOSING}


def apply(state: State, event: Event) -> State:
    """The state after one more event; an event that only tells something changes nothing."""
    change = CHANGES.get(event.kind)
    return change(state, event) if change is not None else state


def fold(events: Iterable[Event]) -> State:
    """The state after these events, first to last."""
    state = State()
    for event in events:
        state = apply(state, event)
    return state
