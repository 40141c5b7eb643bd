"""An order as the API describes it. Numbers of callers are masked here, always."""

from datetime import datetime
from typing import Any

from kb.actor import Actor
from kb.models import WorkOrder, WorkOrderEvent
from kb.replies.finding import Finding
from kb.services.contact_details import masked, shown_content, shown_text
from kb.services.work_orders import commands_for, events_of, holds_order, shown_events
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Part
from kb.work_orders.fold import fold
from kb.work_orders.rules import DEFAULT_RULES, Rules
from kb.work_orders.state import CLOSED_STEPS, OrderState, State
from webapp.api_v1.order_paths import PATHS
from webapp.api_v1.request_json import instant


def brief_json(order: WorkOrder, actor: Actor, now: datetime) -> dict[str, Any]:
    """The values of ``OrderBriefSchema``, from the stored projection."""
    request = order.request
    is_open = OrderState(order.state) not in CLOSED_STEPS
    return {
        "number": order.number,
        "request_number": request.number,
        "title": shown_text(request.title, request, actor),
        "purpose": request.purpose,
        "category": request.category,
        "region": request.region,
        "state": order.state,
        "state_label": OrderState(order.state).label,
        "unit_id": order.unit_id,
        "unit": order.unit.name if order.unit else None,
        "created_at": instant(order.created_at),
        "acknowledge_due_at": instant(order.acknowledge_due_at),
        "due_at": instant(order.due_at),
        "is_overdue": is_open and order.due_at is not None and now > order.due_at,
        "event_count": order.event_count,
    }


def order_json(
    order: WorkOrder, actor: Actor, now: datetime, rules: Rules = DEFAULT_RULES
) -> dict[str, Any]:
    """The values of ``OrderSchema``, computed from the events.

    A unit that gave the order back sees it as it was then, and nothing of who asked.
    """
    request, events = order.request, shown_events(order, actor)
    is_holder = holds_order(order, actor)
    state = fold(events_of(events))
    then = {} if is_holder else _as_then(state, len(events))
    return (
        brief_json(order, actor, now)
        | then
        | {
            "content": shown_content(request, actor),
            "place": shown_text(request.place, request, actor),
            "requester_phone": masked(request, actor).phone if is_holder else "",
            "is_overdue": state.overdue(now if is_holder else events[-1].at),
            "due_steps": list(state.due_steps),
            "acknowledged_at": instant(state.acknowledged_at),
            "reply": shown_text(state.reply, request, actor),
            "replied_at": instant(state.replied_at),
            "resolved_at": instant(state.resolved_at),
            "satisfaction": state.satisfaction.value if state.satisfaction else None,
            "returns": state.returns,
            "reminders": state.reminders,
            "urgency": state.urgency.value,
            "accountable": "热线中心" if state.accountable.is_centre else state.unit,
            "pending": state.pending.ask.value if state.pending else None,
            "pending_in_unit": state.pending is not None and state.pending.in_unit,
            "units": [_part(part) for part in state.parts],
            "clocks": [_clock(kind, clock) for kind, clock in state.clocks.items()],
            "merged_into": state.merged_into,
            "commands": _paths(order, actor, now, rules),
            "events": [event_json(event, order, actor) for event in events],
        }
    )


def _as_then(state: State, count: int) -> dict[str, Any]:
    """What the stored projection says of an order, by the steps that a unit took part in."""
    acknowledge = state.clock(ClockKind.ACKNOWLEDGE)
    return {
        "state": state.step.value,
        "state_label": state.step.label,
        "unit_id": state.unit_id,
        "unit": state.unit or None,
        "acknowledge_due_at": instant(acknowledge.due if acknowledge is not None else None),
        "due_at": instant(state.due_at),
        "event_count": count,
    }


def finding_json(finding: Finding) -> dict[str, str]:
    """The values of ``FindingSchema``."""
    return {
        "kind": finding.kind.value,
        "label": finding.kind.label,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "quote": finding.quote,
        "suggestion": finding.suggestion,
        "against": finding.against,
    }


def event_json(event: WorkOrderEvent, order: WorkOrder, actor: Actor) -> dict[str, Any]:
    """The values of ``EventSchema``."""
    return {
        "seq": event.seq,
        "kind": event.kind,
        "label": EventKind(event.kind).label,
        "at": instant(event.at),
        "actor": event.actor.name if event.actor else "",
        "text": shown_text(str(event.data.get("text", "")), order.request, actor),
    }


def _paths(order: WorkOrder, actor: Actor, now: datetime, rules: Rules) -> list[str]:
    return [PATHS[kind] for kind in commands_for(order, actor, now, rules) if kind in PATHS]


def _part(part: Part) -> dict[str, Any]:
    return {
        "unit_id": part.unit_id,
        "unit": part.unit,
        "role": part.role.value,
        "role_label": part.role.label,
        "since": instant(part.since),
        "until": instant(part.until),
    }


def _clock(kind: ClockKind, clock: Clock) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "label": kind.label,
        "start": instant(clock.start),
        "due_at": instant(clock.due),
        "stopped_at": instant(clock.stopped),
        "limit": clock.limit,
        "steps": list(clock.steps),
    }
