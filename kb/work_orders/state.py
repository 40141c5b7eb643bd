"""What an order's events add up to. Pure: the same events always give the same state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kb.terms import Satisfaction, Term


class OrderState(Term):
    """Where an order stands; always computed, the stored copy only speeds up lists."""

    ACCEPTED = "accepted", "待派单"
    DISPATCHED = "dispatched", "待签收"
    ACKNOWLEDGED = "acknowledged", "办理中"
    REPLIED = "replied", "待审核"
    RESOLVED = "resolved", "已办结"


class EventKind(Term):
    """What can happen to an order."""

    ACCEPTED = "accepted", "受理"
    DISPATCHED = "dispatched", "派单"
    ACKNOWLEDGED = "acknowledged", "签收"
    RETURNED = "returned", "退单"
    REPLIED = "replied", "答复"
    SENT_BACK = "sent_back", "退回重办"
    REMINDED = "reminded", "催办"
    RESOLVED = "resolved", "办结"
    FOLLOWED_UP = "followed_up", "回访"
    REOPENED = "reopened", "重办"
    NOTED = "noted", "备注"


@dataclass(frozen=True)
class Event:
    """One thing that happened: kind, when, by whom, and its own data (plain JSON values)."""

    kind: EventKind
    at: datetime
    actor_id: int | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """An order now. ``unit_id`` is the one accountable unit; the centre (None) before dispatch."""

    step: OrderState = OrderState.ACCEPTED
    unit_id: int | None = None
    dispatched_at: datetime | None = None
    acknowledge_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    due_at: datetime | None = None
    due_steps: tuple[str, ...] = ()
    reply: str = ""
    replied_at: datetime | None = None
    resolved_at: datetime | None = None
    satisfaction: Satisfaction | None = None
    returns: int = 0
    reminders: int = 0

    @property
    def is_open(self) -> bool:
        """True until the order is resolved."""
        return self.step != OrderState.RESOLVED

    def overdue(self, now: datetime) -> bool:
        """True when the clock has run out and the order was not resolved in time."""
        return self.due_at is not None and (self.resolved_at or now) > self.due_at

    def acknowledge_overdue(self, now: datetime) -> bool:
        """True when the unit did not acknowledge in time."""
        due = self.acknowledge_due_at
        return due is not None and (self.acknowledged_at or now) > due


def fold(events: Iterable[Event]) -> State:
    """The state after these events, first to last."""
    state = State()
    for event in events:
        state = _STEPS.get(event.kind, _unchanged)(state, event)
    return state


def _unchanged(state: State, event: Event) -> State:
    return state


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _dispatched(state: State, event: Event) -> State:
    return replace(
        state,
        step=OrderState.DISPATCHED,
        unit_id=event.data["unit_id"],
        dispatched_at=event.at,
        acknowledge_due_at=_instant(event.data.get("acknowledge_due_at")),
        acknowledged_at=None,
        due_at=_instant(event.data.get("due_at")),
        due_steps=tuple(event.data.get("due_steps", ())),
    )


def _acknowledged(state: State, event: Event) -> State:
    return replace(state, step=OrderState.ACKNOWLEDGED, acknowledged_at=event.at)


def _returned(state: State, event: Event) -> State:
    # The clock promised to the caller is not stopped by sending the order around.
    return replace(
        state,
        step=OrderState.ACCEPTED,
        unit_id=None,
        acknowledge_due_at=None,
        acknowledged_at=None,
        returns=state.returns + 1,
    )


def _replied(state: State, event: Event) -> State:
    text = event.data["text"]
    return replace(state, step=OrderState.REPLIED, reply=text, replied_at=event.at)


def _sent_back(state: State, event: Event) -> State:
    return replace(state, step=OrderState.ACKNOWLEDGED)


def _reminded(state: State, event: Event) -> State:
    return replace(state, reminders=state.reminders + 1)


def _resolved(state: State, event: Event) -> State:
    return replace(state, step=OrderState.RESOLVED, resolved_at=event.at)


def _followed_up(state: State, event: Event) -> State:
    return replace(state, satisfaction=Satisfaction(event.data["satisfaction"]))


def _reopened(state: State, event: Event) -> State:
    return replace(state, step=OrderState.ACKNOWLEDGED, resolved_at=None, satisfaction=None)


_STEPS = {
    EventKind.DISPATCHED: _dispatched,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.RETURNED: _returned,
    EventKind.REPLIED: _replied,
    EventKind.SENT_BACK: _sent_back,
    EventKind.REMINDED: _reminded,
    EventKind.RESOLVED: _resolved,
    EventKind.FOLLOWED_UP: _followed_up,
    EventKind.REOPENED: _reopened,
}
