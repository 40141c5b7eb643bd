"""What the database knows of who handles what: catalogue, units, settled orders, returns.

Each function is one query or two; the ranking itself is pure (kb.suggesting).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.models import CatalogueEntry, CitizenRequest, Unit, WorkOrder, WorkOrderEvent
from kb.services.lessons import SETTLED_STATES
from kb.suggesting.matters import Matter, NamedUnit
from kb.terms import UnitKind

_LOCAL = (UnitKind.DISTRICT.value, UnitKind.SUBDISTRICT.value, UnitKind.TOWNSHIP.value)
_SENT = ("dispatched", "reassigned")
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


def returns_since(session: Session, since: datetime, category: str = "") -> list[Returned]:
    """The returns since then, of a category or of all; the newest when there are very many."""
    # Written out, the kinds are seen to be those of the index; the steps of these few orders are
    # then found by order, not by kind.
    returned: list[ColumnElement[str]] = [literal_column(f"'{kind}'") for kind in RETURNED]
    came_back = (
        select(WorkOrderEvent.order_id)
        .join(WorkOrder, WorkOrder.id == WorkOrderEvent.order_id)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(WorkOrderEvent.kind.in_(returned), WorkOrderEvent.at >= since)
        .order_by(WorkOrderEvent.at.desc())
        .limit(MAX_RETURNS)
    )
    if category:
        came_back = came_back.where(CitizenRequest.category == category)
    query = (
        select(
            WorkOrderEvent.order_id,
            WorkOrderEvent.kind,
            WorkOrderEvent.at,
            WorkOrderEvent.data,
            CitizenRequest.id,
            CitizenRequest.category,
            CitizenRequest.region,
            CitizenRequest.title,
        )
        .join(WorkOrder, WorkOrder.id == WorkOrderEvent.order_id)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(WorkOrderEvent.order_id.in_(came_back))
        .order_by(WorkOrderEvent.order_id, WorkOrderEvent.seq)
    )
    found, holder = [], 0
    for _, kind, at, data, request_id, of_category, region, title in session.execute(query):
        if kind in _SENT:
            holder = data.get("unit_id") or 0
        elif kind in RETURNED and at >= since and holder:
            found.append(Returned(request_id, of_category, region, title, holder))
    return found


def by_unit(returned: Sequence[Returned]) -> dict[int, int]:
    """Unit id -> how many of these it sent back."""
    return dict(Counter(row.unit_id for row in returned))
