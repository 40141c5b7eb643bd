"""The dispatch catalogue as people see it: the centre all rows, a unit its own (职责清单)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select, true
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from kb.actor import Actor
from kb.clock import local_day
from kb.errors import NotFound
from kb.models import (
    CatalogueAssisting,
    CatalogueEntry,
    CatalogueObjection,
    CatalogueVersion,
    CitizenRequest,
    Unit,
    WorkOrder,
)
from kb.profile_choices import and_above
from kb.queries.dispatch_evidence import matter_of, returns_since
from kb.services.work_orders import is_not_cancelled
from kb.suggesting.matters import fitting
from kb.terms import ObjectionState, Role

PAGE = 30
RETURN_DAYS = 90
STATES = {"valid": "有效", "future": "未到起始日", "ended": "已停用", "all": "全部"}


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for; empty fields do not filter."""

    text: str = ""
    category: str = ""
    region: str = ""
    unit_id: int | None = None
    state: str = "valid"
    page: int = 1


@dataclass(frozen=True)
class EntryPage:
    """One page of rows; ``pages`` is at least 1, ``returns`` is by row id."""

    rows: Sequence[CatalogueEntry]
    total: int
    page: int
    pages: int
    returns: Mapping[int, "Returns"]


@dataclass(frozen=True)
class Returns:
    """退单 of a matter in the last 90 days: how often, by which units, and of how many orders."""

    count: int
    by_unit: tuple[tuple[str, int], ...]
    orders: int

    @property
    def share(self) -> float:
        """Returns an order of the category, 0.0 without any order."""
        return self.count / self.orders if self.orders else 0.0


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see a row: the centre all, a unit those it leads or helps."""
    if actor.is_centre or actor.has(Role.ADMIN):
        return true()
    scope = list(actor.unit_scope)
    helps = (
        select(CatalogueAssisting.entry_id)
        .where(
            CatalogueAssisting.entry_id == CatalogueEntry.id, CatalogueAssisting.unit_id.in_(scope)
        )
        .exists()
    )
    return or_(CatalogueEntry.lead_unit_id.in_(scope), helps)


def get_entry(session: Session, entry_id: int, actor: Actor) -> CatalogueEntry:
    """A row this person may see.

    :raises NotFound: it does not exist, or not for this person.
    """
    query = (
        select(CatalogueEntry)
        .where(CatalogueEntry.id == entry_id, visible(actor))
        .options(*_with_units())
    )
    entry = session.scalars(query).one_or_none()
    if entry is None:
        raise NotFound("派单目录里没有这一条，或者它不属于您的单位", entry_id=entry_id)
    return entry


def list_entries(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> EntryPage:
    """One page, by category, matter and region, with the returns of each row."""
    conditions = [visible(actor), *_conditions(wanted, local_day(now))]
    total = session.scalar(select(func.count(CatalogueEntry.id)).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), pages)
    rows = session.scalars(
        _ordered(select(CatalogueEntry).where(*conditions))
        .options(*_with_units())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return EntryPage(rows, total, page, pages, returns_of(session, rows, now))


def all_entries(
    session: Session, wanted: Wanted, *, actor: Actor, now: datetime
) -> Sequence[CatalogueEntry]:
    """Every row that fits, for the export."""
    conditions = [visible(actor), *_conditions(wanted, local_day(now))]
    query = _ordered(select(CatalogueEntry).where(*conditions)).options(*_with_units())
    return session.scalars(query).all()


def _ordered(query: Select[CatalogueEntry]) -> Select[CatalogueEntry]:
    return query.order_by(
        CatalogueEntry.category, CatalogueEntry.matter, CatalogueEntry.region, CatalogueEntry.id
    )


def _with_units() -> tuple[ExecutableOption, ...]:
    return (
        selectinload(CatalogueEntry.lead),
        selectinload(CatalogueEntry.assisting).selectinload(CatalogueAssisting.unit),
    )


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    conditions = [_in_state(wanted.state, today)]
    if wanted.category:
        path = CatalogueEntry.category
        conditions.append(
            or_(path == wanted.category, path.startswith(f"{wanted.category}/", autoescape=True))
        )
    if wanted.region:
        conditions.append(CatalogueEntry.region.in_(("", *and_above(wanted.region))))
    if wanted.unit_id is not None:
        helps = select(CatalogueAssisting.entry_id).where(
            CatalogueAssisting.unit_id == wanted.unit_id
        )
        conditions.append(
            or_(CatalogueEntry.lead_unit_id == wanted.unit_id, CatalogueEntry.id.in_(helps))
        )
    for word in wanted.text.split()[:5]:
        conditions.append(_says(word[:30]))
    return conditions


def _says(word: str) -> ColumnElement[bool]:
    """The word stands in matter, basis, lead's name, or among what people say."""
    # JSON writes Chinese as escapes.
    escaped = word.encode("ascii", "backslashreplace").decode()
    return or_(
        CatalogueEntry.matter.icontains(word, autoescape=True),
        CatalogueEntry.basis.icontains(word, autoescape=True),
        cast(CatalogueEntry.words, String).icontains(word, autoescape=True),
        cast(CatalogueEntry.words, String).icontains(escaped, autoescape=True),
        CatalogueEntry.lead_unit_id.in_(
            select(Unit.id).where(Unit.name.icontains(word, autoescape=True))
        ),
    )


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    ended = CatalogueEntry.valid_until < today
    has_begun = CatalogueEntry.valid_from <= today
    return {
        "valid": and_(
            has_begun,
            or_(CatalogueEntry.valid_until.is_(None), CatalogueEntry.valid_until >= today),
        ),
        "future": CatalogueEntry.valid_from > today,
        "ended": ended,
    }.get(state, true())


