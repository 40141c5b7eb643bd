"""The stored projection of an order: written with every event, and checked against its sources."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.models import (
    CitizenRequest,
    WorkOrder,
    WorkOrderPast,
    WorkOrderSupervision,
    WorkOrderUnit,
)
from kb.services.orders.reading import events_of
from kb.terms import ClockKind
from kb.work_orders.facts import Part, Supervision
from kb.work_orders.past import Life, Stretch, lived
from kb.work_orders.state import State

_PAGE = 200


def project(order: WorkOrder) -> WorkOrder:
    """Rewrite the stored projection from the events."""
    life = lived(events_of(order.events))
    state = life.state
    for name, value in (columns(state) | request_columns(order.request)).items():
        setattr(order, name, value)
    for ordinal, part in enumerate(state.parts):
        values = part_columns(part)
        if ordinal < len(order.units):
            for name, value in values.items():
                setattr(order.units[ordinal], name, value)
        else:
            order.units.append(WorkOrderUnit(ordinal=ordinal, **values))
    if state.supervisions:  # most orders never have one, and need not look
        _project_supervisions(order, state)
    _project_past(order, life)
    return order


def _project_past(order: WorkOrder, life: Life) -> None:
    order.revised_at = life.revised_at
    # With none there never was one, and no rows to look at: what happened stays in the events.
    for ordinal, stretch in enumerate(life.past):
        if ordinal == len(order.past):
            order.past.append(WorkOrderPast())
        for name, value in past_columns(stretch).items():
            setattr(order.past[ordinal], name, value)


def _project_supervisions(order: WorkOrder, state: State) -> None:
    known = {row.ordinal: row for row in order.supervisions}
    for one in state.supervisions:
        row = known.get(one.number)
        if row is None:
            row = WorkOrderSupervision(ordinal=one.number)
            order.supervisions.append(row)
        for name, value in supervision_columns(one).items():
            setattr(row, name, value)


def request_columns(request: CitizenRequest) -> dict[str, Any]:
    """What the columns of ``work_order`` that repeat its request must be."""
    return {
        "received_at": request.received_at,
        "channel": request.channel,
        "request_outcome": request.outcome,
        "category": request.category,
    }


def columns(state: State) -> dict[str, Any]:
    """What the columns of ``work_order`` that follow from its events must be for a state."""
    next_clock, supervision = state.next_clock, state.supervision
    due = {kind: clock.due for kind, clock in state.waited_for.items()}
    return {
        "state": state.step.value,
        "unit_id": state.unit_id,
        "accountable_unit_id": state.accountable.unit_id,
        "assignee_id": state.assignee_id,
        "urgency": state.urgency.value,
        "dispatched_at": state.dispatched_at,
        "acknowledge_due_at": state.acknowledge_due_at,
        "acknowledged_at": state.acknowledged_at,
        "due_at": state.due_at,
        "reply_due_at": due.get(ClockKind.REPLY),
        "ruling_due_at": due.get(ClockKind.RULING),
        "next_due_at": next_clock[1].due if next_clock else None,
        "next_due_kind": next_clock[0].value if next_clock else "",
        "pending": state.pending.stored if state.pending else "",
        "is_ruling": state.is_ruling,
        "paused_until": state.pauses[-1].end if state.pauses else None,
        "is_supervised": supervision is not None,
        "supervision_due_at": supervision.clock.due if supervision and supervision.clock else None,
        "returns": state.returns,
        "extensions": state.extensions,
        "reminders": state.reminders,
        "reopens": state.reopens,
        "settled": state.settled.value if state.settled else "",
        "resolved_at": state.resolved_at,
        "follow_up": state.follow_up.value,
        "followed_up_at": state.followed_up_at,
        "call_back_due_at": due.get(ClockKind.CALL_BACK),
        "call_attempts": len(state.attempts),
        "satisfaction": state.satisfaction.value if state.satisfaction else "",
        "knowledge": state.knowledge.outcome.value if state.knowledge else "",
        "merged_into": state.merged_into,
    }


def part_columns(part: Part) -> dict[str, Any]:
    """What the columns of ``work_order_unit`` must be for a unit's part."""
    clock = part.acknowledge
    return {
        "unit_id": part.unit_id,
        "role": part.role.value,
        "since": part.since,
        "until": part.until,
        "ended_by": part.ended_by,
        "acknowledge_due_at": clock.due if clock else None,
        "acknowledged_at": clock.stopped if clock else None,
        "is_done": part.is_done,
    }


