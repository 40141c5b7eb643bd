"""时限改了之后: which open orders would get which new due times; nothing moves unless asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.models import WorkOrder
from kb.services.orders.closing import Recomputed, plan_recompute
from kb.services.orders.giving import By
from kb.work_orders.state import OPEN_STEPS

_PAGE = 200


@dataclass(frozen=True)
class OrderPreview:
    """One open order whose running clocks the present limits would move."""

    number: str
    unit: str
    event_count: int
    changes: tuple[Recomputed, ...]


def preview_recompute(session: Session, by: By) -> Iterator[OrderPreview]:
    """Every open order that would change, old against new; nothing is written.

    Clocks that were extended, paused, taken over or imported are left out.

    :raises CalendarUnknown: a due time falls into a year that has not been entered.
    """
    last = 0
    while True:
        rows = session.scalars(
            select(WorkOrder)
            .where(WorkOrder.state.in_([step.value for step in OPEN_STEPS]), WorkOrder.id > last)
            .order_by(WorkOrder.id)
            .limit(_PAGE)
            .options(
                selectinload(WorkOrder.events),
                selectinload(WorkOrder.request),
                selectinload(WorkOrder.unit),
            )
        ).all()
        if not rows:
            return
        last = rows[-1].id
        for order in rows:
            changes = tuple(plan_recompute(session, order, by))
            if changes:
                unit = order.unit.name if order.unit is not None else ""
                yield OrderPreview(order.number, unit, order.event_count, changes)


def as_json(preview: OrderPreview) -> dict[str, Any]:
    """Plain values: per clock the old and the new due time with its lines."""
    return {
        "number": preview.number,
        "unit": preview.unit,
        "clocks": [
            {
                "clock": one.kind.value,
                "due_at": one.promised.due.isoformat(),
                "new_due_at": one.computed.due.isoformat(),
                "steps": list(one.computed.steps),
            }
            for one in preview.changes
        ],
    }
