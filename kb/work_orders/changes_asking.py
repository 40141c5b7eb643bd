"""What asks of a unit do, and the centre's rulings on them. A mere ask changes no clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from kb.terms import ClockKind
from kb.work_orders.changes_closing import resolved
from kb.work_orders.changes_sending import PROMISED, Change, with_clocks
from kb.work_orders.clocks import Clock, clocks_in
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import TO_UNIT, Ask, Pause, Pending, Reply, Settled
from kb.work_orders.state import State


def _asking(ask: Ask) -> Change:
    def asked(state: State, event: Event) -> State:
        data = {name: value for name, value in event.data.items() if name != "text"}
        # Before units signed what they would not handle, every ask went straight to the centre.
        in_unit = data.get("to") == TO_UNIT
        pending = Pending(ask, event.at, state.unit_id, event.actor_id, event.text, data, in_unit)
        return replace(state, pending=pending)

    return asked


def _dropped(state: State, event: Event) -> State:
    return replace(state, pending=None)


def _decline_signed(state: State, event: Event) -> State:
    asked = state.pending
    return replace(state, pending=replace(asked, in_unit=False)) if asked is not None else state


def _return_refused(state: State, event: Event) -> State:
    return replace(state, pending=None, return_refused=True)


def moved(state: State, event: Event) -> Mapping[ClockKind, Clock]:
    """The clocks with the promised ones moved to what the event carries."""
    clocks = dict(state.clocks)
    for kind, clock in clocks_in(event.data).items():
        running = clocks.get(kind)
        if kind in PROMISED and running is not None and running.is_running:
            clocks[kind] = replace(clock, start=running.start, origin=None)
    return clocks


def _extension_granted(state: State, event: Event) -> State:
    return replace(state, clocks=moved(state, event), pending=None, extensions=state.extensions + 1)


def _pause_granted(state: State, event: Event) -> State:
    reason = state.pending.text if state.pending is not None else event.text
    pause = Pause(event.at, datetime.fromisoformat(event.data["until"]), reason)
    return replace(state, clocks=moved(state, event), pending=None, pauses=(*state.pauses, pause))


def _resumed(state: State, event: Event) -> State:
    last = replace(state.pauses[-1], end=event.at)
    return replace(state, clocks=moved(state, event), pauses=(*state.pauses[:-1], last))


def _decline_granted(state: State, event: Event) -> State:
    asked = state.pending
    if asked is not None:
        files = tuple(asked.data.get("files", ()))
        reply = Reply(asked.at, asked.by_id, asked.unit_id, asked.text, files)
        state = replace(
            state,
            replies=(*state.replies, reply),
            pending=None,
            answered_by_id=state.unit_id,
        )
    return replace(resolved(state, event), settled=Settled.DECLINED)


def _recomputed(state: State, event: Event) -> State:
    clocks = dict(state.clocks)
    for kind, clock in clocks_in(event.data).items():
        running = clocks.get(kind)
        if running is not None and running.is_running:
            clocks[kind] = clock
    return with_clocks(state, clocks)


ASKING: dict[EventKind, Change] = {
    EventKind.RETURN_ASKED: _asking(Ask.RETURN),
    EventKind.RETURN_REFUSED: _return_refused,
    EventKind.EXTENSION_ASKED: _asking(Ask.EXTENSION),
    EventKind.EXTENSION_GRANTED: _extension_granted,
    EventKind.EXTENSION_REFUSED: _dropped,
    EventKind.PAUSE_ASKED: _asking(Ask.PAUSE),
    EventKind.PAUSE_GRANTED: _pause_granted,
    EventKind.PAUSE_REFUSED: _dropped,
    EventKind.RESUMED: _resumed,
    EventKind.DECLINE_ASKED: _asking(Ask.DECLINE),
    EventKind.DECLINE_SIGNED: _decline_signed,
    EventKind.DECLINE_RETURNED: _dropped,
    EventKind.DECLINE_GRANTED: _decline_granted,
    EventKind.DECLINE_REFUSED: _dropped,
    EventKind.ASK_WITHDRAWN: _dropped,
    EventKind.RECOMPUTED: _recomputed,
}
