"""What the supervisor watches: orders whose time is over or nearly so, unit by unit.

Rows are read by stored columns; whom to ask and what was said so far are looked up for a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from kb.actor import Actor
from kb.bulletins.conditions import in_category
from kb.models import CitizenRequest, Unit, User, WorkOrder, WorkOrderEvent
from kb.queries.orders import PAGE_SIZE, Page, order_by, page_of, rows_of, with_unit
from kb.queries.pages import within
from kb.queries.request_conditions import is_unsigned_late
from kb.services.work_orders import is_open
from kb.terms import ClockKind, Role, Term
from kb.work_orders.events import EventKind

SOON = timedelta(hours=24)
SORTS = ("due", "-due", "number", "-number", "unit", "-unit")
MAX_ROWS = 10_000


class Watch(Term):
    """A list of the supervisor's."""

    OVER = "over", "超期未办结"
    SIGN = "sign", "超期未签收"
    SOON = "soon", "即将超期"


# The clock that each list is about.
CLOCKS: Mapping[Watch, ClockKind] = {
    Watch.OVER: ClockKind.RESOLVE,
    Watch.SIGN: ClockKind.ACKNOWLEDGE,
}
_DUE: Mapping[Watch, InstrumentedAttribute[datetime | None]] = {
    Watch.OVER: WorkOrder.due_at,
    Watch.SIGN: WorkOrder.acknowledge_due_at,
    Watch.SOON: WorkOrder.next_due_at,
}


@dataclass(frozen=True)
class WatchFilter:
    """What a list shows; an empty field is no condition. ``is_undispatched``: with no unit now."""

    watch: Watch = Watch.OVER
    unit_id: int | None = None
    is_undispatched: bool = False
    category: str = ""
    urgency: str = ""
    text: str = ""
    sort: str = "due"


@dataclass(frozen=True)
class UnitRow:
    """How many orders of each list a unit has; without a unit they are the dispatch desk's."""

    unit_id: int | None
    unit: str
    counts: Mapping[Watch, int]


@dataclass(frozen=True)
class Followed:
    """What is known beside an order's row: who answers for it, and when it was last pressed."""

    people: tuple[str, ...] = ()
    reminded_at: datetime | None = None


def visible(actor: Actor) -> ColumnElement[bool]:
    """The lists are the supervisor's; nobody else sees a row of them."""
    return is_open() if actor.has(Role.SUPERVISOR) else false()


def list_watched(
    session: Session, wanted: WatchFilter, *, actor: Actor, now: datetime, page: int, total: int
) -> Page[WorkOrder]:
    """One page of a list, requests, units and assignees loaded.

    :param total: its count, from :func:`count_by_unit`.
    """
    page = within(page, total, PAGE_SIZE)
    run = order_by(wanted.sort, _DUE[wanted.watch])
    ids = _orders(select(WorkOrder.id), wanted, actor, now)
    ids = page_of(session, ids, wanted.sort, run, (page - 1) * PAGE_SIZE)
    query = rows_of(ids, wanted.sort).order_by(*run)
    return Page(session.scalars(query.options(*_LOADED)).all(), page, total)


def all_watched(
    session: Session, wanted: WatchFilter, *, actor: Actor, now: datetime
) -> Sequence[WorkOrder]:
    """A whole list, at most ``MAX_ROWS`` and one, for an export."""
    query = with_unit(_orders(select(WorkOrder), wanted, actor, now), wanted.sort)
    query = query.order_by(*order_by(wanted.sort, _DUE[wanted.watch])).options(*_LOADED)
    return session.scalars(query.limit(MAX_ROWS + 1)).all()


_LOADED = (
    joinedload(WorkOrder.request),
    joinedload(WorkOrder.unit),
    joinedload(WorkOrder.assignee),
)


def _orders(query: Select[Any], wanted: WatchFilter, actor: Actor, now: datetime) -> Select[Any]:
    return _narrowed(query, wanted, actor).where(_in(wanted.watch, now))


def count_by_unit(
    session: Session, wanted: WatchFilter, *, actor: Actor, now: datetime
) -> list[UnitRow]:
    """The numbers of the lists by unit, the other filters kept; the most overdue unit first."""
    sums = [func.sum(case((_in(watch, now), 1), else_=0)) for watch in Watch]
    columns: list[Any] = [WorkOrder.unit_id, *sums]
    query = _narrowed(select(*columns), wanted, actor, with_unit=False)
    grouped = query.group_by(WorkOrder.unit_id).subquery()
    rows = session.execute(
        select(grouped, Unit.name).outerjoin(Unit, Unit.id == grouped.c.unit_id)
    ).all()
    found = [
        UnitRow(
            row[0], row[-1] or "", {watch: int(row[place + 1]) for place, watch in enumerate(Watch)}
        )
        for row in rows
    ]
    found.sort(key=lambda row: (*(-row.counts[watch] for watch in Watch), row.unit))
    return [row for row in found if any(row.counts.values())]


def followed(session: Session, orders: Sequence[WorkOrder]) -> dict[int, Followed]:
    """What stands beside the rows of a page; two queries."""
    units = {order.unit_id for order in orders if order.unit_id is not None}
    reviewers: dict[int, list[str]] = {}
    people = session.execute(
        select(User.unit_id, User.name, User.roles)
        .where(User.unit_id.in_(units), User.is_active.is_(True))
        .order_by(User.name)
    )
    for unit_id, name, roles in people:
        if Role.UNIT_REVIEWER.value in roles and unit_id is not None:
            reviewers.setdefault(unit_id, []).append(name)
    reminded = dict(
        session.execute(
            select(WorkOrderEvent.order_id, func.max(WorkOrderEvent.at))
            .where(
                WorkOrderEvent.order_id.in_([order.id for order in orders if order.reminders]),
                WorkOrderEvent.kind == EventKind.REMINDED.value,
            )
            .group_by(WorkOrderEvent.order_id)
        ).all()
    )
    return {
        order.id: Followed(tuple(reviewers.get(order.unit_id or 0, ())), reminded.get(order.id))
        for order in orders
    }


def _narrowed(
    query: Select[Any], wanted: WatchFilter, actor: Actor, *, with_unit: bool = True
) -> Select[Any]:
    conditions = [visible(actor)]
    if with_unit and wanted.unit_id is not None:
        conditions.append(WorkOrder.unit_id == wanted.unit_id)
    if with_unit and wanted.is_undispatched:
        conditions.append(WorkOrder.unit_id.is_(None))
    if wanted.urgency:
        conditions.append(WorkOrder.urgency == wanted.urgency)
    if wanted.category or wanted.text:
        query = query.join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
    if wanted.category:
        conditions.append(in_category(wanted.category))
    if wanted.text:
        word = wanted.text[:50]
        conditions.append(
            WorkOrder.number.icontains(word, autoescape=True)
            | CitizenRequest.title.icontains(word, autoescape=True)
            | CitizenRequest.place.icontains(word, autoescape=True)
        )
    return query.where(*conditions)


def _in(watch: Watch, now: datetime) -> ColumnElement[bool]:
    if watch == Watch.SIGN:
        return is_unsigned_late(now)
    if watch == Watch.OVER:
        return WorkOrder.due_at < now
    return and_(WorkOrder.next_due_at >= now, WorkOrder.next_due_at < now + SOON)
