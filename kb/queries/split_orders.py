"""一单多派 as a unit sees it: who else handles a part of the same request."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import WorkOrder
from kb.services.work_orders import state_of


@dataclass(frozen=True)
class Beside:
    """A unit that handles another order of the same request; ``task`` is what it was asked."""

    unit: str
    task: str


def units_beside(session: Session, order: WorkOrder) -> list[Beside]:
    """The lead units of the request's other orders, in the order these were made.

    A unit may not open them, but must know which part of the request is not its own.
    """
    others = select(WorkOrder).where(
        WorkOrder.request_id == order.request_id, WorkOrder.id != order.id
    )
    parts = (
        part
        for other in session.scalars(others.order_by(WorkOrder.id))
        for part in state_of(other).current_parts
    )
    return [
        Beside(part.unit, part.task)
        for part in parts
        if part.is_lead and part.unit_id != order.unit_id
    ]
