"""The facts of a period from the database: a handful of grouped queries, no row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from kb.bulletins.basis import ASSISTING, DISPATCHED, LEAD
from kb.bulletins.conditions import UNASSIGNED, in_topic
from kb.bulletins.populations import (
    assisted,
    is_assisting,
    led,
    order_populations,
    redone_orders,
    request_populations,
)
from kb.bulletins.seconds import seconds_between
from kb.bulletins.tables import Counts, Facts, Table, table_of
from kb.bulletins.window import Column, Population, Window
from kb.calendar import load_calendar
from kb.clock import local_day
from kb.models import CallCount, CitizenRequest, Unit, WorkOrder, WorkOrderUnit
from kb.work_orders.facts import PartRole

_ROLE_LABELS = {PartRole.LEAD.value: LEAD, PartRole.ASSISTING.value: ASSISTING}
_MATTERS = ("purpose", "category")


def count_facts(session: Session, window: Window) -> Facts:
    """Everything the figures of a window are computed from."""
    requests = request_populations(window)
    known = session.execute(select(Unit.id, Unit.name, Unit.kind).order_by(Unit.id)).all()
    units = {unit_id: name for unit_id, name, _ in known}
    offered, answered, call_days = _calls(session, window)
    return Facts(
        requests=_requests(session, window, requests),
        matters=_matters(session, window, requests),
        order_matters=_order_matters(session, window),
        orders=_orders(session, window, units),
        topics=_topics(session, window, requests),
        unit_kinds={window.basis.unit_name(name): kind for _, name, kind in known},
        offered=offered,
        answered=answered,
        call_days=call_days,
        days=_days(session, window),
    )


def _counted(window: Window, populations: Mapping[str, Population]) -> list[ColumnElement[Any]]:
    return [
        func.count().filter(window.condition(one)).label(name) for name, one in populations.items()
    ]


def _grouped(
    session: Session,
    query: Select[*tuple[Any, ...]],
    columns: Sequence[Column],
    width: int = 0,
) -> list[tuple[tuple[Any, ...], Counts]]:
    """Run a query of ``width`` values (as many as columns) and counts; zeros are left away."""
    width = width or len(columns)
    found = session.execute(query.group_by(*columns))
    names = list(found.keys())[width:]
    return [
        (
            tuple(row[:width]),
            Counts({name: int(n) for name, n in zip(names, row[width:], strict=True) if n}),
        )
        for row in found
    ]


def _requests(session: Session, window: Window, known: dict[str, Population]) -> Table:
    columns: list[Column] = [CitizenRequest.channel, CitizenRequest.line, CitizenRequest.region]
    query = select(*columns, *_counted(window, known)).where(window.within(known))
    return table_of(("channel", "line", "region"), _grouped(session, query, columns))


def _matters(session: Session, window: Window, known: dict[str, Population]) -> Table:
    request = CitizenRequest
    columns: list[Column] = [request.channel, request.purpose, request.category]
    wanted = {name: known[name] for name in ("requests", "resolved_online")}
    query = select(*columns, *_counted(window, wanted)).where(
        window.within(wanted), window.is_counted()
    )
    found = table_of(("channel", *_MATTERS), _grouped(session, query, columns))
    return found.renamed("purpose", window.basis.purpose_name)


def _order_matters(session: Session, window: Window) -> Table:
    if window.basis.share_base != DISPATCHED:
        return Table(_MATTERS)
    redone = redone_orders(window)
    known = order_populations(window, led(), redone)
    wanted = {"dispatched": known["dispatched"]}
    columns: list[Column] = [CitizenRequest.purpose, CitizenRequest.category]
    roles = [code for code, label in _ROLE_LABELS.items() if label in window.basis.roles.totals]
    query = (
        select(*columns, *_counted(window, wanted))
        .select_from(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(window.orders_within(wanted), window.in_channels(), WorkOrder.role.in_(roles))
    )
    return table_of(_MATTERS, _grouped(session, query, columns)).renamed(
        "purpose", window.basis.purpose_name
    )


def _topics(session: Session, window: Window, known: dict[str, Population]) -> Table:
    topics = window.basis.topics
    if not topics:
        return Table(("topic",))
    counts = [
        func.count().filter(window.condition(known["requests"]), in_topic(topic, window.basis))
        for topic in topics
    ]
    query = select(*counts).where(
        window.within({"requests": known["requests"]}), window.in_channels(), window.is_counted()
    )
    found = session.execute(query).one()
    pairs = zip(topics, found, strict=True)
    return table_of(("topic",), [((one.name,), Counts({"requests": n})) for one, n in pairs])


def unit_orders(session: Session, window: Window) -> Table:
    """Orders by role, unit and channel."""
    units = dict(session.execute(select(Unit.id, Unit.name).order_by(Unit.id)).all())
    return _orders(session, window, units)


def _orders(session: Session, window: Window, units: Mapping[int, str]) -> Table:
    """Orders by role, unit and channel: the leads', and where wanted the assisting units'."""
    names = ("role", "unit", "channel")
    redone = redone_orders(window)
    query = (
        select(WorkOrder.role, WorkOrder.unit_id, CitizenRequest.channel)
        .select_from(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .outerjoin(redone, redone.c.order_id == WorkOrder.id)
    )
    columns: list[Column] = [WorkOrder.role, WorkOrder.unit_id, CitizenRequest.channel]
    rows = _handled(session, window, query, columns, order_populations(window, led(), redone))
    if ASSISTING in (*window.basis.roles.by_unit, *window.basis.roles.totals):
        query = (
            select(literal(PartRole.ASSISTING.value), WorkOrderUnit.unit_id, CitizenRequest.channel)
            .select_from(WorkOrderUnit)
            .join(WorkOrder, WorkOrder.id == WorkOrderUnit.order_id)
            .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
            .outerjoin(redone, redone.c.order_id == WorkOrder.id)
            .where(*is_assisting())
        )
        columns = [WorkOrderUnit.unit_id, CitizenRequest.channel]
        known = order_populations(window, assisted(), redone)
        rows += _handled(session, window, query, columns, known)
    order = {unit_id: at for at, unit_id in enumerate(units)}
    rows.sort(key=lambda row: order.get(row[0][1], len(order)))
    return table_of(
        names,
        (
            ((_ROLE_LABELS[role], units.get(unit_id, UNASSIGNED), channel), counts)
            for (role, unit_id, channel), counts in rows
        ),
    ).renamed("unit", window.basis.unit_name)


def _handled(
    session: Session,
    window: Window,
    query: Select[*tuple[Any, ...]],
    columns: Sequence[Column],
    known: dict[str, Population],
) -> list[tuple[tuple[Any, ...], Counts]]:
    spent = func.sum(seconds_between(WorkOrder.dispatched_at, WorkOrder.resolved_at))
    query = query.add_columns(
        *_counted(window, known),
        spent.filter(window.condition(known["orders_resolved"])).label("seconds"),
    ).where(window.orders_within(known))
    return _grouped(session, query, columns, width=3)


def _calls(session: Session, window: Window) -> tuple[int, int, int]:
    last = min(window.period.last, local_day(window.as_of))
    query = select(
        func.coalesce(func.sum(CallCount.offered), 0),
        func.coalesce(func.sum(CallCount.answered), 0),
        func.count(),
    ).where(CallCount.day.between(window.period.first, last))
    offered, answered, days = session.execute(query).one()
    return int(offered), int(answered), int(days)


def _days(session: Session, window: Window) -> int:
    """The days a daily average divides by: those of the period that have begun."""
    period = window.period
    last = min(period.last, local_day(window.as_of))
    days = [day for day in period.each_day() if day <= last]
    if window.basis.daily_average.days == "calendar":
        return len(days)
    calendar = load_calendar(session)
    return sum(calendar.is_workday(day) for day in days)
