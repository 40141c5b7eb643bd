"""The records behind a figure: listed page by page, exactly as many as were counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from kb.bulletins.addresses import (
    CALL_FIGURES,
    GAP_FIGURES,
    UPKEEP_FIGURES,
    Selection,
    selection,
)
from kb.bulletins.basis import LEAD
from kb.bulletins.clock_spread import with_clock
from kb.bulletins.conditions import UNASSIGNED
from kb.bulletins.counting import kinds_of, unit_orders
from kb.bulletins.handlings import Handling, handlings
from kb.bulletins.knowledge import duties_of, gaps_behind
from kb.bulletins.populations import KNOWLEDGE, REQUESTS, Population, order_populations
from kb.bulletins.rows import CATCH_ALL, largest_first
from kb.bulletins.subjects import is_credited, requests
from kb.bulletins.tables import ORDER_COUNTS, CallDay
from kb.bulletins.window import Column, Window
from kb.clock import day_start
from kb.models import CallCount, CitizenRequest, Unit, WorkOrder

PAGE = 50
Listing = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Record:
    """One thing that was counted; ``kind`` is ``request``, ``order``, ``gap`` or ``duty``.

    ``at`` is when the request was received, the order dispatched, the gap opened or closed, or
    the start of the day the entry was due. ``number`` of a gap or an entry is its id.
    """

    kind: str
    number: str
    request_number: str
    title: str
    unit: str
    at: datetime


@dataclass(frozen=True)
class Behind:
    """One page of what a figure counts, and how many that is in all.

    Of a figure about calls ``total`` is the sum over ``days``, or how many these are.
    """

    total: int
    records: tuple[Record, ...] = ()
    days: tuple[CallDay, ...] = ()


def records_of(
    session: Session, window: Window, address: str, *, page: int = 1, size: int = PAGE
) -> Behind:
    """The records behind the figure at an address (kb.bulletins.addresses), oldest first.

    :raises NotFound: there is no such figure.
    """
    chosen = selection(address, window.basis)
    if chosen.earlier == "previous":
        window = window.on(window.period.previous())
    elif chosen.earlier:
        window = window.on(window.period.last_year())
    first = chosen.populations[0]
    if first in CALL_FIGURES:
        return _call_days(session, window, first)
    if first in UPKEEP_FIGURES:
        return _duties(session, window, first, page, size)
    if first in GAP_FIGURES:
        return _listed(session, [gaps_behind(window, GAP_FIGURES[first])], page, size)
    return _listed(session, _listings(session, window, chosen), page, size)


def keys_of(session: Session, window: Window, chosen: Selection) -> list[tuple[str, str, str]]:
    """Kind, number and unit of every record of a selection of requests and orders, unsorted.

    The unit is named as it is counted; it is empty for requests.
    """
    listings = _listings(session, window, chosen)
    every = union_all(*listings).subquery()
    rows = session.execute(select(every.c.kind, every.c.number, every.c.unit_id)).all()
    names = _names(session, {row.unit_id for row in rows if row.unit_id is not None})
    counted_as = {key: window.basis.unit_name(name) for key, name in names.items()}
    return [(kind, number, counted_as.get(unit_id, "")) for kind, number, unit_id in rows]


def _listed(session: Session, listings: Sequence[Listing], page: int, size: int) -> Behind:
    every = union_all(*listings).subquery()
    total = session.scalar(select(func.count()).select_from(every)) or 0
    rows = session.execute(
        select(every)
        .order_by(every.c.at, every.c.number, every.c.unit_id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    names = _names(session, {row.unit_id for row in rows if row.unit_id is not None})
    return Behind(
        total,
        tuple(
            Record(
                row.kind,
                row.number,
                row.request_number,
                row.title,
                names.get(row.unit_id, ""),
                row.at,
            )
            for row in rows
        ),
    )


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    return dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())


def _listings(session: Session, window: Window, chosen: Selection) -> list[Listing]:
    found: list[Listing] = []
    for name in chosen.populations:
        if name in ORDER_COUNTS or ":" in name:
            found += _orders(session, window, chosen, name)
        else:
            found.append(_requests(window, chosen, name))
    return found


def _requests(window: Window, chosen: Selection, name: str) -> Listing:
    subject = requests(window)
    request = CitizenRequest
    return select(
        literal("request").label("kind"),
        request.number.label("number"),
        request.number.label("request_number"),
        request.title.label("title"),
        cast(null(), WorkOrder.unit_id.type).label("unit_id"),
        request.received_at.label("at"),
    ).where(
        window.of_requests(subject.moments.values()),
        subject.condition((REQUESTS | KNOWLEDGE)[name], window),
        _channels(window, chosen),
        true() if chosen.adoption is None else exists().where(is_credited(window), chosen.adoption),
        *chosen.conditions,
    )


def _channels(window: Window, chosen: Selection) -> ColumnElement[bool]:
    channel = CitizenRequest.channel
    if chosen.channels is not None:
        return channel.in_(window.basis.stored("channels", chosen.channels))
    if chosen.is_phone is False:
        return channel.not_in(window.basis.stored("channels", window.basis.phone_channels))
    return window.in_channels()


def _orders(session: Session, window: Window, chosen: Selection, name: str) -> list[Listing]:
    roles = window.basis.roles.by_unit if chosen.by_unit else window.basis.roles.totals
    roles = (LEAD,) if chosen.is_led else roles
    units = _wanted_units(session, window, chosen)
    held = handlings(window, roles, with_requests=True)
    if ":" in name:
        clocked = [with_clock(window, one, name) for one in held if one.is_own]
        return [_narrowed(*one, window, chosen, units) for one in clocked]
    population = order_populations(window.basis)[name]
    return [_narrowed(one, population, window, chosen, units) for one in held]


def _narrowed(
    handling: Handling,
    population: Population,
    window: Window,
    chosen: Selection,
    units: set[int | None] | None,
) -> Listing:
    return handling.source.add_columns(
        literal("order").label("kind"),
        WorkOrder.number.label("number"),
        CitizenRequest.number.label("request_number"),
        CitizenRequest.title.label("title"),
        handling.unit_id.label("unit_id"),
        handling.held.dispatched_at.label("at"),
    ).where(
        window.of_orders(handling.subject.moments.values()),
        handling.subject.condition(population, window),
        _channels(window, chosen),
        *chosen.conditions,
        true() if units is None else _held(handling.unit_id, units),
    )


def _held(column: Column, units: set[int | None]) -> ColumnElement[bool]:
    held = column.in_([unit_id for unit_id in units if unit_id is not None])
    return or_(held, column.is_(None)) if None in units else held


def _wanted_units(session: Session, window: Window, chosen: Selection) -> set[int | None] | None:
    """The ids of the units a figure speaks of, aliases included; ``None`` for all."""
    if chosen.units is None and chosen.kind is None and not chosen.top_units:
        return None
    names = set(chosen.units or ())
    if chosen.top_units:
        names = set(_top(session, window))
    found: set[int | None] = set()
    known = session.execute(select(Unit.id, Unit.name, Unit.kind).order_by(Unit.id)).all()
    kinds = kinds_of(((unit.name, unit.kind) for unit in known), window.basis)
    for unit in known:
        counted_as = window.basis.unit_name(unit.name)
        if counted_as in names or (chosen.kind is not None and kinds[counted_as] == chosen.kind):
            found.add(unit.id)
    if UNASSIGNED in names or chosen.kind == "":
        found.add(None)
    return found


def _top(session: Session, window: Window) -> list[str]:
    roles = window.basis.roles.by_unit
    orders = unit_orders(session, window).where("channel", window.basis.scope.has)
    held = orders.where("role", lambda role: role in roles).by_one("unit")
    counted = {unit: counts["dispatched"] for unit, counts in held.items()}
    return [name for name in largest_first(counted) if name not in CATCH_ALL][: window.basis.top]


def _duties(session: Session, window: Window, name: str, page: int, size: int) -> Behind:
    rows = [row for row in duties_of(session, window) if name == "duties" or row.duty.is_timely]
    shown = rows[(page - 1) * size : page * size]
    names = _names(session, {row.unit_id for row in shown})
    return Behind(
        len(rows),
        tuple(
            Record(
                "duty",
                str(row.item_id),
                "",
                "",
                names[row.unit_id],
                day_start(row.duty.due_on),
            )
            for row in shown
        ),
    )


def _call_days(session: Session, window: Window, name: str) -> Behind:
    query = (
        select(CallCount)
        .where(CallCount.day.between(window.period.first, window.last_over))
        .order_by(CallCount.day)
    )
    days = tuple(
        CallDay(count.day, count.offered, count.answered) for count in session.scalars(query)
    )
    total = len(days) if name == "call_days" else sum(getattr(day, name) for day in days)
    return Behind(total, days=days)
