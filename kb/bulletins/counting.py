"""The facts of periods from the database: a handful of grouped queries, no row by row.

Records are grouped by what a table shows, and the populations (kb.bulletins.populations) of each
group are counted in one pass. Several windows are counted in the same queries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from kb.bulletins.basis import ASSISTING, DISPATCHED, LEAD, Basis
from kb.bulletins.basis import REQUESTS as OF_REQUESTS
from kb.bulletins.conditions import UNASSIGNED
from kb.bulletins.grouping import Counting, Grouped
from kb.bulletins.handlings import Handling, handlings, rewritten
from kb.bulletins.populations import Populations, order_populations
from kb.bulletins.request_counts import count_requests, with_present_names
from kb.bulletins.request_queries import MATTERS, PLACES
from kb.bulletins.seconds import seconds_between
from kb.bulletins.tables import CallDay, Counts, Facts, Table, table_of
from kb.bulletins.topic_counts import count_topics
from kb.bulletins.window import Column, Window
from kb.calendar import load_calendar
from kb.models import CallCount, CitizenRequest, Unit, WorkOrder
from kb.work_orders.facts import PartRole

_ROLE_LABELS = {PartRole.LEAD.value: LEAD, PartRole.ASSISTING.value: ASSISTING}
_GROUPINGS = PLACES, ("channel", "purpose"), ("channel", "category")


def count_facts(session: Session, windows: Sequence[Window]) -> list[Facts]:
    """Everything the figures of each window are computed from; their basis is the same."""
    return count_beside(session, windows, [])[0]


def count_beside(
    session: Session, windows: Sequence[Window], more: Sequence[tuple[Window, tuple[str, ...]]]
) -> tuple[list[Facts], list[Table]]:
    """The same, and what :func:`count_requests` counts, in the same queries."""
    known, is_rewritten = _units(session, windows)
    units = {unit_id: name for unit_id, name, _ in known}
    own = [(one, names) for names in _GROUPINGS for one in windows]
    tables, many = count_requests(session, [*own, *more]), len(windows)
    orders = _orders(session, windows, units, is_rewritten=is_rewritten)
    order_matters = _order_matters(session, windows, is_rewritten=is_rewritten)
    topics, calls = count_topics(session, windows), _calls(session, windows)
    facts = [
        Facts(
            requests=tables[at],
            purposes=tables[many + at],
            categories=tables[2 * many + at],
            order_matters=order_matters[at],
            orders=orders[at],
            topics=topics[at],
            unit_kinds=kinds_of(((name, kind) for _, name, kind in known), window.basis),
            offered=sum(day.offered for day in calls[at]),
            answered=sum(day.answered for day in calls[at]),
            call_days=len(calls[at]),
            days=_days(session, window, calls[at]),
        )
        for at, window in enumerate(windows)
    ]
    return facts, tables[len(own) :]


def kinds_of(units: Iterable[tuple[str, str]], basis: Basis) -> dict[str, str]:
    """The kind of each unit as it is counted; of one with aliases its own, not theirs."""
    found: dict[str, str] = {}
    for name, kind in units:
        counted_as = basis.unit_name(name)
        if counted_as == name or counted_as not in found:
            found[counted_as] = kind
    return found


def unit_orders(session: Session, window: Window) -> Table:
    """Orders by role, unit and channel."""
    known, is_rewritten = _units(session, [window])
    units = {unit_id: name for unit_id, name, _ in known}
    return _orders(session, [window], units, is_rewritten=is_rewritten)[0]


def _units(session: Session, windows: Sequence[Window]) -> tuple[list[tuple[int, str, str]], bool]:
    """The units, and whether any order was rewritten after the moments: of now none ever is, so
    that the usual query for orders is half as long.
    """
    asked = select(Unit.id, Unit.name, Unit.kind, rewritten(windows)).order_by(Unit.id)
    rows = session.execute(asked).all()
    return [(unit_id, name, kind) for unit_id, name, kind, _ in rows], any(row[3] for row in rows)


def _orders(
    session: Session, windows: Sequence[Window], units: Mapping[int, str], *, is_rewritten: bool
) -> list[Table]:
    """Orders by role, unit and channel: the leads', and where wanted the assisting units'."""
    basis, place = windows[0].basis, {unit_id: at for at, unit_id in enumerate(units)}
    return [
        with_present_names(
            table_of(
                ("role", "unit", "channel"),
                (
                    ((_ROLE_LABELS[role], units.get(unit_id, UNASSIGNED), channel), counts)
                    for (role, unit_id, channel), counts in sorted(
                        rows, key=lambda row: place.get(row[0][1], len(place))
                    )
                ),
            ),
            basis,
        ).renamed("unit", basis.unit_name)
        for rows in _counted_orders(
            session,
            windows,
            lambda one: [one.role, one.unit_id, WorkOrder.channel],
            is_rewritten=is_rewritten,
        )
    ]


def _order_matters(
    session: Session, windows: Sequence[Window], *, is_rewritten: bool
) -> list[Table]:
    """Dispatched orders in scope by purpose and category, where shares are of orders."""
    basis = windows[0].basis
    if basis.share_base != DISPATCHED:
        return [Table(MATTERS[1:]) for _ in windows]
    request = CitizenRequest
    wanted = _counted_orders(
        session,
        windows,
        lambda one: [one.role, request.channel, request.purpose, request.category],
        with_requests=True,
        is_rewritten=is_rewritten,
    )
    return [
        with_present_names(
            table_of(
                MATTERS[1:],
                (
                    (tuple(matter), counts)
                    for (role, channel, *matter), counts in rows
                    if _ROLE_LABELS[role] in basis.roles.totals
                    and basis.scope.has(basis.present("channels", channel))
                ),
            ),
            basis,
        )
        for rows in wanted
    ]


def _counted_orders(
    session: Session,
    windows: Sequence[Window],
    keys: Callable[[Handling], list[Column]],
    *,
    is_rewritten: bool,
    with_requests: bool = False,
) -> list[list[tuple[tuple[Any, ...], Counts]]]:
    basis = windows[0].basis
    populations = order_populations(basis)
    roles = [
        role
        for role in (LEAD, ASSISTING)
        if role in (LEAD, *basis.roles.totals, *basis.roles.by_unit)
    ]
    parts = [
        _order_part(window, at, one, keys(one), populations)
        for at, window in enumerate(windows)
        for one in handlings(window, roles, with_requests=with_requests, is_rewritten=is_rewritten)
    ]
    rows: list[list[tuple[tuple[Any, ...], Counts]]] = [[] for _ in windows]
    names = (*populations, "seconds")
    for at, *row in session.execute(union_all(*parts)).all():
        key, counts = row[: -len(names)], row[-len(names) :]
        rows[at].append((tuple(key), Counts.of(names, map(int, counts))))
    return rows


def _order_part(
    window: Window,
    at: int,
    handling: Handling,
    keys: Sequence[Column],
    populations: Populations,
) -> Grouped:
    """``at, keys…, populations…, seconds from dispatch to resolution``."""
    counting = Counting(handling.subject, populations, window)
    spent = seconds_between(handling.held.dispatched_at, handling.held.resolved_at)
    named = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    # PostgreSQL looks at the traits of an order once, and not for each population again, where a
    # query with an offset is asked for them: only that is never merged with the one around it.
    told = (
        handling.source.add_columns(*named, *counting.asked(), spent.label("seconds"))
        .where(window.of_orders(handling.subject.moments.values()), counting.shared)
        .offset(0)
        .subquery()
    )
    known = counting.told(told.c)
    groups = [told.c[key.name] for key in named]
    seconds = func.sum(told.c.seconds).filter(known.of("orders_resolved"))
    counts = (*known.columns(), func.coalesce(seconds, 0))
    return select(literal(at), *groups, *counts).group_by(*groups)


def _calls(session: Session, windows: Sequence[Window]) -> list[list[CallDay]]:
    """The calls of each day of a window that was over; a day that still runs has no whole count,
    neither now nor in the period compared with. Of a 专项 none are known."""
    if windows[0].basis.about:
        return [[] for _ in windows]
    parts = [
        select(literal(at), CallCount.day, CallCount.offered, CallCount.answered).where(
            CallCount.day.between(window.period.first, window.last_over)
        )
        for at, window in enumerate(windows)
    ]
    found: list[list[CallDay]] = [[] for _ in windows]
    for at, day, offered, answered in session.execute(union_all(*parts)):
        found[at].append(CallDay(day, offered, answered))
    return found


def _days(session: Session, window: Window, calls: Sequence[CallDay]) -> int:
    """The days a daily average divides by: those of the period, of one that still runs those whose
    calls can be known, or, of requests and where no calls are, those that have begun."""
    chosen = window.basis.daily_average
    is_of_calls = chosen.of != OF_REQUESTS and bool(calls)
    last = window.last_over if is_of_calls else window.last_begun
    days = [day for day in window.period.each_day() if day <= last]
    if chosen.days == "calendar":
        return len(days)
    calendar = load_calendar(session)
    return sum(calendar.is_workday(day) for day in days)
