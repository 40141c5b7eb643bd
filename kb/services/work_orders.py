"""工单: each verb appends one event and rewrites the projection from all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.calendar import Deadline, Limit, deadline, load_calendar
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import CitizenRequest, Unit, WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services.audit import record
from kb.services.numbering import next_number
from kb.terms import Role
from kb.work_orders.commands import ALLOWED, decide
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


def holds_order(order: WorkOrder, actor: Actor) -> bool:
    """Tell whether the order is this person's to follow now: the centre's, or the unit's it is
    with; a unit that gave it back looks at its own part only."""
    return actor.is_centre or order.unit_id in actor.unit_scope


def shown_events(order: WorkOrder, actor: Actor) -> list[WorkOrderEvent]:
    """The steps a person may read: all; for a unit that gave the order back, those up to then."""
    if holds_order(order, actor):
        return list(order.events)
    last, holder = 0, None
    for place, event in enumerate(order.events, start=1):
        if event.kind == EventKind.DISPATCHED.value:
            holder = event.data.get("unit_id")
        if holder in actor.unit_scope:
            last = place
        if event.kind == EventKind.RETURNED.value:
            holder = None
    return order.events[:last]


def events_of(rows: Iterable[WorkOrderEvent]) -> list[Event]:
    """Stored events as the engine reads them."""
    return [Event(EventKind(row.kind), row.at, row.actor_id, row.data) for row in rows]


def state_of(order: WorkOrder) -> State:
    """The order's state, computed from its events."""
    return fold(events_of(order.events))


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


@dataclass(frozen=True)
class DispatchPlan:
    """The clocks an order would get if it were dispatched at a given moment."""

    acknowledge_limit: Limit
    acknowledge: Deadline
    resolve_limit: Limit
    resolve: Deadline
    # True when the due time was promised at an earlier dispatch and is only kept.
    is_promised: bool


def plan_dispatch(
    session: Session, order: WorkOrder, *, profile: Profile, now: datetime
) -> DispatchPlan:
    """Work out the clocks of a dispatch without sending anything.

    An order that comes back after a return keeps the due time promised at its first dispatch.

    :raises CalendarUnknown: a due time falls into a year that has not been entered.
    """
    calendar = load_calendar(session, now)
    limits = profile.limits
    resolve_limit = limits.resolve_limit(order.request.purpose)
    promised = state_of(order)
    if promised.due_at is not None:
        resolve = Deadline(promised.due_at, promised.due_steps)
    else:
        resolve = deadline(calendar, now, resolve_limit)
    return DispatchPlan(
        limits.acknowledge,
        deadline(calendar, now, limits.acknowledge),
        resolve_limit,
        resolve,
        promised.due_at is not None,
    )


def dispatch(
    session: Session,
    order: WorkOrder,
    *,
    unit_id: int,
    profile: Profile,
    actor: Actor,
    now: datetime,
    text: str = "",
    seen_events: int | None = None,
) -> WorkOrder:
    """派单: hand the order to the unit that must answer; its clocks start at ``now``.

    :param seen_events: see :func:`act`.
    :raises InvalidInput: no such unit.
    :raises CalendarUnknown: the due time falls into a year that has not been entered.
    :raises StaleVersion: somebody else acted first.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or not unit.is_active:
        raise InvalidInput("没有这个单位，请从列表中选择", {"unit_id": "请选择承办单位"})
    plan = plan_dispatch(session, order, profile=profile, now=now)
    data = {
        "unit_id": unit.id,
        "unit": unit.name,
        "acknowledge_due_at": plan.acknowledge.due_at.isoformat(),
        "due_at": plan.resolve.due_at.isoformat(),
        "due_steps": list(plan.resolve.steps),
        "text": text,
    }
    return act(
        session,
        order,
        EventKind.DISPATCHED,
        actor=actor,
        now=now,
        data=data,
        seen_events=seen_events,
    )


def act(
    session: Session,
    order: WorkOrder,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
    seen_events: int | None = None,
) -> WorkOrder:
    """Give a command: checked for the person, decided by the engine, appended as an event.

    :param seen_events: how many events the person had before their eyes; None asks no question.
    :raises PermissionDenied: the person's role or unit does not give this command.
    :raises StaleVersion: somebody else acted since; nothing was done.
    :raises IllegalTransition: the order's state does not allow it.
    :raises InvalidInput: words or values are missing.
    """
    state = state_of(order)
    _require(kind, state, actor)
    if seen_events is not None and seen_events != order.event_count:
        raise _acted_first(order.number)
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
    elif not (actor.is_centre or state.unit_id in actor.unit_scope):
        # A unit that only once held the order may look back at it, but not write in it.
        raise PermissionDenied("这张工单不在您的单位办理")


def _acted_first(number: str) -> StaleVersion:
    return StaleVersion(
        "别人刚刚处理过这张工单，您这一步没有执行；请看最新进展再决定", number=number
    )


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
    number = order.number  # not readable any more once the flush has failed
    try:
        session.flush()
    except IntegrityError as error:
        # Two people wrote the same next event; (order, seq) let only the first one in.
        if "work_order_event" not in str(error.orig):
            raise
        raise _acted_first(number) from error


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
    state = state_of(order)
    return [
        kind
        for kind, steps in ALLOWED.items()
        if state.step in steps and _may_give(kind, state, actor)
    ]


def _may_give(kind: EventKind, state: State, actor: Actor) -> bool:
    try:
        _require(kind, state, actor)
    except PermissionDenied:
        return False
    return True


def order_list_filter(actor: Actor, *, state: str = "") -> list[ColumnElement[bool]]:
    """Conditions for a worklist."""
    conditions = [visible_orders(actor)]
    if state == "open":
        conditions.append(WorkOrder.state != "resolved")
    elif state:
        conditions.append(WorkOrder.state == state)
    return conditions
