"""Who sees which order and how much of it; the state behind a stored order."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, select, true
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from kb.models import WorkOrder, WorkOrderEvent, WorkOrderUnit
from kb.terms import Role
from kb.work_orders.commands import ALLOWED, possible
from kb.work_orders.conditions import CONDITIONS
from kb.work_orders.events import Event, EventKind
from kb.work_orders.fold import apply, fold
from kb.work_orders.given import Given
from kb.work_orders.permissions import acting_unit, asked_unit, may
from kb.work_orders.rules import DEFAULT_RULES, Rules
from kb.work_orders.state import CLOSED_STEPS, OrderState, State

# Written by the services of two orders at once, or said by the requester: never offered on one.
_NOT_OFFERED = frozenset({EventKind.MERGE_TAKEN, EventKind.MERGE_RELEASED, EventKind.OBJECTED})


def visible_orders(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see an order: the centre all, a unit those it has a part
    in, as lead, assisting or asked for an opinion; its people also those assigned to them."""
    if actor.is_centre:
        return true()
    if not actor.unit_scope:
        return false()
    parts = select(WorkOrderUnit.order_id).where(
        WorkOrderUnit.unit_id.in_(actor.unit_scope), WorkOrderUnit.until.is_(None)
    )
    return WorkOrder.id.in_(parts.union(select(WorkOrder.id).where(given_to(actor))))


def given_to(actor: Actor) -> ColumnElement[bool]:
    """The condition of :func:`is_given`."""
    return and_(WorkOrder.assignee_id == actor.user_id, WorkOrder.unit_id.in_(actor.unit_line))


def get_order(session: Session, number: str, actor: Actor) -> WorkOrder:
    """An order the person may see, with its request and events.

    A unit keeps sight of an order it once had a part in, because its own steps belong to it.

    :raises NotFound: it does not exist, or not for this person.
    """
    query = (
        select(WorkOrder)
        .where(WorkOrder.number == number)
        .options(
            selectinload(WorkOrder.request),
            selectinload(WorkOrder.events).selectinload(WorkOrderEvent.actor),
            selectinload(WorkOrder.units).selectinload(WorkOrderUnit.unit),
            selectinload(WorkOrder.unit),
        )
    )
    order = session.scalars(query).one_or_none()
    if order is None or not (actor.is_centre or _had_part(order, actor)):
        raise NotFound("没有这个编号的工单，或者它没有派给您的单位")
    return order


def _had_part(order: WorkOrder, actor: Actor) -> bool:
    return is_given(order, actor) or any(part.unit_id in actor.unit_scope for part in order.units)


def is_given(order: WorkOrder, actor: Actor) -> bool:
    """Tell whether the lead unit assigned the order to this person, of whichever unit below it."""
    return actor.was_given(order.assignee_id, order.unit_id)


def holds_order(order: WorkOrder, actor: Actor) -> bool:
    """Tell whether the order is this person's to follow now: the centre's, or a unit's that has a
    part in it; a unit that gave it back looks at its own part only."""
    return (
        actor.is_centre  # first: a list of the centre need not load the parts of its orders
        or is_given(order, actor)
        or any(part.until is None and part.unit_id in actor.unit_scope for part in order.units)
    )


def shown_events(order: WorkOrder, actor: Actor) -> list[WorkOrderEvent]:
    """The steps a person may read: all; for a unit whose part is over, those up to then."""
    if holds_order(order, actor):
        return list(order.events)
    last, state = 0, State()
    for place, event in enumerate(events_of(order.events), start=1):
        had = acting_unit(state, actor) is not None
        state = apply(state, event)
        if had or acting_unit(state, actor) is not None:
            last = place
    return order.events[:last]


def events_of(rows: Iterable[WorkOrderEvent]) -> list[Event]:
    """Stored events as the engine reads them."""
    return [Event(EventKind(row.kind), row.at, row.actor_id, row.data) for row in rows]


def state_of(order: WorkOrder) -> State:
    """The order's state, computed from its events."""
    return fold(events_of(order.events))


def shown_state(order: WorkOrder, actor: Actor) -> State:
    """The order's state as far as the person may read its steps: for a unit whose part is over,
    as it was then."""
    return fold(events_of(shown_events(order, actor)))


def commands_for(
    order: WorkOrder, actor: Actor, now: datetime, rules: Rules = DEFAULT_RULES
) -> list[EventKind]:
    """The commands this person could give now, in the order a page offers them.

    What only lacks words or values is offered; what the state, a limit or a rule forbids is not.
    """
    state = state_of(order)
    return [
        kind
        for kind in ALLOWED
        if kind not in _NOT_OFFERED
        and possible(state, kind)
        and may(kind, state, actor)
        # An agent takes back what they raised at the desk, where its request opens again.
        and (kind != EventKind.CANCELLED or actor.has(Role.DISPATCHER))
        and _stands(state, kind, actor, now, rules)
    ]


def _stands(state: State, kind: EventKind, actor: Actor, now: datetime, rules: Rules) -> bool:
    unit_id = asked_unit(state, actor) if kind == EventKind.OPINION_GIVEN else None
    data = {"unit_id": unit_id or acting_unit(state, actor)}
    given = Given(state, now, actor.user_id or None, data, rules)
    for condition in CONDITIONS.get(kind, ()):
        try:
            condition(given)
        except InvalidInput:
            continue
        except (IllegalTransition, PermissionDenied):
            return False
    return True


def order_list_filter(actor: Actor, *, state: str = "") -> list[ColumnElement[bool]]:
    """Conditions for a plain list; ``open`` means not yet resolved."""
    conditions = [visible_orders(actor)]
    if state == "open":
        conditions.append(is_open())
    elif state:
        conditions.append(WorkOrder.state == state)
    return conditions


def is_open() -> ColumnElement[bool]:
    """The condition that an order is not resolved, archived, merged or cancelled."""
    return WorkOrder.state.not_in([step.value for step in CLOSED_STEPS])


def is_not_cancelled() -> ColumnElement[bool]:
    """The condition that an order ever was one: what was cancelled is counted and told nowhere."""
    return WorkOrder.state != OrderState.CANCELLED.value
