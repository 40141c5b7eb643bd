"""Who had the order of a request: now, or as it stood at a moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.bulletins.conditions import UNASSIGNED
from kb.models import Unit, WorkOrder, WorkOrderPast


def units_of(session: Session, ids: Collection[int], as_of: datetime | None) -> dict[int, str]:
    """Request → the unit that had its newest order; orders that were merged into others count with
    those, and requests without any have none.

    :param as_of: ``None`` for now.
    """
    order, past = WorkOrder, WorkOrderPast
    found = select(order.id, order.request_id, order.unit_id, order.dispatched_at).where(
        order.request_id.in_(ids), order.merged_into == ""
    )
    rows: list[Any] = []
    if as_of is None:
        rows += session.execute(found).all()
    else:
        standing = or_(order.revised_at.is_(None), order.revised_at <= as_of)
        rows += session.execute(found.where(standing, order.created_at <= as_of)).all()
        rows += session.execute(
            select(order.id, order.request_id, past.unit_id, past.dispatched_at)
            .join(past, past.order_id == order.id)
            .where(
                order.request_id.in_(ids),
                past.merged_into == "",
                past.since <= as_of,
                past.until > as_of,
            )
        ).all()
    names = dict(session.execute(select(Unit.id, Unit.name)).all())
    held: dict[int, str] = {}
    for _, request_id, unit_id, sent_at in sorted(rows, key=lambda row: row[0]):
        is_sent = as_of is None or (sent_at is not None and sent_at <= as_of)
        held[request_id] = names.get(unit_id, UNASSIGNED) if is_sent else UNASSIGNED
    return held
