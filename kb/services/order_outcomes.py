"""知识成果 that is still a draft: what an archived order stands on is not thrown away unseen."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition
from kb.models import KnowledgeVersion, OrderEntry, WorkOrder
from kb.terms import ItemState, VersionState
from kb.work_orders.facts import Knowledge
from kb.work_orders.state import OrderState

OVER = (VersionState.PUBLISHED, VersionState.REPLACED, VersionState.DISCARDED)


def require_no_outcome(session: Session, version: KnowledgeVersion) -> None:
    """Refuse to drop the draft that an archived order names as its new entry, while nothing else
    noted on the order is in force or on its way.

    :raises IllegalTransition: naming the order and the way out.
    """
    its_orders = select(OrderEntry.order_id).where(OrderEntry.version_id == version.id)
    # Locked as archiving locks them: neither may decide by what the other is about to change.
    noted = session.scalars(
        select(OrderEntry)
        .where(OrderEntry.order_id.in_(its_orders))
        .order_by(OrderEntry.id)
        .with_for_update()
    ).all()
    kept = {row.order_id for row in noted if row.version_id != version.id and _is_kept(row)}
    bare = {row.order_id for row in noted} - kept
    number = session.scalar(
        select(WorkOrder.number)
        .where(
            WorkOrder.id.in_(bare),
            WorkOrder.state == OrderState.ARCHIVED.value,
            WorkOrder.knowledge == Knowledge.CREATED.value,
        )
        .order_by(WorkOrder.id)
    )
    if number is not None:
        raise IllegalTransition(
            f"工单 {number} 已归档，知识成果就是这份草稿，不能作废。请修改后送审；"
            "已有条目答得上的，先在这张工单的“知识产出”里选定那个条目，再作废这一份"
        )


def _is_kept(row: OrderEntry) -> bool:
    if row.item.state == ItemState.PUBLISHED:
        return True
    return row.version is not None and row.version.state not in OVER


def draft_of(rows: Iterable[OrderEntry]) -> OrderEntry | None:
    """What was written from an order's reply and is in force or on its way: it is mended there,
    not written a second time."""
    return next((row for row in rows if row.version_id is not None and _is_kept(row)), None)


def stands_on_nothing(order: WorkOrder, rows: Iterable[OrderEntry]) -> bool:
    """Tell whether an order was archived with a new entry of which nothing is left."""
    is_made = order.state == OrderState.ARCHIVED and order.knowledge == Knowledge.CREATED
    return is_made and not any(map(_is_kept, rows))


def goes_on_as(
    session: Session,
    version: KnowledgeVersion,
    moved: KnowledgeVersion,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Note on its orders that a draft went into another entry; what is noted already stays."""
    rows = session.scalars(select(OrderEntry).where(OrderEntry.version_id == version.id)).all()
    known = set(
        session.scalars(select(OrderEntry.order_id).where(OrderEntry.item_id == moved.item_id))
    )
    session.add_all(
        OrderEntry(
            order_id=row.order_id,
            item_id=moved.item_id,
            version_id=moved.id,
            at=now,
            actor_id=actor.user_id or None,
        )
        for row in rows
        if row.order_id not in known
    )
    session.flush()
