"""What helps to handle an order: the unit it may belong to, and others like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import CitizenRequest, KnowledgeItem, KnowledgeVersion, Unit, WorkOrder
from kb.services.work_orders import visible_orders


@dataclass(frozen=True)
class Suggestion:
    """A unit an order may well belong to, and why."""

    unit: Unit
    reason: str


def suggest_units(session: Session, order: WorkOrder, limit: int = 3) -> list[Suggestion]:
    """Units that earlier handled, or answer in the library for, this category; surest first."""
    category = order.request.category
    if not category:
        return []
    handled = _units_of_earlier_orders(session, order, category)
    answering = _units_of_entries(session, category)
    total = sum(handled.values())
    ranked = sorted(
        handled.keys() | answering.keys(),
        key=lambda unit_id: (-handled.get(unit_id, 0), -answering.get(unit_id, 0), unit_id),
    )
    found = []
    for unit_id in ranked[:limit]:
        unit = session.get_one(Unit, unit_id)
        reasons = []
        if unit_id in handled:
            reasons.append(f"同类工单 {total} 件，由它承办 {handled[unit_id]} 件")
        if unit_id in answering:
            reasons.append(f"同类知识条目 {answering[unit_id]} 条")
        found.append(Suggestion(unit, "；".join(reasons)))
    return found


def _units_of_earlier_orders(session: Session, order: WorkOrder, category: str) -> dict[int, int]:
    query = (
        select(WorkOrder.unit_id, func.count())
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .join(Unit, Unit.id == WorkOrder.unit_id)
        .where(
            CitizenRequest.category == category, WorkOrder.id != order.id, Unit.is_active.is_(True)
        )
        .group_by(WorkOrder.unit_id)
    )
    return {unit_id: count for unit_id, count in session.execute(query) if unit_id is not None}


def _units_of_entries(session: Session, category: str) -> dict[int, int]:
    query = (
        select(KnowledgeItem.unit_id, func.count())
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .where(
            KnowledgeVersion.category == category,
            KnowledgeItem.state == "published",
            Unit.is_active.is_(True),
        )
        .group_by(KnowledgeItem.unit_id)
    )
    return dict(session.execute(query).all())


def similar_orders(
    session: Session, order: WorkOrder, *, actor: Actor, since: datetime, limit: int = 5
) -> Sequence[WorkOrder]:
    """Other orders of the same category that the person may see, newest first."""
    if not order.request.category:
        return []
    query = (
        select(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(
            visible_orders(actor),
            WorkOrder.id != order.id,
            WorkOrder.created_at >= since,
            CitizenRequest.category == order.request.category,
        )
        .options(selectinload(WorkOrder.request), selectinload(WorkOrder.unit))
        .order_by(WorkOrder.created_at.desc(), WorkOrder.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()
