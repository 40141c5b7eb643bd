"""What the database knows of who handles what: catalogue, units, settled orders, returns.

Each function is one query or two; the ranking itself is pure (kb.suggesting).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.models import CatalogueEntry, CitizenRequest, Unit, WorkOrder, WorkOrderUnit
from kb.services.lessons import SETTLED_STATES
from kb.suggesting.matters import Matter, NamedUnit
from kb.terms import UnitKind
from kb.work_orders.facts import PartRole

_LOCAL = (UnitKind.DISTRICT.value, UnitKind.SUBDISTRICT.value, UnitKind.TOWNSHIP.value)
RETURNED = ("returned", "return_granted")
MAX_RETURNS = 2000


def matters_on(session: Session, day: date) -> list[Matter]:
    """The rows of the catalogue that hold on a day."""
    query = (
        select(CatalogueEntry)
        .where(
            CatalogueEntry.valid_from <= day,
            or_(CatalogueEntry.valid_until.is_(None), CatalogueEntry.valid_until >= day),
        )
        .options(selectinload(CatalogueEntry.assisting))
        .order_by(CatalogueEntry.id)
    )
    return [matter_of(entry) for entry in session.scalars(query)]


def matter_of(entry: CatalogueEntry) -> Matter:
    """A row as the ranking reads it."""
    return Matter(
        entry.id,
        entry.matter,
        tuple(entry.words),
        entry.category,
        entry.region,
        entry.lead_unit_id,
        tuple(row.unit_id for row in entry.assisting),
        entry.basis,
    )


def named_units(session: Session) -> list[NamedUnit]:
    """Every unit at work, by its names."""
    query = select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.id)
    return [
        NamedUnit(unit.id, unit.name, tuple(unit.aliases), unit.kind in _LOCAL)
        for unit in session.scalars(query)
    ]


def settled_by(session: Session, request_ids: Collection[int]) -> dict[int, int]:
    """Request id -> the unit that resolved its (first) order."""
    query = (
        select(WorkOrder.request_id, WorkOrder.unit_id)
        .where(
            WorkOrder.request_id.in_(list(request_ids)),
            WorkOrder.state.in_(SETTLED_STATES),
            WorkOrder.unit_id.is_not(None),
        )
        .order_by(WorkOrder.id.desc())
    )
    rows = session.execute(query) if request_ids else ()
    return {request_id: unit_id for request_id, unit_id in rows if unit_id is not None}


def settled_in_category(session: Session, category: str, since: datetime) -> dict[int, int]:
    """Unit id -> how many orders of the category it resolved since then."""
    query = (
        select(WorkOrder.unit_id, func.count())
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(
            CitizenRequest.category == category,
            WorkOrder.state.in_(SETTLED_STATES),
            WorkOrder.created_at >= since,
            WorkOrder.unit_id.is_not(None),
        )
        .group_by(WorkOrder.unit_id)
    )
    rows = session.execute(query) if category else ()
    return {unit_id: count for unit_id, count in rows if unit_id is not None}


@dataclass(frozen=True)
class Returned:
    """An order that came back: what it was about, and which unit sent it back."""

    request_id: int
    category: str
    region: str
    text: str
    unit_id: int


def returned_since(since: datetime) -> ColumnElement[bool]:
    """The condition that a unit, the lead, gave an order back since then."""
    # Written out, the kinds are seen to be those of the index of returns.
    kinds: list[ColumnElement[str]] = [literal_column(f"'{kind}'") for kind in RETURNED]
    return and_(
        WorkOrderUnit.ended_by.in_(kinds),
        WorkOrderUnit.until >= since,
        WorkOrderUnit.role == PartRole.LEAD.value,
    )


def returns_since(session: Session, since: datetime, category: str = "") -> list[Returned]:
    """The returns since then, of a category or of all; the newest when there are very many."""
    query = (
        select(
            CitizenRequest.id,
            CitizenRequest.category,
            CitizenRequest.region,
            CitizenRequest.title,
            WorkOrderUnit.unit_id,
        )
        .select_from(WorkOrderUnit)
        .join(WorkOrder, WorkOrder.id == WorkOrderUnit.order_id)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(returned_since(since))
        .order_by(WorkOrderUnit.until.desc())
        .limit(MAX_RETURNS)
    )
    if category:
        query = query.where(CitizenRequest.category == category)
    return [Returned(*row) for row in session.execute(query)]


def by_unit(returned: Sequence[Returned]) -> dict[int, int]:
    """Unit id -> how many of these it sent back."""
    return dict(Counter(row.unit_id for row in returned))
