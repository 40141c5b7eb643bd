"""工单 of a unit: the lists of its inbox, counted in one statement, the first to run out on top.

Only the stored projection is read, and only orders in which a unit of the person has a part now.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from kb.actor import Actor
from kb.models import CitizenRequest, Unit, User, WorkOrder, WorkOrderEvent, WorkOrderUnit
from kb.queries.figures import in_category, is_overdue
from kb.queries.orders import PAGE_SIZE, Page
from kb.services.work_orders import is_open
from kb.terms import Role, Term
from kb.work_orders.events import EventKind
from kb.work_orders.facts import PartRole
from kb.work_orders.state import OrderState


class Tray(Term):
    """A list of the inbox."""

    TODO = "todo", "待处理"
    SIGN = "sign", "待签收"
    WORKING = "working", "办理中"
    REVIEW = "review", "待本单位审核"
    ASSISTING = "assisting", "协办"
    OPINION = "opinion", "核定意见"
    SUPERVISED = "supervised", "督办"
    OVERDUE = "overdue", "超期"
    CENTRE = "centre", "待中心审核"
    DONE = "done", "已办结"
    ALL = "all", "全部"


SORTS = ("due", "-due", "dispatched", "-dispatched", "number", "-number")


@dataclass(frozen=True)
class TrayFilter:
    """What the inbox shows. ``is_mine`` keeps what is assigned to the person; ``unit_id`` what a
    unit of the person leads."""

    tray: Tray = Tray.TODO
    text: str = ""
    category: str = ""
    unit_id: int | None = None
    is_mine: bool = False
    sort: str = "due"


def list_tray(
    session: Session, wanted: TrayFilter, *, actor: Actor, now: datetime, page: int, total: int
) -> Page[WorkOrder]:
    """One page of a list, with requests, units and assignees loaded.

    :param total: its count, from :func:`count_trays`.
    """
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = session.scalars(
        _filtered(select(WorkOrder), wanted, actor)
        .where(_in(wanted.tray, actor, now))
        .order_by(*_order_by(wanted))
        .options(
            contains_eager(WorkOrder.request),
            joinedload(WorkOrder.unit),
            joinedload(WorkOrder.assignee),
            selectinload(WorkOrder.units),
        )
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Page(rows.all(), page, total)


def count_trays(
    session: Session, wanted: TrayFilter, *, actor: Actor, now: datetime
) -> dict[Tray, int]:
    """How many orders each list holds, the other filters kept."""
    sums = [func.sum(case((_in(tray, actor, now), 1), else_=0)) for tray in Tray]
    counts = session.execute(_filtered(select(*sums), wanted, actor)).one()
    return {tray: int(count or 0) for tray, count in zip(Tray, counts, strict=True)}


def waiting_count(session: Session, actor: Actor, now: datetime) -> int:
    """How many orders wait for something that this person's unit is to do."""
    if not actor.unit_scope:
        return 0
    query = _filtered(select(func.count()), TrayFilter(), actor).where(_in(Tray.TODO, actor, now))
    count: int = session.execute(query).scalar_one()
    return count


def colleagues(session: Session, actor: Actor) -> list[User]:
    """People of the person's unit and those below it who may be given an order, by name."""
    query = select(User).where(User.unit_id.in_(actor.unit_scope), User.is_active.is_(True))
    handlers = {Role.UNIT_CLERK.value, Role.UNIT_REVIEWER.value}
    people = session.scalars(query.options(joinedload(User.unit)).order_by(User.name, User.id))
    return [user for user in people if not handlers.isdisjoint(user.roles)]


def own_units(session: Session, actor: Actor) -> list[Unit]:
    """The person's unit and those below it, by name."""
    query = select(Unit).where(Unit.id.in_(actor.unit_scope)).order_by(Unit.name)
    return list(session.scalars(query))


