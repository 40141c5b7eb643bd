"""Which orders' clocks run out: for reminders, escalation and overdue lists."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.models import WorkOrder


def running_out(
    session: Session,
    *,
    before: datetime,
    after: datetime | None = None,
    after_id: int = 0,
    limit: int = 200,
) -> Sequence[WorkOrder]:
    """Orders whose first running clock ends before ``before`` (and not before ``after``).

    A page by ascending id, events, units and request loaded; go on with the last id as
    ``after_id``. ``order.next_due_kind`` says which clock, ``state_of(order).clocks`` has all.
    """
    conditions = [WorkOrder.next_due_at < before, WorkOrder.id > after_id]
    if after is not None:
        conditions.append(WorkOrder.next_due_at >= after)
    query = (
        select(WorkOrder)
        .where(*conditions)
        .order_by(WorkOrder.id)
        .limit(limit)
        .options(
            selectinload(WorkOrder.events),
            selectinload(WorkOrder.units),
            selectinload(WorkOrder.request),
        )
    )
    return session.scalars(query).all()
