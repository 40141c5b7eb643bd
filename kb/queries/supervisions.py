"""督办单 of the city, 不予办理, and the returns by matter: the supervisor's other lists."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kb.actor import Actor
from kb.models import (
    CitizenRequest,
    Unit,
    WorkOrder,
    WorkOrderEvent,
    WorkOrderSupervision,
    WorkOrderUnit,
)
from kb.queries.dispatch_evidence import returned_since
from kb.queries.orders import PAGE_SIZE, Page, rows_of
from kb.queries.pages import within
from kb.terms import Role, Term
from kb.work_orders.facts import Ask, Settled

MAX_ROWS = 10_000


class PaperState(Term):
    """How far a 督办单 is."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复，待核对"
    CLOSED = "closed", "已办结"
    ALL = "all", "全部"


class DeclineState(Term):
    """How far a 不予办理 is."""

    WAITING = "waiting", "待批复"
    GRANTED = "granted", "已同意"
    ALL = "all", "全部"


@dataclass(frozen=True)
class PaperFilter:
    """What a list shows; an empty field is no condition."""

    state: str = ""
    unit_id: int | None = None
    text: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Matter:
    """Returns of a matter: 乒乓指数 is returns per 100 orders of its category since then."""

    category: str
    returns: int
    orders: int
    units: tuple[tuple[str, int], ...]

    @property
    def index(self) -> int:
        """Rounded half up; 0 where no order is known."""
        return (200 * self.returns + self.orders) // (2 * self.orders) if self.orders else 0


def list_papers(
    session: Session, wanted: PaperFilter, *, actor: Actor, page: int, size: int = PAGE_SIZE
) -> Page[WorkOrderSupervision]:
    """One page of 督办单, their orders' events loaded: demand and answer stand in them."""
    total: int = session.execute(_papers(select(func.count()), wanted, actor)).scalar_one()
    page = within(page, total, size)
    due = WorkOrderSupervision.due_at
    run: UnaryExpression[Any] = due.desc() if wanted.sort == "-due" else due.asc()
    if not wanted.sort and wanted.state in (PaperState.CLOSED, PaperState.ALL):
        run = WorkOrderSupervision.at.desc()
    order = (run.nulls_last(), WorkOrderSupervision.id.desc())
    ids = _papers(select(WorkOrderSupervision.id), wanted, actor).order_by(*order)
    query = (
        select(WorkOrderSupervision)
        .where(WorkOrderSupervision.id.in_(ids.offset((page - 1) * size).limit(size)))
        .order_by(*order)
        .options(
            joinedload(WorkOrderSupervision.unit),
            joinedload(WorkOrderSupervision.order).joinedload(WorkOrder.request),
            joinedload(WorkOrderSupervision.order)
            .selectinload(WorkOrder.events)
            .joinedload(WorkOrderEvent.actor),
        )
    )
    return Page(session.scalars(query).unique().all(), page, total)


def count_papers(session: Session, wanted: PaperFilter, *, actor: Actor) -> dict[str, int]:
    """The number of each state, the other filters kept."""
    closed, answered = WorkOrderSupervision.closed_at, WorkOrderSupervision.answered_at
    columns: list[Any] = [closed.is_not(None), answered.is_not(None), func.count()]
    rows = session.execute(
        _papers(select(*columns), wanted, actor, with_state=False).group_by(
            closed.is_not(None), answered.is_not(None)
        )
    )
    counts: Counter[str] = Counter()
    for is_closed, is_answered, count in rows:
        state = PaperState.CLOSED if is_closed else PaperState.ANSWERED
        counts[state if is_closed or is_answered else PaperState.OPEN] += count
        counts[PaperState.ALL] += count
    return {state.value: counts[state] for state in PaperState}