def _filtered(query: Select[Any], wanted: TrayFilter, actor: Actor) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [WorkOrder.id.in_(_order_ids(actor))]
    if wanted.category:
        conditions.append(in_category(wanted.category))
    if wanted.unit_id is not None:
        conditions.append(WorkOrder.unit_id == wanted.unit_id)
    if wanted.is_mine:
        conditions.append(WorkOrder.assignee_id == actor.user_id)
    conditions += [_says(word[:50]) for word in wanted.text.split()[:5]]
    return (
        query.select_from(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(*conditions)
    )


def _order_ids(actor: Actor) -> Select[Any]:
    return select(WorkOrderUnit.order_id).where(
        WorkOrderUnit.unit_id.in_(actor.unit_scope), WorkOrderUnit.until.is_(None)
    )


def _says(word: str) -> ColumnElement[bool]:
    """In what the unit may read of every order. The content of a 保密 request is left out, or
    searching for a name or number would tell whose it is."""
    open_text = and_(
        CitizenRequest.is_confidential.is_(False),
        or_(
            CitizenRequest.title.contains(word, autoescape=True),
            CitizenRequest.content.contains(word, autoescape=True),
            CitizenRequest.place.contains(word, autoescape=True),
        ),
    )
    return or_(
        open_text,
        WorkOrder.number.contains(word, autoescape=True),
        CitizenRequest.number.contains(word, autoescape=True),
        CitizenRequest.category.contains(word, autoescape=True),
        CitizenRequest.region.contains(word, autoescape=True),
    )


def _part(actor: Actor, role: PartRole, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        WorkOrderUnit.order_id == WorkOrder.id,
        WorkOrderUnit.unit_id.in_(actor.unit_scope),
        WorkOrderUnit.role == role.value,
        WorkOrderUnit.until.is_(None),
        *more,
    )


def _in(tray: Tray, actor: Actor, now: datetime) -> ColumnElement[bool]:
    leads = WorkOrder.unit_id.in_(actor.unit_scope)
    answers = WorkOrder.accountable_unit_id.in_(actor.unit_scope)
    assists = and_(is_open(), _part(actor, PartRole.ASSISTING, WorkOrderUnit.is_done.is_(False)))
    is_asked = and_(
        WorkOrder.is_ruling.is_(True), _part(actor, PartRole.OPINION, not_(_has_said(actor)))
    )
    is_supervised = and_(WorkOrder.is_supervised.is_(True), leads)
    steps = {
        Tray.SIGN: OrderState.DISPATCHED,
        Tray.WORKING: OrderState.ACKNOWLEDGED,
        Tray.REVIEW: OrderState.UNIT_REVIEW,
        Tray.CENTRE: OrderState.CENTRE_REVIEW,
    }
    if tray in steps:
        return and_(answers, WorkOrder.state == steps[tray].value)
    at_work = (OrderState.DISPATCHED, OrderState.ACKNOWLEDGED, OrderState.UNIT_REVIEW)
    to_do = and_(answers, WorkOrder.state.in_([step.value for step in at_work]))
    return {
        Tray.TODO: or_(to_do, assists, is_asked, is_supervised),
        Tray.ASSISTING: assists,
        Tray.OPINION: is_asked,
        Tray.SUPERVISED: is_supervised,
        Tray.OVERDUE: and_(leads, is_overdue(now)),
        Tray.DONE: and_(leads, not_(is_open())),
        Tray.ALL: WorkOrder.id.is_not(None),
    }[tray]


def _has_said(actor: Actor) -> ColumnElement[bool]:
    """A colleague gave the opinion since the part began, that is since the ruling was opened."""
    return exists().where(
        WorkOrderEvent.order_id == WorkOrderUnit.order_id,
        WorkOrderEvent.kind == EventKind.OPINION_GIVEN.value,
        WorkOrderEvent.at >= WorkOrderUnit.since,
        WorkOrderEvent.actor_id.in_(select(User.id).where(User.unit_id.in_(actor.unit_scope))),
    )


def next_due() -> ColumnElement[datetime | None]:
    """When the next clock of an order runs out, its 督办单 included."""
    is_sooner = or_(
        WorkOrder.next_due_at.is_(None), WorkOrder.supervision_due_at < WorkOrder.next_due_at
    )
    return case(
        (and_(WorkOrder.supervision_due_at.is_not(None), is_sooner), WorkOrder.supervision_due_at),
        else_=WorkOrder.next_due_at,
    )


def _order_by(wanted: TrayFilter) -> list[ColumnElement[object]]:
    """What has no due time stands last whichever way the list runs; ended orders, latest first."""
    column = {
        "dispatched": WorkOrder.dispatched_at,
        "number": WorkOrder.number,
    }.get(wanted.sort.removeprefix("-"), next_due())
    run = column.desc() if wanted.sort.startswith("-") else column.asc()
    last = case((column.is_(None), 1), else_=0)
    return [last, run, WorkOrder.resolved_at.desc(), WorkOrder.id.desc()]  # type: ignore[list-item]
