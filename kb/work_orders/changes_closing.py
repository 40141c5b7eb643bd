"""What resolving, calling back, reopening, archiving, merging and cancelling do to an order."""

from dataclasses import replace
from datetime import datetime

from kb.terms import ClockKind, Satisfaction
from kb.work_orders.changes_sending import PROMISED, Change, ended
from kb.work_orders.clocks import Clock, clocks_in
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import LAST_CALL, Attempt, Knowledge, KnowledgeOutcome, Settled
from kb.work_orders.state import OrderState, State

# What ends with the resolution. A 督办单 is only ended by its answer.
_END_WITH_IT = (ClockKind.ACKNOWLEDGE, ClockKind.RETURN, ClockKind.RESOLVE)


def resolved(state: State, event: Event) -> State:
    """The reply was accepted: the promise is kept now, or was broken for ever."""
    clocks = dict(state.clocks)
    for kind in _END_WITH_IT:
        _stop(clocks, kind, event.at)
    # Waiting for review is not the unit's delay.
    _stop(clocks, ClockKind.REPLY, state.replied_at or event.at)
    clocks |= _call_back(event)
    return replace(
        state,
        step=OrderState.RESOLVED,
        clocks=clocks,
        settled=Settled.ANSWERED,
        resolved_at=event.at,
        pending=None,
    )


def _stop(clocks: dict[ClockKind, Clock], kind: ClockKind, at: datetime) -> None:
    clock = clocks.get(kind)
    if clock is not None and clock.is_running:
        clocks[kind] = replace(clock, stopped=at)


def _call_back(event: Event) -> dict[ClockKind, Clock]:
    return {
        kind: clock for kind, clock in clocks_in(event.data).items() if kind == ClockKind.CALL_BACK
    }


def _call_attempted(state: State, event: Event) -> State:
    attempt = Attempt(event.at, event.actor_id, str(event.data.get("result", "")), event.text)
    return replace(state, attempts=(*state.attempts, attempt))


def _followed_up(state: State, event: Event) -> State:
    clocks = dict(state.clocks)
    _stop(clocks, ClockKind.CALL_BACK, event.at)
    # By when whoever is not content is answered, redone or archived with reasons, is carried; so is
    # the clock that goes on for callers of merged orders who were not rung yet.
    clocks |= _call_back(event)
    return replace(
        state,
        clocks=clocks,
        satisfaction=Satisfaction(event.data["satisfaction"]),
        satisfaction_reason=_why(event),
        followed_up_at=event.at,
    )


def _noted(state: State, event: Event) -> State:
    """A note changes nothing, but for the one on the last call that was waited for, and the one
    that gives a clock to discontent which has none."""
    return replace(state, clocks=_after_calls(state, event) | _call_back(event))


def _after_calls(state: State, event: Event) -> dict[ClockKind, Clock]:
    """The clocks once nobody is left to be rung, where the event says so."""
    clocks = dict(state.clocks)
    if event.data.get(LAST_CALL):
        _stop(clocks, ClockKind.CALL_BACK, event.at)
    return clocks


def _objected(state: State, event: Event) -> State:
    # The call-back and its clock go on: somebody is to ring before the order is redone.
    return replace(
        state,
        satisfaction=Satisfaction.DISSATISFIED,
        satisfaction_reason=_why(event),
        objected_at=event.at,
    )


def _why(event: Event) -> str:
    return "：".join(filter(None, (str(event.data.get("reason", "")), event.text)))


def _reopened(state: State, event: Event) -> State:
    return replace(
        state,
        step=OrderState.ACKNOWLEDGED,
        clocks=_anew(state, event),
        extensions=0,
        settled=None,
        resolved_at=None,
        attempts=(),
        satisfaction=None,
        satisfaction_reason="",
        objected_at=None,
        followed_up_at=None,
        reopens=state.reopens + 1,
        sent_back=event.text,
    )


def _anew(state: State, event: Event) -> dict[ClockKind, Clock]:
    """The clocks of a reopening: what was promised for the first answer is over, kept or not."""
    clocks, carried = dict(state.clocks), clocks_in(event.data)
    clocks.pop(ClockKind.CALL_BACK, None)
    for kind in PROMISED:
        # Reopenings once carried the clock for resolving alone: answering ends with it.
        new = carried.get(kind) or carried.get(ClockKind.RESOLVE)
        if kind in carried or kind in clocks:
            clocks[kind] = new or replace(clocks[kind], stopped=None)
    if ClockKind.RETURN in carried:
        clocks[ClockKind.RETURN] = carried[ClockKind.RETURN]
    return clocks


def _archived(state: State, event: Event) -> State:
    data, clocks = event.data, dict(state.clocks)
    _stop(clocks, ClockKind.CALL_BACK, event.at)
    knowledge = None
    if data.get("knowledge"):
        knowledge = KnowledgeOutcome(
            Knowledge(data["knowledge"]), data.get("item_id"), str(data.get("knowledge_text", ""))
        )
    return replace(
        state,
        step=OrderState.ARCHIVED,
        clocks=clocks,
        archived_at=event.at,
        knowledge=knowledge,
    )


def _merged(state: State, event: Event) -> State:
    # The promise goes on in the order it was merged into, see MERGE_TAKEN.
    return replace(
        state,
        step=OrderState.MERGED,
        unit_id=None,
        unit="",
        parts=ended(state.parts, event),
        assignee_id=None,
        assignee="",
        clocks=_all_stopped(state, event.at),
        pending=None,
        merged_into=str(event.data["into"]),
    )


def _all_stopped(state: State, at: datetime) -> dict[ClockKind, Clock]:
    return {
        kind: replace(clock, stopped=at) if clock.is_running else clock
        for kind, clock in state.clocks.items()
    }


def _cancelled(state: State, event: Event) -> State:
    # No unit ever had it; a promise may run that an order once merged into it had brought.
    return replace(state, step=OrderState.CANCELLED, clocks=_all_stopped(state, event.at))


def _merge_taken(state: State, event: Event) -> State:
    clocks = dict(state.clocks)
    for kind, clock in clocks_in(event.data).items():
        running = clocks.get(kind)
        if kind in PROMISED and (running is None or clock.due < running.due):
            # Whoever asked first is answered when it was promised.
            clocks[kind] = replace(clock, origin=None)
    return replace(state, clocks=clocks, merged=(*state.merged, str(event.data["order"])))


def _unmerged(state: State, event: Event) -> State:
    clocks = {
        kind: replace(clock, stopped=None)
        for kind, clock in state.clocks.items()
        if kind in PROMISED
    }
    return replace(
        state, step=OrderState.ACCEPTED, clocks=clocks, merged_into="", acknowledged_at=None
    )


def _merge_released(state: State, event: Event) -> State:
    number = str(event.data["order"])
    left = tuple(one for one in state.merged if one != number)
    return replace(state, merged=left, clocks=_after_calls(state, event))


CLOSING: dict[EventKind, Change] = {
    EventKind.RESOLVED: resolved,
    EventKind.CALL_ATTEMPTED: _call_attempted,
    EventKind.FOLLOWED_UP: _followed_up,
    EventKind.OBJECTED: _objected,
    EventKind.NOTED: _noted,
    EventKind.REOPENED: _reopened,
    EventKind.ARCHIVED: _archived,
    EventKind.CANCELLED: _cancelled,
    EventKind.MERGED: _merged,
    EventKind.MERGE_TAKEN: _merge_taken,
    EventKind.UNMERGED: _unmerged,
    EventKind.MERGE_RELEASED: _merge_released,
}
