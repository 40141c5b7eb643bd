"""工单: each verb appends one event and rewrites the projection from all of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.calendar import deadline, load_calendar
from kb.errors import InvalidInput, NotFound, PermissionDenied
from kb.models import CitizenRequest, Unit, WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services.audit import record
from kb.services.numbering import next_number
from kb.terms import Role
from kb.work_orders.commands import decide
from kb.work_orders.state import Event, EventKind, State, fold

# Who may give which command; a unit only on its own orders.
_CENTRE = {
    EventKind.DISPATCHED: (Role.DISPATCHER,),
    EventKind.SENT_BACK: (Role.DISPATCHER,),
    EventKind.RESOLVED: (Role.DISPATCHER,),
    EventKind.REMINDED: (Role.SUPERVISOR, Role.DISPATCHER),
    EventKind.FOLLOWED_UP: (Role.FOLLOW_UP_AGENT,),
    EventKind.REOPENED: (Role.FOLLOW_UP_AGENT, Role.SUPERVISOR),
}
_UNIT = {
    EventKind.ACKNOWLEDGED: (Role.UNIT_CLERK, Role.UNIT_REVIEWER),
    EventKind.RETURNED: (Role.UNIT_CLERK, Role.UNIT_REVIEWER),
    EventKind.REPLIED: (Role.UNIT_CLERK, Role.UNIT_REVIEWER),
}


def visible_orders(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see an order: the centre all, a unit those sent to it."""
    if actor.is_centre:
        return true()
    return WorkOrder.unit_id.in_(actor.unit_scope) if actor.unit_scope else false()


def get_order(session: Session, number: str, actor: Actor) -> WorkOrder:
    """An order the person may see, with its request and events.

    A unit keeps sight of an order it once held, because its own steps are part of it.

    :raises NotFound: it does not exist, or not for this person.
    """
    query = (
        select(WorkOrder)
        .where(WorkOrder.number == number)
        .options(
            selectinload(WorkOrder.request),
            selectinload(WorkOrder.events).selectinload(WorkOrderEvent.actor),
            selectinload(WorkOrder.unit),
        )
    )
    order = session.scalars(query).one_or_none()
    if order is None or not (actor.is_centre or _was_sent_to(order, actor)):
        raise NotFound("没有这个编号的工单，或者它没有派给您的单位", number=number)
    return order


def _was_sent_to(order: WorkOrder, actor: Actor) -> bool:
    sent = {event.data.get("unit_id") for event in order.events if event.kind == "dispatched"}
    return not sent.isdisjoint(actor.unit_scope)


def events_of(order: WorkOrder) -> list[Event]:
    """The stored events as the engine reads them."""
    return [Event(EventKind(row.kind), row.at, row.actor_id, row.data) for row in order.events]


def state_of(order: WorkOrder) -> State:
    """The order's state, computed from its events."""
    return fold(events_of(order))


def open_order(
    session: Session,
    request: CitizenRequest,
    *,
    profile: Profile,
    actor: Actor,
    now: datetime,
    lost_item_id: int | None = None,
) -> WorkOrder:
    """Raise an order for a request; it waits for the dispatcher."""
    order = WorkOrder(
        number=next_number(session, f"{profile.number_prefix}GD", now),
        request_id=request.id,
        created_at=now,
        lost_item_id=lost_item_id,
        state="accepted",
    )
    session.add(order)
    session.flush()
    _append(session, order, Event(EventKind.ACCEPTED, now, actor.user_id or None))
    return order


def dispatch(
    session: Session,
    order: WorkOrder,
    *,
    unit_id: int,
    profile: Profile,
    actor: Actor,
    now: datetime,
    text: str = "",
) -> WorkOrder:
    """派单: hand the order to the unit that must answer; its clocks start at ``now``.

    An order that comes back after a return keeps the due time promised at its first dispatch.

    :raises InvalidInput: no such unit.
    :raises CalendarUnknown: the due time falls into a year that has not been entered.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or not unit.is_active:
        raise InvalidInput("没有这个单位，请从列表中选择", {"unit_id": "请选择承办单位"})
    calendar = load_calendar(session)
    acknowledge = deadline(calendar, now, profile.limits.acknowledge)
    settle = deadline(calendar, now, profile.limits.resolve_limit(order.request.purpose))
    promised = state_of(order)
    due_at = promised.due_at or settle.due_at
    steps = promised.due_steps if promised.due_at else settle.steps
    data = {
        "unit_id": unit.id,
        "unit": unit.name,
        "acknowledge_due_at": acknowledge.due_at.isoformat(),
        "due_at": due_at.isoformat(),
        "due_steps": list(steps),
        "text": text,
    }
    return act(session, order, EventKind.DISPATCHED, actor=actor, now=now, data=data)


def act(
    session: Session,
    order: WorkOrder,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> WorkOrder:
    """Give a command: checked for the person, decided by the engine, appended as an event.

    :raises PermissionDenied: the person's role or unit does not give this command.
    :raises IllegalTransition: the order's state does not allow it.
    :raises InvalidInput: words or values are missing.
    """
    state = state_of(order)
    _require(kind, state, actor)
    event = decide(state, kind, actor_id=actor.user_id or None, at=now, data=data or {})
    _append(session, order, event)
    record(
        session,
        actor_id=actor.user_id or None,
        action=f"work_order.{kind.value}",
        object_type="work_order",
        object_id=order.number,
        detail={},
        now=now,
    )
    return order


def _require(kind: EventKind, state: State, actor: Actor) -> None:
    if kind in _CENTRE:
        actor.require(*_CENTRE[kind])
    elif kind in _UNIT:
        actor.require(*_UNIT[kind])
        if state.unit_id is not None and state.unit_id not in actor.unit_scope:
            raise PermissionDenied("这张工单不在您的单位办理")


def _append(session: Session, order: WorkOrder, event: Event) -> None:
    order.events.append(
        WorkOrderEvent(
            seq=order.event_count + 1,
            kind=event.kind.value,
            at=event.at,
            actor_id=event.actor_id,
            data=dict(event.data),
        )
    )
    order.event_count += 1
    project(order)
    session.flush()


def project(order: WorkOrder) -> WorkOrder:
    """Rewrite the stored projection from the events."""
    state = state_of(order)
    order.state = state.step.value
    order.unit_id = state.unit_id
    order.acknowledge_due_at = state.acknowledge_due_at
    order.due_at = state.due_at
    return order


def commands_for(order: WorkOrder, actor: Actor) -> list[EventKind]:
    """The commands this person could give now, in the order a page offers them."""
    from kb.work_orders.commands import ALLOWED

    state = state_of(order)
    mine = []
    for kind, steps in ALLOWED.items():
        roles = _CENTRE.get(kind) or _UNIT.get(kind)
        if roles is None or state.step not in steps or not actor.has(*roles):
            continue
        if kind in _UNIT and state.unit_id not in actor.unit_scope:
            continue
        mine.append(kind)
    return mine


def order_list_filter(actor: Actor, *, state: str = "") -> list[ColumnElement[bool]]:
    """Conditions for a worklist."""
    conditions = [visible_orders(actor)]
    if state == "open":
        conditions.append(or_(WorkOrder.state != "resolved"))
    elif state:
        conditions.append(WorkOrder.state == state)
    return conditions
