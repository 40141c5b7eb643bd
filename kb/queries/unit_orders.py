"""工单 of a unit: the lists of its inbox, counted in one statement, the first to run out on top.

Only the stored projection is read, and only orders in which a unit of the person has a part now.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import join as sql_join
from sqlalchemy.orm import Session, joinedload, selectinload

from kb.actor import Actor
from kb.bulletins.conditions import in_category
from kb.models import CitizenRequest, Unit, User, WorkOrder, WorkOrderEvent, WorkOrderUnit
from kb.queries.orders import PAGE_SIZE, Page
from kb.queries.pages import within
from kb.queries.request_conditions import is_overdue, is_unsigned_late
from kb.services.work_orders import given_to, is_open
from kb.terms import Role, Term
from kb.work_orders.events import EventKind
from kb.work_orders.facts import SIGNING, PartRole
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
    session: Session,
    wanted: TrayFilter,
    *,
    actor: Actor,
    now: datetime,
    page: int,
    total: int,
    size: int = PAGE_SIZE,
) -> Page[WorkOrder]:
    """One page of a list, with requests, units and assignees loaded.

    :param total: its count, from :func:`count_trays`.
    """
    page = within(page, total, size)
    # Sorted by a few columns that lie in an index; the rows of the page alone are read whole.
    found = _members(wanted, actor, now).subquery()
    ids = select(found.c.id).order_by(*_order_by(wanted, found))
    rows = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.id.in_(ids.offset((page - 1) * size).limit(size)))
        .order_by(*_order_by(wanted, WorkOrder.__table__))
        .options(
            joinedload(WorkOrder.request),
            joinedload(WorkOrder.unit),
            joinedload(WorkOrder.assignee),
            selectinload(WorkOrder.units),
        )
    )
    return Page(rows.all(), page, total)


def count_trays(
    session: Session, wanted: TrayFilter, *, actor: Actor, now: datetime
) -> dict[Tray, int]:
    """How many orders each list holds, the other filters kept: what the unit leads, its other
    parts, and what a unit above assigned to the person, in one statement."""
    led = [
        _narrowed(select(func.count()), wanted, actor).where(_leads(actor), condition)
        for condition in _led(now).values()
    ]
    other_sums: list[Any] = [
        func.count(distinct(case((condition, WorkOrderUnit.order_id))))
        for condition in _others(actor, now).values()
    ]
    others = _narrowed(select(*other_sums), wanted, actor, _with_parts(actor)).subquery()
    given_sums: list[Any] = [func.count(case((one, 1))) for one in _led(now).values()]
    given = _narrowed(select(*given_sums), wanted, actor).where(_given(actor)).subquery()
    sums = (*(count.scalar_subquery() for count in led), *others.c, *given.c)
    row = session.execute(select(*sums).select_from(others).join(given, true())).one()
    counts: Counter[Tray] = Counter()
    for tray, count in zip((*_led(now), *_others(actor, now), *_led(now)), row, strict=True):
        counts[tray] += count
    return {tray: counts[tray] for tray in Tray}


def waiting_count(session: Session, actor: Actor, now: datetime) -> int:
    """How many orders wait for something that this person's unit is to do."""
    if not actor.unit_scope:
        return 0
    query = select(func.count()).select_from(_members(TrayFilter(), actor, now).subquery())
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


def _members(wanted: TrayFilter, actor: Actor, now: datetime) -> CompoundSelect[Any] | Select[Any]:
    """Ids and sort columns of a list: orders the unit leads, then those it has another part in."""
    columns = [WorkOrder.id, *(getattr(WorkOrder, name) for name in _sorted_by(wanted))]
    parts = []
    if wanted.tray in _led(now):
        led = _narrowed(select(*columns), wanted, actor)
        parts.append(led.where(_leads(actor), _led(now)[wanted.tray]))
    if wanted.tray in _others(actor, now):
        other = _narrowed(select(*columns), wanted, actor, _with_parts(actor))
        parts.append(other.where(_others(actor, now)[wanted.tray]).distinct())
    if wanted.tray in _led(now):
        given = _narrowed(select(*columns), wanted, actor)
        parts.append(given.where(_given(actor), _led(now)[wanted.tray]))
    return union_all(*parts) if len(parts) > 1 else parts[0]  # what it leads is in no other part


def _narrowed(
    query: Select[Any], wanted: TrayFilter, actor: Actor, source: FromClause | None = None
) -> Select[Any]:
    """The filters; the request is joined where one asks for it."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.category:
        conditions.append(in_category(wanted.category))
    if wanted.unit_id is not None:
        conditions.append(WorkOrder.unit_id == wanted.unit_id)
    if wanted.is_mine:
        conditions.append(WorkOrder.assignee_id == actor.user_id)
    conditions += [_says(word[:50]) for word in wanted.text.split()[:5]]
    query = query.select_from(WorkOrder if source is None else source)
    if wanted.category or wanted.text.strip():
        query = query.join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
    return query.where(*conditions)


def _leads(actor: Actor) -> ColumnElement[bool]:
    return WorkOrder.unit_id.in_(actor.unit_scope)


def _given(actor: Actor) -> ColumnElement[bool]:
    """A unit above assigned them to this person, and the person's own has no part in them."""
    own_part = exists().where(
        WorkOrderUnit.order_id == WorkOrder.id,
        WorkOrderUnit.unit_id.in_(actor.unit_scope),
        WorkOrderUnit.until.is_(None),
    )
    return and_(given_to(actor), not_(own_part))


