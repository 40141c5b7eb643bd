"""Orders that were archived with a new entry of which nothing is left, to be taken up again."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import KnowledgeItem, KnowledgeVersion, OrderEntry, WorkOrder
from kb.queries.orders import PAGE_SIZE, Page
from kb.queries.pages import within
from kb.services.order_outcomes import OVER
from kb.services.work_orders import visible_orders
from kb.terms import ItemState, VersionState
from kb.work_orders.facts import Knowledge
from kb.work_orders.state import OrderState


def left_without_entry(session: Session, actor: Actor, page: int) -> Page[WorkOrder]:
    """A page of the orders that ``order_outcomes.stands_on_nothing`` is true of and that the
    person may look at, the latest first."""
    bare = _stands_on_nothing(actor)
    total = session.scalar(select(func.count()).select_from(WorkOrder).where(bare)) or 0
    page = within(page, total, PAGE_SIZE)
    rows = session.scalars(
        select(WorkOrder)
        .where(bare)
        .options(selectinload(WorkOrder.request), selectinload(WorkOrder.unit))
        .order_by(WorkOrder.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Page(rows.all(), page, total)


def _stands_on_nothing(actor: Actor) -> ColumnElement[bool]:
    """Begins with the discarded drafts: they are few."""
    thrown = (
        select(OrderEntry.order_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == OrderEntry.version_id)
        .where(KnowledgeVersion.state == VersionState.DISCARDED.value)
    )
    is_on_its_way = exists().where(
        KnowledgeVersion.id == OrderEntry.version_id,
        KnowledgeVersion.state.not_in([state.value for state in OVER]),
    )
    is_kept = exists().where(
        OrderEntry.order_id == WorkOrder.id,
        KnowledgeItem.id == OrderEntry.item_id,
        or_(KnowledgeItem.state == ItemState.PUBLISHED.value, is_on_its_way),
    )
    return and_(
        WorkOrder.id.in_(thrown),
        WorkOrder.state == OrderState.ARCHIVED.value,
        WorkOrder.knowledge == Knowledge.CREATED.value,
        visible_orders(actor),
        ~is_kept,
    )
