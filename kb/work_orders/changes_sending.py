"""What the centre's sending does to an order: dispatch, reassignment, ruling, return, merge."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kb.terms import ClockKind, Urgency
from kb.work_orders.clocks import Clock, clocks_in
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import Opinion, Part, PartRole, Ruling
from kb.work_orders.state import OrderState, State

Change = Callable[[State, Event], State]
# What was promised to the requester; only an approved act of the centre moves these.
PROMISED = frozenset({ClockKind.RESOLVE, ClockKind.REPLY})
# What runs for the lead unit and ends when the order leaves it.
_OF_THE_UNIT = frozenset({ClockKind.ACKNOWLEDGE, ClockKind.RETURN})


def _accepted(state: State, event: Event) -> State:
    return replace(
        state,
        urgency=Urgency(event.data.get("urgency", Urgency.NORMAL)),
        raised_by_id=event.actor_id,
        raised_at=event.at,
    )


def sent(state: State, event: Event) -> State:
    """The order goes to a lead unit, and assisting ones: the unit's clocks start now, those that
    were promised to the requester at an earlier dispatch go on."""
    data, carried = event.data, _carried(event)
    state = taken_back(state, event)
    clocks = dict(state.clocks)
    for kind, clock in carried.items():
        running = clocks.get(kind)
        if kind not in PROMISED or running is None or not running.is_running:
            clocks[kind] = clock
    lead = Part(
        data["unit_id"],
        str(data.get("unit", "")),
        PartRole.LEAD,
        event.at,
        event.text,
        carried.get(ClockKind.ACKNOWLEDGE),
    )
    return replace(
        state,
        step=OrderState.DISPATCHED,
        unit_id=lead.unit_id,
        unit=lead.unit,
        parts=(*state.parts, lead, *_assisting(data, event.at)),
        clocks=clocks,
        dispatched_at=event.at,
        return_refused=False,
    )


def _assisting(data: Mapping[str, Any], at: datetime) -> list[Part]:
    return [
        Part(one["unit_id"], one.get("unit", ""), PartRole.ASSISTING, at, one.get("task", ""))
        for one in data.get("assisting", ())
    ]


def _carried(event: Event) -> dict[ClockKind, Clock]:
    """The clocks of a dispatch, also as they were written before there were more than two."""
    if "clocks" in event.data or "due_at" not in event.data:
        return clocks_in(event.data)
    known = {}
    for kind, name in (
        (ClockKind.ACKNOWLEDGE, "acknowledge_due_at"),
        (ClockKind.RESOLVE, "due_at"),
    ):
        if event.data.get(name):
            due = datetime.fromisoformat(event.data[name])
            steps = event.data.get("due_steps", ()) if kind == ClockKind.RESOLVE else ()
            known[kind] = Clock(event.at, due, "", tuple(steps))
    return known


def taken_back(state: State, event: Event) -> State:
    """The order leaves its units; what was promised to the requester goes on."""
    return replace(
        state,
        step=OrderState.ACCEPTED,
        unit_id=None,
        unit="",
        parts=ended(state.parts, event),
        assignee_id=None,
        assignee="",
        clocks={kind: clock for kind, clock in state.clocks.items() if kind not in _OF_THE_UNIT},
        acknowledged_at=None,
        pending=None,
    )


def ended(parts: tuple[Part, ...], event: Event) -> tuple[Part, ...]:
    """The parts, those still current ended by this event."""
    return tuple(
        replace(part, until=event.at, ended_by=event.kind.value) if part.is_current else part
        for part in parts
    )


def _returned(state: State, event: Event) -> State:
    return replace(taken_back(state, event), returns=state.returns + 1)


def _urgency_changed(state: State, event: Event) -> State:
    clocks = dict(state.clocks)
    for kind, clock in clocks_in(event.data).items():
        running = clocks.get(kind)
        # More urgent may mean sooner; less urgent never takes a promise back.
        if running is not None and running.is_running and clock.due < running.due:
            clocks[kind] = clock
    state = replace(state, urgency=Urgency(event.data["urgency"]))
    return with_clocks(state, clocks)


def with_clocks(state: State, clocks: Mapping[ClockKind, Clock]) -> State:
    """The state with these clocks; the lead's part tells the same about acknowledging."""
    parts = tuple(
        replace(part, acknowledge=clocks.get(ClockKind.ACKNOWLEDGE)) if part.is_lead else part
        for part in state.parts
    )
    return replace(state, clocks=clocks, parts=parts)


def _ruling_opened(state: State, event: Event) -> State:
    asked = tuple((one["unit_id"], one.get("unit", "")) for one in event.data["asked"])
    parts = tuple(Part(key, name, PartRole.OPINION, event.at) for key, name in asked)
    return replace(
        state,
        rulings=(*state.rulings, Ruling(event.at, event.text, asked)),
        parts=(*state.parts, *parts),
        clocks={**state.clocks, **clocks_in(event.data)},
        pending=None,
    )


def _opinion_given(state: State, event: Event) -> State:
    data = event.data
    opinion = Opinion(
        event.at,
        data["unit_id"],
        str(data.get("unit", "")),
        event.text,
        str(data.get("basis", "")),
        tuple(data.get("files", ())),
    )
    last = state.rulings[-1]
    last = replace(last, opinions=(*last.opinions, opinion))
    return replace(state, rulings=(*state.rulings[:-1], last))


def _ruled(state: State, event: Event) -> State:
    last = replace(
        state.rulings[-1],
        ruled_at=event.at,
        decision=event.text,
        basis=str(event.data.get("basis", "")),
    )
    clocks = dict(state.clocks)
    if ClockKind.RULING in clocks:
        clocks[ClockKind.RULING] = replace(clocks[ClockKind.RULING], stopped=event.at)
    state = sent(replace(state, rulings=(*state.rulings[:-1], last), clocks=clocks), event)
    # Whose matter it is was just decided, with the units heard.
    return replace(state, return_refused=True)


SENDING: dict[EventKind, Change] = {
    EventKind.ACCEPTED: _accepted,
    EventKind.DISPATCHED: sent,
    EventKind.REASSIGNED: sent,
    EventKind.RETURNED: _returned,
    EventKind.RETURN_GRANTED: _returned,
    EventKind.URGENCY_CHANGED: _urgency_changed,
    EventKind.RULING_OPENED: _ruling_opened,
    EventKind.OPINION_GIVEN: _opinion_given,
    EventKind.RULED: _ruled,
}
