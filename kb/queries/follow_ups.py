"""回访 worklists: resolved orders by how far their call-back has come, from stored columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from kb.actor import Actor
from kb.bulletins.conditions import in_category
from kb.models import CitizenRequest, WorkOrder
from kb.queries.orders import PAGE_SIZE, Page, rows_of, says
from kb.queries.pages import within
from kb.services.work_orders import visible_orders
from kb.terms import Satisfaction, Term
from kb.work_orders.facts import FollowUpState
from kb.work_orders.state import OrderState

SORTS = ("due", "-due", "resolved", "-resolved", "calls", "-calls")
_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "due": WorkOrder.call_back_due_at,
    "resolved": WorkOrder.resolved_at,
    "calls": WorkOrder.call_attempts,
}


class Pile(Term):
    """What is to be done with a resolved order; each is in exactly one pile."""

    WAITING = "waiting", "待回访"
    MISSED = "missed", "多次未接通"
    UNHAPPY = "unhappy", "不满意待处理"
    ENDING = "ending", "待归档"


@dataclass(frozen=True)
class CallFilter:
    """What a call-back worklist shows; an empty field is no condition.

    :param calls: how many dials reached nobody so far.
    :param is_doubted: reopened before, or said to be unsatisfactory through the link.
    :param most_calls: after so many dials an order counts as not reached (the city's rule).
    """

    most_calls: int
    pile: Pile = Pile.WAITING
    unit_id: int | None = None
    category: str = ""
    channel: str = ""
    region: str = ""
    calls: int | None = None
    is_doubted: bool = False
    text: str = ""
    sort: str = "due"


def list_calls(
    session: Session,
    wanted: CallFilter,
    *,
    actor: Actor,
    page: int,
    total: int,
    size: int = PAGE_SIZE,
) -> Page[WorkOrder]:
    """One page of a worklist, requests and units loaded.

    :param total: how many orders it holds, from :func:`count_piles`.
    """
    page = within(page, total, size)
    ids = (
        _calls(select(WorkOrder.id), wanted, actor)
        .where(_in_pile(wanted.pile, wanted.most_calls))
        .order_by(*_order_by(wanted.sort))
    )
    rows = session.scalars(
        rows_of(ids.offset((page - 1) * size).limit(size))
        .order_by(*_order_by(wanted.sort))
        .options(selectinload(WorkOrder.request), selectinload(WorkOrder.unit))
    )
    return Page(rows.all(), page, total)


def count_piles(session: Session, wanted: CallFilter, *, actor: Actor) -> dict[Pile, int]:
    """The number beside each pile, the other filters kept; one query."""
    sums = [func.sum(case((_in_pile(pile, wanted.most_calls), 1), else_=0)) for pile in Pile]
    row = session.execute(_calls(select(*sums), wanted, actor)).one()
    return {pile: int(count or 0) for pile, count in zip(Pile, row, strict=True)}


def next_call(session: Session, wanted: CallFilter, order: WorkOrder, *, actor: Actor) -> str:
    """The number of the order after this one in the worklist; empty when it is the last.

    An order that is not in the list (any more) is followed by the first.
    """
    query = _calls(select(WorkOrder.number), wanted, actor).where(
        _in_pile(wanted.pile, wanted.most_calls), WorkOrder.id != order.id
    )
    if _is_in(session, wanted, order, actor):
        query = query.where(_after(wanted.sort, order))
    return session.scalars(query.order_by(*_order_by(wanted.sort)).limit(1)).one_or_none() or ""


def _is_in(session: Session, wanted: CallFilter, order: WorkOrder, actor: Actor) -> bool:
    query = _calls(select(WorkOrder.id), wanted, actor).where(
        _in_pile(wanted.pile, wanted.most_calls), WorkOrder.id == order.id
    )
    return session.scalars(query).one_or_none() is not None


def _after(sort: str, order: WorkOrder) -> ColumnElement[bool]:
    """Behind an order in the list: a worse value, or the same and a later id; none comes last."""
    column = _COLUMNS[sort.removeprefix("-")]
    value = getattr(order, column.key)
    if value is None:
        return and_(column.is_(None), WorkOrder.id > order.id)
    beyond = column < value if sort.startswith("-") else column > value
    return or_(beyond, and_(column == value, WorkOrder.id > order.id), column.is_(None))


def _order_by(sort: str) -> list[ColumnElement[Any]]:
    column = _COLUMNS[sort.removeprefix("-")]
    run = column.desc() if sort.startswith("-") else column.asc()
    return [run.nulls_last(), WorkOrder.id.asc()]


def _in_pile(pile: Pile, most_calls: int) -> ColumnElement[bool]:
    is_done = WorkOrder.follow_up == FollowUpState.DONE.value
    is_unhappy = WorkOrder.satisfaction == Satisfaction.DISSATISFIED.value
    if pile == Pile.UNHAPPY:
        return and_(is_done, is_unhappy)
    if pile == Pile.ENDING:
        return and_(is_done, ~is_unhappy)
    # Who objected through the link is to be called, however often nobody answered before.
    is_missed = and_(WorkOrder.call_attempts >= most_calls, ~is_unhappy)
    return and_(~is_done, is_missed if pile == Pile.MISSED else ~is_missed)


def _calls(query: Select[Any], wanted: CallFilter, actor: Actor) -> Select[Any]:
    conditions = [visible_orders(actor), WorkOrder.state == OrderState.RESOLVED.value]
    if wanted.unit_id is not None:
        conditions.append(WorkOrder.unit_id == wanted.unit_id)
    if wanted.category:
        conditions.append(in_category(wanted.category))
    if wanted.channel:
        conditions.append(CitizenRequest.channel == wanted.channel)
    if wanted.region:
        conditions.append(CitizenRequest.region == wanted.region)
    if wanted.calls is not None:
        conditions.append(WorkOrder.call_attempts == wanted.calls)
    if wanted.is_doubted:
        is_unhappy = WorkOrder.satisfaction == Satisfaction.DISSATISFIED.value
        conditions.append(or_(WorkOrder.reopens > 0, is_unhappy))
    if wanted.text.strip():
        conditions.append(says(wanted.text, WorkOrder.number))
    query = query.select_from(WorkOrder)
    if wanted.category or wanted.channel or wanted.region or wanted.text.strip():
        query = query.join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
    return query.where(*conditions)
