"""What the page of one order shows: who sees which steps, clocks, and the commands of now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.calendar import load_calendar
from kb.errors import CalendarUnknown
from kb.masking import mask_text
from kb.models import WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.queries.order_hints import similar_orders, suggest_units
from kb.services.contact_details import Requester, masked, may_reveal, shown_content
from kb.services.work_orders import (
    commands_for,
    holds_order,
    plan_dispatch,
    shown_events,
    state_of,
)
from kb.terms import Satisfaction
from kb.work_orders.events import EventKind
from kb.work_orders.state import State
from webapp import formats
from webapp.dispatch import clocks

_SIMILAR = timedelta(days=30)
_BACK = {
    EventKind.RETURNED,
    EventKind.RETURN_GRANTED,
    EventKind.UNIT_SENT_BACK,
    EventKind.SENT_BACK,
    EventKind.REMINDED,
    EventKind.SUPERVISED,
    EventKind.REOPENED,
}
_SENT = {EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED}


@dataclass(frozen=True)
class Step:
    """One line of 经过."""

    at: datetime
    what: str
    who: str
    text: str
    classes: str


def clock_of(order: WorkOrder, now: datetime) -> clocks.Clock:
    """The clock that matters in a list; before the first dispatch, how long it has waited."""
    state = state_of(order)
    if state.due_at is None:
        return clocks.Clock("mute", f"已等 {formats.duration(now - order.created_at)}")
    return clocks.resolve_clock(state, now)


def timeline(order: WorkOrder, actor: Actor, now: datetime) -> list[Step]:
    """经过: what happened, and the due time that is still ahead."""
    steps = [_step(event, actor) for event in shown_events(order, actor)]
    is_open = state_of(order).is_open
    if steps and is_open:
        last = steps[-1]
        steps[-1] = Step(last.at, last.what, last.who, last.text, f"{last.classes} is-now".strip())
    if order.due_at is not None and is_open and order.due_at > now:
        steps.append(Step(order.due_at, "办结到期", "", "", "is-todo"))
    return steps


def _step(event: WorkOrderEvent, actor: Actor) -> Step:
    kind = EventKind(event.kind)
    what = kind.label
    if kind in _SENT:
        what = f"{kind.label} → {event.data.get('unit', '')}"
    if kind == EventKind.FOLLOWED_UP:
        what = f"回访 · {Satisfaction(event.data['satisfaction']).label}"
    return Step(
        event.at,
        what,
        event.actor.name if event.actor is not None else "系统",
        mask_text(str(event.data.get("text", ""))),
        "is-back" if kind in _BACK else "",
    )


def page_of(
    session: Session,
    order: WorkOrder,
    *,
    actor: Actor,
    now: datetime,
    profile: Profile,
    requester: Requester | None = None,
) -> dict[str, Any]:
    """Everything the template needs, except what a refused form brought back."""
    is_holder = holds_order(order, actor)
    state = state_of(order)
    commands = commands_for(order, actor, now, profile.orders)
    return {
        "order": order,
        "state": state,
        "is_holder": is_holder,
        "content": shown_content(order.request, actor),
        "requester": requester or masked(order.request, actor),
        "is_revealed": requester is not None,
        "may_reveal": requester is None and may_reveal(order.request, order, actor),
        "timeline": timeline(order, actor, now),
        "returned": _returns(order, actor),
        "reply": mask_text(state.reply) if is_holder else "",
        "commands": [kind.value for kind in commands],
        "satisfactions": list(Satisfaction),
        "similar": similar_orders(session, order, actor=actor, since=now - _SIMILAR),
        **_clocks(session, order, state, profile, now),
        **_dispatching(session, order, commands, profile, now),
    }


def _clocks(
    session: Session, order: WorkOrder, state: State, profile: Profile, now: datetime
) -> dict[str, Any]:
    first = next((event.at for event in order.events if event.kind == "dispatched"), None)
    is_moved = state.dispatched_at is not None and first != state.dispatched_at
    days: list[clocks.Day] = []
    if first is not None:
        days = clocks.strip(load_calendar(session), state, first, now)
    return {
        "acknowledge": clocks.acknowledge_clock(state, now),
        "resolve": clocks.resolve_clock(state, now),
        "acknowledge_limit": profile.limits.acknowledge,
        "resolve_limit": profile.limits.resolve_limit(
            order.request.purpose, order.request.category
        ),
        "derivation": clocks.derivation(state.due_steps, is_promised=is_moved),
        "days": days,
    }


def _returns(order: WorkOrder, actor: Actor) -> list[Mapping[str, Any]]:
    """退单: each with the unit that gave the order back and why."""
    found: list[Mapping[str, Any]] = []
    unit = ""
    for event in shown_events(order, actor):
        if EventKind(event.kind) in _SENT:
            unit = str(event.data.get("unit", ""))
        if event.kind in (EventKind.RETURNED, EventKind.RETURN_ASKED):
            text = "\n".join(filter(None, (event.data["text"], event.data.get("basis"))))
            found.append({"unit": unit, "at": event.at, "text": mask_text(text)})
    return found


def _dispatching(
    session: Session,
    order: WorkOrder,
    commands: list[EventKind],
    profile: Profile,
    now: datetime,
) -> dict[str, Any]:
    if EventKind.DISPATCHED not in commands:
        return {"plan": None, "plan_problem": "", "suggestions": []}
    suggestions = suggest_units(session, order)
    try:
        plan = plan_dispatch(session, order, profile=profile, now=now)
    except CalendarUnknown as unknown:
        return {"plan": None, "plan_problem": unknown.message, "suggestions": suggestions}
    return {"plan": plan, "plan_problem": "", "suggestions": suggestions}