def returns_of(
    session: Session, entries: Sequence[CatalogueEntry], now: datetime
) -> dict[int, Returns]:
    """乒乓指数: the returns of each row's matter in the last 90 days; three queries in all.

    A returned order counts for the one row its text and region fit best.
    """
    since = now - timedelta(days=RETURN_DAYS)
    returned = returns_since(session, since)
    if not returned or not entries:
        return {}
    matters = [matter_of(entry) for entry in entries]
    found: dict[int, Counter[int]] = {}
    for row in returned:
        fits = fitting(matters, row.text, row.category, row.region)
        if fits:
            found.setdefault(fits[0].matter.entry_id, Counter())[row.unit_id] += 1
    names = dict(session.execute(select(Unit.id, Unit.name)).all())
    orders = _orders_by_category(session, since)
    return {
        entry.id: Returns(
            found[entry.id].total(),
            tuple((names[unit_id], count) for unit_id, count in found[entry.id].most_common()),
            orders.get(entry.category, 0),
        )
        for entry in entries
        if entry.id in found
    }


def _orders_by_category(session: Session, since: datetime) -> dict[str, int]:
    query = (
        select(CitizenRequest.category, func.count())
        .select_from(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(WorkOrder.created_at >= since, is_not_cancelled())
        .group_by(CitizenRequest.category)
    )
    return dict(session.execute(query).all())


def versions_of(session: Session, entry_id: int) -> Sequence[CatalogueVersion]:
    """A row's versions, newest first."""
    query = (
        select(CatalogueVersion)
        .where(CatalogueVersion.entry_id == entry_id)
        .options(selectinload(CatalogueVersion.by))
        .order_by(CatalogueVersion.number.desc())
    )
    return session.scalars(query).all()


def visible_objections(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see an objection: the centre all, a unit its own."""
    if actor.is_centre or actor.has(Role.ADMIN):
        return true()
    return CatalogueObjection.unit_id.in_(list(actor.unit_scope))


def objections_of(session: Session, entry_id: int, actor: Actor) -> Sequence[CatalogueObjection]:
    """The objections to a row, newest first."""
    query = (
        _objections(actor)
        .where(CatalogueObjection.entry_id == entry_id)
        .order_by(CatalogueObjection.id.desc())
    )
    return session.scalars(query).all()


@dataclass(frozen=True)
class ObjectionPage:
    """One page of the queue; open ones oldest first, ruled ones newest first."""

    rows: Sequence[CatalogueObjection]
    total: int
    page: int
    pages: int


def list_objections(
    session: Session, actor: Actor, *, is_open: bool = True, page: int = 1
) -> ObjectionPage:
    """The dispatcher's queue, or a unit's own objections."""
    state = CatalogueObjection.state
    condition = (
        state == ObjectionState.OPEN.value if is_open else state != ObjectionState.OPEN.value
    )
    total = (
        session.scalar(
            select(func.count(CatalogueObjection.id)).where(visible_objections(actor), condition)
        )
        or 0
    )
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    order = CatalogueObjection.id if is_open else CatalogueObjection.id.desc()
    query = (
        _objections(actor).where(condition).order_by(order).limit(PAGE).offset((page - 1) * PAGE)
    )
    return ObjectionPage(session.scalars(query).all(), total, page, pages)


def count_open_objections(session: Session, actor: Actor) -> int:
    """How many objections wait for a ruling."""
    query = select(func.count(CatalogueObjection.id)).where(
        visible_objections(actor), CatalogueObjection.state == ObjectionState.OPEN.value
    )
    return session.scalar(query) or 0


def get_objection(session: Session, objection_id: int, actor: Actor) -> CatalogueObjection:
    """An objection this person may see.

    :raises NotFound: it does not exist, or not for this person.
    """
    found = session.scalars(
        _objections(actor).where(CatalogueObjection.id == objection_id)
    ).one_or_none()
    if found is None:
        raise NotFound("没有这条异议，或者它不是您的单位提出的", objection_id=objection_id)
    return found


def _objections(actor: Actor) -> Select[CatalogueObjection]:
    return (
        select(CatalogueObjection)
        .where(visible_objections(actor))
        .options(
            selectinload(CatalogueObjection.entry).selectinload(CatalogueEntry.lead),
            selectinload(CatalogueObjection.unit),
            selectinload(CatalogueObjection.proposed_unit),
            selectinload(CatalogueObjection.by),
            selectinload(CatalogueObjection.ruled_by),
        )
    )
