"""受理, 派单, 改派: an order is raised and handed to the unit that must answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import CitizenRequest, Unit, WorkOrder
from kb.profile import Profile
from kb.services.numbering import next_number
from kb.services.orders.clocks import promised, replying, started
from kb.services.orders.giving import By, append, give
from kb.services.orders.projecting import request_columns
from kb.services.orders.reading import state_of
from kb.terms import ClockKind, Urgency
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import Event, EventKind

_AT_DISPATCH = (ClockKind.ACKNOWLEDGE, ClockKind.RETURN, ClockKind.RESOLVE)


@dataclass(frozen=True)
class Assisting:
    """An assisting unit (协办) and what it is to do."""

    unit_id: int
    task: str = ""


def open_order(
    session: Session,
    request: CitizenRequest,
    *,
    profile: Profile,
    actor: Actor,
    now: datetime,
    lost_item_id: int | None = None,
    urgency: Urgency = Urgency.NORMAL,
) -> WorkOrder:
    """Raise an order for a request; it waits for the dispatcher.

    Several orders of one request (一单多派) are several calls.
    """
    order = WorkOrder(
        number=next_number(session, f"{profile.number_prefix}GD", now, WorkOrder.number),
        request_id=request.id,
        created_at=now,
        lost_item_id=lost_item_id,
        state="accepted",
        event_count=0,
        **request_columns(request),
    )
    session.add(order)
    session.flush()
    data = {} if urgency == Urgency.NORMAL else {"urgency": urgency.value}
    append(session, order, Event(EventKind.ACCEPTED, now, actor.user_id or None, data))
    return order


@dataclass(frozen=True)
class DispatchPlan:
    """The clocks an order would get if it were dispatched at a given moment.

    ``is_promised``: the resolve clock was started by an earlier dispatch and is only kept.
    """

    acknowledge: Clock
    returning: Clock
    resolve: Clock
    is_promised: bool


def plan_dispatch(
    session: Session,
    order: WorkOrder,
    *,
    profile: Profile,
    now: datetime,
    unit_id: int | None = None,
) -> DispatchPlan:
    """Work out the clocks of a dispatch without sending anything.

    :param unit_id: the unit it would go to; None while none is chosen: nobody is on duty then.
    :raises CalendarUnknown: a due time falls into a year that has not been entered.
    """
    kept = promised(state_of(order))
    made = _clocks(session, order, profile, now, unit_id, kept) | kept
    return DispatchPlan(
        made[ClockKind.ACKNOWLEDGE],
        made[ClockKind.RETURN],
        made[ClockKind.RESOLVE],
        ClockKind.RESOLVE in kept,
    )


def _clocks(
    session: Session,
    order: WorkOrder,
    profile: Profile,
    now: datetime,
    unit_id: int | None,
    kept: Mapping[ClockKind, Clock],
) -> dict[ClockKind, Clock]:
    """The clocks that a dispatch starts; where a promise runs, its limits need no calendar."""
    return started(
        session,
        order,
        [kind for kind in (*_AT_DISPATCH, *replying(profile)) if kind not in kept],
        profile=profile,
        urgency=state_of(order).urgency,
        start=now,
        unit_id=unit_id,
    )


def dispatch(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    unit_id: int,
    assisting: Sequence[Assisting] = (),
    text: str = "",
    basis: str = "",
    handed: Mapping[ClockKind, Clock] | None = None,
) -> WorkOrder:
    """派单 to a lead unit, with assisting ones for 一单联派; its clocks start now.

    The clocks for resolving and answering that an earlier dispatch promised go on unchanged.

    :param handed: such clocks of the order that this one was split off from.
    :raises InvalidInput: no such unit; after two returns, no assisting unit.
    :raises CalendarUnknown: a due time falls into a year that has not been entered.
    """
    data = sending(session, order, by, unit_id, assisting, handed)
    data |= {"text": text, "basis": basis}
    return give(session, order, EventKind.DISPATCHED, by, data)


def reassign(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    unit_id: int,
    assisting: Sequence[Assisting] = (),
    text: str = "",
    basis: str = "",
) -> WorkOrder:
    """改派: take the order from its unit and hand it to another (or change who assists)."""
    data = sending(session, order, by, unit_id, assisting) | {"text": text, "basis": basis}
    return give(session, order, EventKind.REASSIGNED, by, data)


def sending(
    session: Session,
    order: WorkOrder,
    by: By,
    unit_id: int,
    assisting: Sequence[Assisting],
    handed: Mapping[ClockKind, Clock] | None = None,
) -> dict[str, Any]:
    """The data of an event that sends the order to units, clocks included."""
    lead = find_active(session, unit_id)
    others = [
        {"unit_id": one.unit_id, "unit": find_active(session, one.unit_id, "assisting").name}
        | {"task": one.task}
        for one in assisting
    ]
    handed = handed or {}
    kept = promised(state_of(order)) | dict(handed)
    made = _clocks(session, order, by.profile, by.now, lead.id, kept) | dict(handed)
    data: dict[str, Any] = {"unit_id": lead.id, "unit": lead.name, "clocks": as_data(made)}
    return data | ({"assisting": others} if others else {})


def find_active(session: Session, unit_id: int, field: str = "unit_id") -> Unit:
    """A unit that takes orders.

    :raises InvalidInput: there is none.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or not unit.is_active:
        raise InvalidInput("没有这个单位，请从列表中选择", {field: "请选择承办单位"})
    return unit


def change_urgency(
    session: Session, order: WorkOrder, by: By, *, urgency: str, text: str = ""
) -> WorkOrder:
    """Set the 紧急程度; the clocks of the new class start now and hold where they end sooner than
    what was promised, which is never moved later."""
    if urgency not in list(Urgency):
        raise InvalidInput("请选择紧急程度", {"urgency": "请选择紧急程度"})
    state = state_of(order)
    made: dict[ClockKind, Clock] = {}
    if state.dispatched_at is not None and state.is_open:
        kinds = [
            kind
            for kind in (ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE, ClockKind.REPLY)
            if (clock := state.clock(kind)) is not None and clock.is_running
        ]
        made = started(
            session, order, kinds, profile=by.profile, urgency=Urgency(urgency), start=by.now
        )
    data = {"urgency": str(urgency), "text": text, "clocks": as_data(made)}
    return give(session, order, EventKind.URGENCY_CHANGED, by, data)
