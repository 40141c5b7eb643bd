"""工单 → 知识: what a resolved order may leave in the library. Callers commit.

What is proposed is :mod:`kb.services.order_proposing`. The draft belongs to the unit that handled
the order and goes through its review like any other. When it is published, the caller's questions
are asked again.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import IllegalTransition
from kb.models import (
    KnowledgeItem,
    KnowledgeVersion,
    OrderEntry,
    Unit,
    WorkOrder,
)
from kb.services.entries import Content, create_entry, note
from kb.services.gap_handling import put_entry
from kb.services.gap_jobs import request_tries
from kb.services.learning import plain
from kb.services.order_outcomes import draft_of
from kb.services.order_proposing import masking, require
from kb.services.order_unanswered import gaps_of
from kb.work_orders.state import OrderState

FROM_ORDER = "from_order"
_SETTLED = (OrderState.RESOLVED, OrderState.ARCHIVED)
_SHOWN = 5


def draft_from(
    session: Session, order: WorkOrder, content: Content, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """新建条目: the draft a person has read and corrected, for the unit that handled the order.

    What was typed is masked once more, so that nothing of the caller's comes back by hand.

    :raises IllegalTransition: the order is not resolved, no unit handled it, or it has a draft.
    :raises InvalidInput: the content is not fit, see :func:`kb.services.entries.check`.
    """
    require(order, actor)
    if order.unit_id is None:
        raise IllegalTransition("这张工单没有承办单位，不能由答复新建条目")
    # Whoever comes second at the same moment waits here, and then finds the draft of the first.
    session.refresh(order, ["event_count"], with_for_update=True)
    made = draft_of(entries_of(session, order))
    if made is not None and made.version is not None:
        title = (made.item.current_version or made.version).title
        raise IllegalTransition(f"已由这张工单写了《{title}》，请在那一条里修改，不必再建一份")
    mask = masking(session, order)
    clean = replace(
        content,
        title=mask(content.title),
        body=mask(content.body),
        variants=tuple(
            mask(text) for text in content.variants if plain(text) != plain(content.title)
        ),
    )
    unit = session.get_one(Unit, order.unit_id)
    # The draft is the unit's, whoever begins it; its review and publication are as ever.
    writer = replace(actor, unit_scope=actor.unit_scope | {unit.id})
    version = create_entry(
        session,
        unit=unit,
        content=clean,
        actor=writer,
        now=now,
        source_key=f"order:{order.number}",
    )
    note(session, version, FROM_ORDER, actor, now, f"取自工单 {order.number} 的答复")
    _remember(session, order, version.item_id, version, actor, now)
    return version


def name_existing(
    session: Session, order: WorkOrder, item_id: int, *, actor: Actor, now: datetime
) -> OrderEntry:
    """已有条目: this entry in force answers the matter; the caller's questions are asked again.

    :raises NotFound: no such entry for this person.
    :raises IllegalTransition: the entry was never published.
    """
    require(order, actor)
    item = get_visible(session, item_id, actor)
    if item.current_version is None:
        raise IllegalTransition("这个条目还没有发布，请选已发布的条目")
    row = _remember(session, order, item.id, None, actor, now)
    request_tries(session, item.id, now)
    return row


def _remember(
    session: Session,
    order: WorkOrder,
    item_id: int,
    version: KnowledgeVersion | None,
    actor: Actor,
    now: datetime,
) -> OrderEntry:
    query = select(OrderEntry).where(OrderEntry.order_id == order.id, OrderEntry.item_id == item_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = OrderEntry(
            order_id=order.id,
            item_id=item_id,
            version_id=version.id if version else None,
            at=now,
            actor_id=actor.user_id or None,
        )
        session.add(row)
        session.flush()
    for gap in gaps_of(session, order):
        put_entry(session, gap, row.item, actor=actor, now=now, version=version)
    return row


def entries_of(session: Session, order: WorkOrder) -> list[OrderEntry]:
    """The entries drafted or named for an order, oldest first."""
    query = (
        select(OrderEntry)
        .where(OrderEntry.order_id == order.id)
        .options(
            selectinload(OrderEntry.item).selectinload(KnowledgeItem.current_version),
            selectinload(OrderEntry.version),
            selectinload(OrderEntry.actor),
        )
        .order_by(OrderEntry.id)
    )
    return list(session.scalars(query))