def _papers(
    query: Select[Any], wanted: PaperFilter, actor: Actor, *, with_state: bool = True
) -> Select[Any]:
    paper = WorkOrderSupervision
    conditions: list[ColumnElement[bool]] = [] if actor.has(Role.SUPERVISOR) else [false()]
    states = {
        PaperState.OPEN: paper.answered_at.is_(None),
        PaperState.ANSWERED: and_(paper.answered_at.is_not(None), paper.closed_at.is_(None)),
        PaperState.CLOSED: paper.closed_at.is_not(None),
    }
    if with_state and wanted.state in states:
        conditions.append(states[PaperState(wanted.state)])
    if wanted.unit_id is not None:
        conditions.append(paper.unit_id == wanted.unit_id)
    query = query.select_from(paper)
    if wanted.text:
        query = query.join(WorkOrder, WorkOrder.id == paper.order_id)
        conditions.append(WorkOrder.number.icontains(wanted.text[:50], autoescape=True))
    return query.where(*conditions)


def list_declined(
    session: Session, wanted: PaperFilter, *, actor: Actor, page: int, size: int = PAGE_SIZE
) -> Page[WorkOrder]:
    """One page of orders that a unit asked not to handle (waiting, or granted), newest first;
    events and files loaded, for explanation and evidence stand in them."""
    total: int = session.execute(_declined(select(func.count()), wanted, actor)).scalar_one()
    page = within(page, total, size)
    order = (WorkOrder.resolved_at.desc().nulls_first(), WorkOrder.id.desc())
    ids = _declined(select(WorkOrder.id), wanted, actor).order_by(*order)
    query = (
        rows_of(ids.offset((page - 1) * size).limit(size))
        .order_by(*order)
        .options(
            joinedload(WorkOrder.request),
            joinedload(WorkOrder.unit),
            selectinload(WorkOrder.events).joinedload(WorkOrderEvent.actor),
            selectinload(WorkOrder.files),
            selectinload(WorkOrder.units),
        )
    )
    return Page(session.scalars(query).all(), page, total)


def _declined(query: Select[Any], wanted: PaperFilter, actor: Actor) -> Select[Any]:
    waits = WorkOrder.pending == Ask.DECLINE.value
    is_granted = WorkOrder.settled == Settled.DECLINED.value
    states = {DeclineState.WAITING.value: waits, DeclineState.GRANTED.value: is_granted}
    conditions = [states.get(wanted.state, or_(waits, is_granted))]
    if not actor.has(Role.SUPERVISOR):
        conditions.append(false())
    if wanted.unit_id is not None:
        conditions.append(WorkOrder.unit_id == wanted.unit_id)
    query = query.select_from(WorkOrder)
    if wanted.text:
        query = query.join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        conditions.append(
            WorkOrder.number.icontains(wanted.text[:50], autoescape=True)
            | CitizenRequest.title.icontains(wanted.text[:50], autoescape=True)
        )
    return query.where(*conditions)


def returns_by_matter(session: Session, since: datetime, *, actor: Actor) -> Sequence[Matter]:
    """Which matters went back and forth since then, the most returned first."""
    if not actor.has(Role.SUPERVISOR):
        return []
    by_category: dict[str, Counter[str]] = {}
    returned = (
        select(WorkOrder.category, Unit.name, func.count())
        .select_from(WorkOrderUnit)
        .join(WorkOrder, WorkOrder.id == WorkOrderUnit.order_id)
        .join(Unit, Unit.id == WorkOrderUnit.unit_id)
        .where(returned_since(since))
        .group_by(WorkOrder.category, Unit.name)
    )
    for category, unit, count in session.execute(returned):
        by_category.setdefault(category, Counter())[unit] = count
    query = (
        select(WorkOrder.category, func.count())
        .where(WorkOrder.category.in_(list(by_category)), WorkOrder.created_at >= since)
        .group_by(WorkOrder.category)
    )
    orders = dict(session.execute(query).all())
    found = [
        Matter(
            category,
            units.total(),
            orders.get(category, 0),
            tuple(units.most_common()),
        )
        for category, units in by_category.items()
    ]
    return sorted(found, key=lambda matter: (-matter.returns, -matter.index, matter.category))
