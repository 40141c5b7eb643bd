"""What hangs on a unit, for whoever is about to close, rename or move it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.models import CatalogueEntry, KnowledgeItem, Unit, User, WorkOrder
from kb.services.work_orders import is_open
from kb.terms import ItemState


@dataclass(frozen=True)
class UnitEffects:
    """Counts: active people, published entries, orders it has in hand, catalogue rows it leads,
    units directly below that are in use."""

    people: int
    entries: int
    orders: int
    catalogue: int
    units: int


def effects_of(session: Session, unit_id: int) -> UnitEffects:
    """What hangs on this unit itself; units below it count by themselves."""

    def count(*conditions: object) -> int:
        return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]

    return UnitEffects(
        people=count(User.unit_id == unit_id, User.is_active.is_(True)),
        entries=count(
            KnowledgeItem.unit_id == unit_id, KnowledgeItem.state == ItemState.PUBLISHED.value
        ),
        orders=count(WorkOrder.unit_id == unit_id, is_open()),
        catalogue=count(CatalogueEntry.lead_unit_id == unit_id),
        units=count(Unit.parent_id == unit_id, Unit.is_active.is_(True)),
    )
