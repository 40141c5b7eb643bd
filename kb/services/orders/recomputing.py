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
    order_id: int = 0

    @property
    def seal(self) -> str:
        """The new due times as one value: what was shown is what may be applied."""
        return ";".join(f"{one.kind.value}@{one.computed.due.isoformat()}" for one in self.changes)


@dataclass(frozen=True)
class PreviewPage:
    """Some of the orders that would change; ``looked_at`` open orders were gone through.

    :ivar next_after: where the next page begins; None when every open order was seen.
    """

    found: tuple[OrderPreview, ...]
    looked_at: int
    next_after: int | None


def preview_recompute(session: Session, by: By) -> Iterator[OrderPreview]:
    """Every open order that would change, old against new; nothing is written.

    Clocks that were extended, paused, taken over or imported are left out.

    :raises CalendarUnknown: a due time falls into a year that has not been entered.
    """
    for preview in _walk(session, by, 0):
        if preview.changes:
            yield preview


def preview_page(
    session: Session, by: By, after: int = 0, *, most_found: int = 50, most_looked: int = 1000
) -> PreviewPage:
    """As :func:`preview_recompute`, as much of it as one page may take.

    :param after: the id of the order that the page before ended with.
    """
    found: list[OrderPreview] = []
    looked_at, last = 0, after
    for preview in _walk(session, by, after):
        if len(found) == most_found or looked_at == most_looked:
            return PreviewPage(tuple(found), looked_at, last)
        looked_at, last = looked_at + 1, preview.order_id
        if preview.changes:
            found.append(preview)
    return PreviewPage(tuple(found), looked_at, None)


def preview_of(session: Session, order: WorkOrder, by: By) -> OrderPreview:
    """One order, changed or not."""
    unit = order.unit.name if order.unit is not None else ""
    changes = tuple(plan_recompute(session, order, by))
    return OrderPreview(order.number, unit, order.event_count, changes, order.id)


def _walk(session: Session, by: By, after: int) -> Iterator[OrderPreview]:
    while True:
        rows = session.scalars(
            select(WorkOrder)
            .where(WorkOrder.state.in_([step.value for step in OPEN_STEPS]), WorkOrder.id > after)
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
        after = rows[-1].id
        for order in rows:
            yield preview_of(session, order, by)


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