def _with_parts(actor: Actor) -> FromClause:
    """Orders with the current parts of the unit in which it does not lead."""
    is_own = and_(
        WorkOrderUnit.order_id == WorkOrder.id,
        WorkOrderUnit.unit_id.in_(actor.unit_scope),
        WorkOrderUnit.until.is_(None),
        WorkOrderUnit.role.in_((PartRole.ASSISTING.value, PartRole.OPINION.value)),
    )
    return sql_join(WorkOrder, WorkOrderUnit, is_own)


def _says(word: str) -> ColumnElement[bool]:
    """In what the unit may read of every order. The content of a 保密 request is left out, or
    searching for a name or number would tell whose it is."""
    open_text = and_(
        CitizenRequest.is_confidential.is_(False),
        or_(
            CitizenRequest.title.icontains(word, autoescape=True),
            CitizenRequest.content.icontains(word, autoescape=True),
            CitizenRequest.place.icontains(word, autoescape=True),
        ),
    )
    return or_(
        open_text,
        WorkOrder.number.icontains(word, autoescape=True),
        CitizenRequest.number.icontains(word, autoescape=True),
        CitizenRequest.category.icontains(word, autoescape=True),
        CitizenRequest.region.icontains(word, autoescape=True),
    )


_STEPS = {
    Tray.SIGN: OrderState.DISPATCHED,
    Tray.WORKING: OrderState.ACKNOWLEDGED,
    Tray.REVIEW: OrderState.UNIT_REVIEW,
    Tray.CENTRE: OrderState.CENTRE_REVIEW,
}
_AT_WORK = tuple(_STEPS[tray].value for tray in (Tray.SIGN, Tray.WORKING, Tray.REVIEW))


def _led(now: datetime) -> dict[Tray, ColumnElement[bool]]:
    """The lists among the orders a unit leads. While the centre rules, the unit does not answer."""
    answers = WorkOrder.is_ruling.is_(False)
    is_supervised = WorkOrder.is_supervised.is_(True)
    return {
        Tray.TODO: or_(and_(answers, WorkOrder.state.in_(_AT_WORK)), is_supervised),
        **{tray: and_(answers, WorkOrder.state == step.value) for tray, step in _STEPS.items()},
        Tray.REVIEW: and_(answers, or_(WorkOrder.state == _STEPS[Tray.REVIEW].value, _signs())),
        Tray.SUPERVISED: is_supervised,
        Tray.OVERDUE: or_(is_overdue(now), and_(answers, is_unsigned_late(now))),
        Tray.DONE: not_(is_open()),
        Tray.ALL: true(),
    }


def _signs() -> ColumnElement[bool]:
    """A 不予办理 waits for the unit's reviewer."""
    return WorkOrder.pending == SIGNING


def _others(actor: Actor, now: datetime) -> dict[Tray, ColumnElement[bool]]:
    """The lists among the unit's other parts, without what its lead makes them hold already."""
    assists = and_(
        is_open(),
        WorkOrderUnit.role == PartRole.ASSISTING.value,
        WorkOrderUnit.is_done.is_(False),
    )
    is_asked = and_(
        WorkOrder.is_ruling.is_(True),
        WorkOrderUnit.role == PartRole.OPINION.value,
        not_(_has_said()),
    )
    leads_not = or_(WorkOrder.unit_id.is_(None), not_(_leads(actor)))
    return {
        Tray.TODO: and_(or_(assists, is_asked), or_(leads_not, not_(_led(now)[Tray.TODO]))),
        Tray.ASSISTING: assists,
        Tray.OPINION: is_asked,
        Tray.DONE: and_(leads_not, not_(is_open())),
        Tray.ALL: leads_not,
    }


def _has_said() -> ColumnElement[bool]:
    """The unit of the part gave its opinion since the part began, that is since the ruling was
    opened; that of another unit, which the same people may answer for, says nothing of it."""
    return exists().where(
        WorkOrderEvent.order_id == WorkOrderUnit.order_id,
        WorkOrderEvent.kind == EventKind.OPINION_GIVEN.value,
        WorkOrderEvent.at >= WorkOrderUnit.since,
        WorkOrderEvent.data["unit_id"].as_integer() == WorkOrderUnit.unit_id,
    )


def _sorted_by(wanted: TrayFilter) -> list[str]:
    """The columns a list runs by; ended orders by their latest, too."""
    due = "supervision_due_at" if wanted.tray == Tray.SUPERVISED else "next_due_at"
    names = {"dispatched": "dispatched_at", "number": "number"}
    first = names.get(wanted.sort.removeprefix("-"), due)
    return [first, "resolved_at"] if wanted.tray in (Tray.DONE, Tray.ALL) else [first]


def _order_by(wanted: TrayFilter, found: FromClause) -> list[ColumnElement[Any]]:
    """What has no due time stands last whichever way the list runs."""
    first, *more = (found.c[name] for name in _sorted_by(wanted))
    run = first.desc() if wanted.sort.startswith("-") else first.asc()
    latest = [column.desc().nulls_last() for column in more]
    return [run.nulls_last(), *latest, found.c.id.desc()]