def past_columns(stretch: Stretch) -> dict[str, Any]:
    """What the columns of ``work_order_past`` must be for a stretch of an order's life."""
    return {"since": stretch.since, "until": stretch.until, **stretch.counted}


def supervision_columns(one: Supervision) -> dict[str, Any]:
    """What the columns of ``work_order_supervision`` must be for a 督办单."""
    return {
        "unit_id": one.unit_id,
        "at": one.at,
        "due_at": one.clock.due if one.clock else None,
        "answered_at": one.answered_at,
        "closed_at": one.closed_at,
    }


@dataclass(frozen=True)
class Difference:
    """A stored value that is not what the events say."""

    number: str
    name: str
    stored: str
    computed: str


def differences(order: WorkOrder) -> list[Difference]:
    """Every stored value of an order that is not what its events and its request say."""
    life = lived(events_of(order.events))
    state = life.state
    expected = columns(state) | request_columns(order.request)
    found = _compare(order.number, "", order, expected)
    if order.event_count != len(order.events):
        found.append(
            Difference(order.number, "event_count", str(order.event_count), str(len(order.events)))
        )
    if len(order.units) != len(state.parts):
        found.append(
            Difference(order.number, "units", str(len(order.units)), str(len(state.parts)))
        )
    for row, part in zip(order.units, state.parts, strict=False):
        found += _compare(order.number, f"units.{row.ordinal}.", row, part_columns(part))
    stored, computed = len(order.supervisions), len(state.supervisions)
    if stored != computed:
        found.append(Difference(order.number, "supervisions", str(stored), str(computed)))
    for paper, one in zip(order.supervisions, state.supervisions, strict=False):
        name = f"supervisions.{paper.ordinal}."
        found += _compare(order.number, name, paper, supervision_columns(one))
    return found + _past_differences(order, life)


def _past_differences(order: WorkOrder, life: Life) -> list[Difference]:
    found = _compare(order.number, "", order, {"revised_at": life.revised_at})
    stored, computed = len(order.past), len(life.past)
    if stored != computed:
        found.append(Difference(order.number, "past", str(stored), str(computed)))
    for ordinal, (row, one) in enumerate(zip(order.past, life.past, strict=False)):
        found += _compare(order.number, f"past.{ordinal}.", row, past_columns(one))
    return found


def _compare(number: str, prefix: str, row: object, values: dict[str, Any]) -> list[Difference]:
    return [
        Difference(number, f"{prefix}{name}", str(getattr(row, name)), str(value))
        for name, value in values.items()
        if getattr(row, name) != value
    ]


@dataclass
class OrderReport:
    """What a check of all orders found; ``rewritten`` counts the orders put right."""

    checked: int = 0
    rewritten: int = 0
    differences: list[Difference] = field(default_factory=list)


def check_orders(session: Session, *, rewrite: bool = False) -> OrderReport:
    """Recompute every order from its events.

    With ``rewrite`` the stored values are put right; the events are never touched.
    """
    report, last = OrderReport(), 0
    query = select(WorkOrder).options(
        selectinload(WorkOrder.events),
        selectinload(WorkOrder.units),
        selectinload(WorkOrder.supervisions),
        selectinload(WorkOrder.past),
        selectinload(WorkOrder.request),
    )
    while True:
        page = query.where(WorkOrder.id > last).order_by(WorkOrder.id).limit(_PAGE)
        rows = session.scalars(page).all()
        if not rows:
            return report
        for order in rows:
            found = differences(order)
            report.checked += 1
            report.differences += found
            if found and rewrite:
                _rewrite(session, order)
                report.rewritten += 1
        last = rows[-1].id
        session.flush()
        session.expunge_all()


def _rewrite(session: Session, order: WorkOrder) -> None:
    life = lived(events_of(order.events))
    for row in order.units[len(life.state.parts) :]:
        session.delete(row)
        order.units.remove(row)
    for paper in order.supervisions[len(life.state.supervisions) :]:
        session.delete(paper)
        order.supervisions.remove(paper)
    for stretch in order.past[len(life.past) :]:
        session.delete(stretch)
        order.past.remove(stretch)
    order.event_count = len(order.events)
    project(order)
