"""Worklists of 工单 and the 诉求 ledger: one filter object per list, counted and paged alike.

Every figure of the supervisor's screen opens one of these lists with the same conditions, so
the number on the screen and the number of rows can only be the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from kb.actor import Actor
from kb.bulletins.conditions import in_category
from kb.bulletins.periods import Period
from kb.models import CitizenRequest, Unit, WorkOrder
from kb.queries.by_unit import page_by_unit
from kb.queries.pages import within
from kb.queries.request_conditions import credited, is_overdue, is_valid, was_lost
from kb.services.work_orders import is_open, visible_orders
from kb.terms import ANSWERABLE, Role
from kb.work_orders.facts import Ask, FollowUpState
from kb.work_orders.state import OrderState

PAGE_SIZE = 20
# Worklists beside the states themselves.
OPEN, OVERDUE, FOLLOW_UP, ALL = "open", "overdue", "follow_up", "all"
# 待裁定: what units asked for; 疑难: whose matter it is, the centre rules.
ASKS, HARD = "asks", "hard"
SORTS = ("due", "-due", "created", "-created", "number", "-number", "unit", "-unit")
VALID = "valid"

Row = TypeVar("Row")


@dataclass(frozen=True)
class OrderFilter:
    """What a worklist shows. ``span`` is about the day the request was received.

    ``is_valid_only`` leaves out the orders of 无效 requests, as every figure does. ``pending`` is
    what a unit asked for (:class:`kb.work_orders.facts.Ask`).
    """

    state: str = ALL
    unit_id: int | None = None
    is_undispatched: bool = False
    is_valid_only: bool = False
    category: str = ""
    pending: str = ""
    urgency: str = ""
    text: str = ""
    span: Period | None = None
    sort: str = "due"


@dataclass(frozen=True)
class RequestFilter:
    """What the 诉求 ledger shows; an empty field is no condition.

    ``outcome`` may also be ``valid``: everything but 无效. ``unit_id`` is the unit that holds the
    order; ``credit`` is ``entry`` (an entry answered) or ``other`` (online without one);
    ``credited_unit_id`` and ``item_id`` say whose entry, ``is_lost`` that the library held one
    for a purpose that is ``answerable`` by it.
    """

    span: Period | None = None
    purpose: str = ""
    outcome: str = ""
    category: str = ""
    text: str = ""
    unit_id: int | None = None
    credit: str = ""
    credited_unit_id: int | None = None
    item_id: int | None = None
    is_lost: bool = False
    answerable: tuple[str, ...] = ANSWERABLE


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: ``number`` counts from 1, ``total`` counts rows over all pages."""

    rows: Sequence[Row]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def visible_requests(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see the ledger's requests: the centre's people and admins."""
    return true() if actor.is_centre or actor.has(Role.ADMIN) else false()


def list_orders(
    session: Session,
    wanted: OrderFilter,
    *,
    actor: Actor,
    now: datetime,
    page: int = 1,
    total: int | None = None,
) -> Page[WorkOrder]:
    """One page of a worklist, with requests and units loaded; rows show the stored projection.

    :param total: how many orders the list holds, where that was counted before.
    """
    if total is None:
        total = count_orders(session, wanted, actor=actor, now=now)
    page = within(page, total, PAGE_SIZE)
    ids = page_of(
        session,
        _orders(select(WorkOrder.id), wanted, actor, now),
        wanted.sort,
        _order_by(wanted),
        (page - 1) * PAGE_SIZE,
    )
    rows = session.scalars(
        rows_of(ids, wanted.sort)
        .order_by(*_order_by(wanted))
        .options(joinedload(WorkOrder.request), joinedload(WorkOrder.unit))
    )
    return Page(rows.all(), page, total)


def page_of(
    session: Session, ids: Select[Any], sort: str, run: list[ColumnElement[Any]], offset: int
) -> Select[Any]:
    """The ids of one page.

    :param ids: by the list's conditions, not sorted, the unit not joined.
    :param run: from :func:`order_by`.
    """
    if sort.removeprefix("-") != "unit":
        return ids.order_by(*run).offset(offset).limit(PAGE_SIZE)
    return page_by_unit(
        session,
        ids,
        run[1:],
        is_descending=sort.startswith("-"),
        offset=offset,
        limit=PAGE_SIZE,
    )


def rows_of(ids: Select[Any], sort: str = "") -> Select[Any]:
    """The orders of a page by its ids, to be sorted once more. The ids are found in an index; the
    wide rows are read for the page alone.

    :param sort: joins the unit where a list runs by it.
    """
    return with_unit(select(WorkOrder).where(WorkOrder.id.in_(ids)), sort)


def with_unit(query: Select[Any], sort: str) -> Select[Any]:
    """Joined to the unit where a list runs by its name."""
    if sort.removeprefix("-") != "unit":
        return query
    return query.outerjoin(Unit, Unit.id == WorkOrder.unit_id)


def pages_of_orders(
    session: Session, wanted: OrderFilter, *, actor: Actor, now: datetime
) -> Iterator[WorkOrder]:
    """Every order of a worklist in its order, requests and units loaded a few hundred at a time."""
    query = (
        with_unit(_orders(select(WorkOrder), wanted, actor, now), wanted.sort)
        .order_by(*_order_by(wanted))
        .options(selectinload(WorkOrder.request), selectinload(WorkOrder.unit))
        .execution_options(yield_per=500)
    )
    yield from session.scalars(query)


def count_orders(session: Session, wanted: OrderFilter, *, actor: Actor, now: datetime) -> int:
    """How many orders a worklist holds."""
    count: int = session.execute(_orders(select(func.count()), wanted, actor, now)).scalar_one()
    return count


def count_by_tab(
    session: Session, wanted: OrderFilter, tabs: Sequence[str], *, actor: Actor, now: datetime
) -> dict[str, int]:
    """The number beside each tab, the other filters kept; one statement of counts, each of which
    reads a stretch of an index."""
    counts = [
        _orders(select(func.count()), replace(wanted, state=tab, pending=""), actor, now)
        for tab in tabs
    ]
    row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return dict(zip(tabs, row, strict=True))


def list_requests(
    session: Session, wanted: RequestFilter, *, actor: Actor, page: int = 1
) -> Page[CitizenRequest]:
    """One page of the ledger, newest first."""
    conditions = [visible_requests(actor), *_request_conditions(wanted)]
    count = select(func.count()).select_from(CitizenRequest).where(*conditions)
    total = session.execute(count).scalar_one()
    page = within(page, total, PAGE_SIZE)
    rows = session.scalars(
        select(CitizenRequest)
        .where(*conditions)
        .order_by(CitizenRequest.received_at.desc(), CitizenRequest.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Page(rows.all(), page, total)


def orders_of(session: Session, request: CitizenRequest) -> Sequence[WorkOrder]:
    """The orders of a request, oldest first."""
    query = (
        select(WorkOrder)
        .where(WorkOrder.request_id == request.id)
        .options(selectinload(WorkOrder.unit), selectinload(WorkOrder.events))
        .order_by(WorkOrder.id)
    )
    return session.scalars(query).all()


def _orders(query: Select[Any], wanted: OrderFilter, actor: Actor, now: datetime) -> Select[Any]:
    """The list's conditions; the request and the unit are only joined where one asks for them."""
    conditions = [visible_orders(actor), _in_state(wanted.state, now)]
    if wanted.unit_id is not None:
        conditions.append(WorkOrder.unit_id == wanted.unit_id)
    if wanted.is_undispatched:
        conditions.append(WorkOrder.unit_id.is_(None))
    if wanted.pending:
        conditions.append(WorkOrder.pending == wanted.pending)
    if wanted.urgency:
        conditions.append(WorkOrder.urgency == wanted.urgency)
    if wanted.is_valid_only:
        conditions.append(is_valid())
    if wanted.category:
        conditions.append(in_category(wanted.category))
    if wanted.span is not None:
        conditions.append(wanted.span.covers(CitizenRequest.received_at))
    if wanted.text.strip():
        conditions.append(says(wanted.text, WorkOrder.number))
    query = query.select_from(WorkOrder)
    if wanted.is_valid_only or wanted.category or wanted.span or wanted.text.strip():
        query = query.join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
    return query.where(*conditions)


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    if state == ALL:
        return true()
    if state == OPEN:
        return is_open()
    if state == OVERDUE:
        return is_overdue(now)
    if state == ASKS:
        # Stretches of an index, where "not empty" would read the orders as they fall due.
        return WorkOrder.pending.in_([ask.value for ask in Ask])
    if state == HARD:
        return WorkOrder.is_ruling.is_(True)
    if state == FOLLOW_UP:
        # An archived order whose call-back was waived waits for nobody.
        waiting = WorkOrder.follow_up.in_((FollowUpState.DUE.value, FollowUpState.TRIED.value))
        return and_(WorkOrder.state == OrderState.RESOLVED.value, waiting)
    return WorkOrder.state == state


def says(text: str, *more: ColumnElement[str] | object) -> ColumnElement[bool]:
    """Every word stands in the title, content, place, number of the request, or ``more``, in
    whatever case; LIKE alone minds the case on PostgreSQL and not on SQLite."""
    columns = [
        CitizenRequest.title,
        CitizenRequest.content,
        CitizenRequest.place,
        CitizenRequest.number,
        *more,
    ]
    words = [word[:50] for word in text.split()[:5]]
    return and_(
        *(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words)  # type: ignore[attr-defined]
    )


def order_by(
    sort: str, due: InstrumentedAttribute[datetime | None] = WorkOrder.next_due_at
) -> list[ColumnElement[Any]]:
    """What has no due time or unit yet stands last, whichever way the list runs; a unit's orders
    stand as they fall due. NULLS LAST is read from the column's index, where a CASE would sort
    the whole list.

    :param due: what "due" sorts by.
    """
    columns: dict[str, InstrumentedAttribute[Any]] = {
        "created": WorkOrder.created_at,
        "number": WorkOrder.number,
        "unit": Unit.name,
    }
    column = columns.get(sort.removeprefix("-"), due)
    run, last = column.asc(), WorkOrder.id.asc()
    if sort.startswith("-"):
        run, last = column.desc(), WorkOrder.id.desc()
    is_always_there = sort.removeprefix("-") in ("created", "number")
    first = [run if is_always_there else run.nulls_last()]
    if column is columns["unit"]:
        first.append((due.desc() if sort.startswith("-") else due.asc()).nulls_last())
    return [*first, last]


def _order_by(wanted: OrderFilter) -> list[ColumnElement[Any]]:
    """Overdue orders by when they were due, others by what runs out next."""
    is_overdue_list = wanted.state == OVERDUE
    return order_by(wanted.sort, WorkOrder.due_at if is_overdue_list else WorkOrder.next_due_at)


def _request_conditions(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.span is not None:
        conditions.append(wanted.span.covers(CitizenRequest.received_at))
    if wanted.purpose:
        conditions.append(CitizenRequest.purpose == wanted.purpose)
    if wanted.outcome == VALID:
        conditions.append(is_valid())
    elif wanted.outcome:
        conditions.append(CitizenRequest.outcome == wanted.outcome)
    if wanted.category:
        conditions.append(in_category(wanted.category))
    if wanted.text.strip():
        conditions.append(says(wanted.text))
    if wanted.unit_id is not None:
        conditions.append(_held_by(wanted.unit_id))
    return conditions + _credit_conditions(wanted)


def _credit_conditions(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.credit == "entry":
        conditions.append(credited())
    elif wanted.credit == "other":
        conditions += [CitizenRequest.outcome == "online", ~credited()]
    if wanted.credited_unit_id is not None:
        conditions.append(credited(unit_id=wanted.credited_unit_id))
    if wanted.item_id is not None:
        conditions.append(credited(item_id=wanted.item_id))
    if wanted.is_lost:
        conditions.append(was_lost(wanted.answerable))
    return conditions


def _held_by(unit_id: int) -> ColumnElement[bool]:
    return exists().where(WorkOrder.request_id == CitizenRequest.id, WorkOrder.unit_id == unit_id)
