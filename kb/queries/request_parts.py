"""Which of the orders of a split request one is: told to requesters by its number, not by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.models import WorkOrder
from kb.services.work_orders import is_not_cancelled


@dataclass(frozen=True)
class Part:
    """The ``number``th of ``total`` orders, in the order in which they were raised."""

    number: int = 1
    total: int = 1

    @property
    def words(self) -> str:
        """``第 1 张工单（共 2 张）``; empty for the only one."""
        return f"第 {self.number} 张工单（共 {self.total} 张）" if self.total > 1 else ""


def part_of(order: WorkOrder, orders: Sequence[WorkOrder]) -> Part:
    """Which one an order is among those of its request."""
    numbers = sorted(one.id for one in orders)
    return Part(numbers.index(order.id) + 1, len(numbers))


def find_part(session: Session, order: WorkOrder) -> Part:
    """The same, the others looked up; what was cancelled is none of them."""
    is_counted = or_(WorkOrder.id == order.id, is_not_cancelled())
    query = select(WorkOrder).where(WorkOrder.request_id == order.request_id, is_counted)
    return part_of(order, session.scalars(query).all())
