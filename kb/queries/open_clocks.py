"""Open orders whose promised time runs across some days."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.clock import day_start
from kb.models import WorkOrder
from kb.work_orders.state import CLOSED_STEPS

SHOWN = 20


@dataclass(frozen=True)
class OpenOrders:
    """How many orders there are, and the numbers of the first ones to run out."""

    total: int
    numbers: tuple[str, ...]


def orders_across(session: Session, first: date, last: date) -> OpenOrders:
    """Open orders raised by the end of ``last`` that are due on ``first`` or later."""
    conditions = (
        WorkOrder.state.not_in([step.value for step in CLOSED_STEPS]),
        WorkOrder.due_at >= day_start(first),
        WorkOrder.created_at < day_start(last + timedelta(days=1)),
    )
    total = session.scalar(select(func.count()).select_from(WorkOrder).where(*conditions)) or 0
    numbers = session.scalars(
        select(WorkOrder.number).where(*conditions).order_by(WorkOrder.due_at).limit(SHOWN)
    )
    return OpenOrders(total, tuple(numbers))
