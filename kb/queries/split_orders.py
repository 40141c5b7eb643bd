"""一单多派 as a unit sees it: who else handles a part of the same request."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import WorkOrder
from kb.services.work_orders import state_of
from kb.work_orders.events import EventKind


@dataclass(frozen=True)
class Beside:
    """A unit that handles another order of the same request; ``task`` is what it was asked."""

    unit: str
    task: str


def units_beside(session: Session, order: WorkOrder, actor: Actor) -> list[Beside]:
    """The lead units of the request's other orders, in the order these were made, without the
    person's own.

    A unit may not open them, but must know which part of the request is not its own. Why the
    centre sent one on (改派, 核定) is between the centre and that unit.
    """
    others = (
        select(WorkOrder)
        .where(WorkOrder.request_id == order.request_id, WorkOrder.id != order.id)
        .order_by(WorkOrder.id)
        .options(selectinload(WorkOrder.events))
    )
    return [
        Beside(part.unit, part.task if part.since in _dispatched(other) else "")
        for other in session.scalars(others)
        for part in state_of(other).current_parts
        if part.is_lead and part.unit_id not in actor.unit_scope
    ]


def _dispatched(order: WorkOrder) -> set[object]:
    return {event.at for event in order.events if event.kind == EventKind.DISPATCHED.value}
