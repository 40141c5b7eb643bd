"""The leader's first screen: a running period beside the one before, every number with its door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.basis import REQUESTS, Basis
from kb.bulletins.overview import Overview, overview
from kb.bulletins.periods import Period
from kb.bulletins.rounding import percent
from kb.bulletins.rows import largest_first
from kb.bulletins.window import Window
from kb.clock import local_day
from kb.queries.questions import most_asked_unanswered
from kb.queries.supervised_orders import Watch, WatchFilter, count_by_unit
from kb.services.contact_details import shown_question
from kb.terms import Outcome
from webapp.figure_doors import FigureDoors
from webapp.supervision import charts
from webapp.supervision.changes import Change, change_of


@dataclass(frozen=True)
class Span:
    """A period one may look at: its name, the name of the one before, days in the trend."""

    name: str
    before: str
    trend: int


SPANS = {
    "day": Span("今天", "昨天", 14),
    "week": Span("本周", "上周", 14),
    "month": Span("本月", "上月", 31),
}
_HEAT_ROWS, _HEAT_COLUMNS, _HEAT_STEPS = 8, 10, 4
_UNITS, _RISKS = 12, 6
# Rates beside the big one; whether more is better.
_KPIS = (
    ("requests", ""),
    ("answered_rate", "up"),
    ("dispatched", ""),
    ("acknowledged_on_time_rate", "up"),
    ("resolved_on_time_rate", "up"),
    ("satisfaction_rate", "up"),
)


def period_of(span: str, today: date) -> Period:
    """The day, week or month that runs today."""
    if span == "day":
        return Period(today, today)
    return Period.week_of(today) if span == "week" else Period.month_of(today)


def board(session: Session, span: str, basis: Basis, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything the page shows; the parts of a table add up to the total printed under it."""
    today = local_day(now)
    window = Window(period_of(span, today), now, replace(basis, as_of=None))
    chosen = SPANS[span]
    days = [today - timedelta(days=at) for at in reversed(range(chosen.trend))]
    seen = overview(session, window, days)
    doors = FigureDoors(window.period, now)
    earlier = window.on(window.period.previous())
    totals = seen.now["totals"]
    questions = most_asked_unanswered(session, window.period)
    is_of_requests = basis.share_base == REQUESTS
    return {
        "span": span,
        "spans": [(key, one.name) for key, one in SPANS.items()],
        "name": chosen.name,
        "name_before": chosen.before,
        "window": window,
        "doors": doors,
        "doors_before": FigureDoors(earlier.period, earlier.as_of),
        "totals": totals,
        "totals_before": seen.before["totals"],
        "changed": {
            name: change_of(one, totals[name]) for name, one in seen.changed["totals"].items()
        },
        "library": seen.library,
        "rate_if_found": percent(
            totals["resolved_online"] + seen.library["lost"], totals["requests"], basis.decimals
        ),
        "parts": _parts(totals, seen.library, doors, basis),
        "trend": _trend(seen, window, now),
        "trend_days": chosen.trend,
        "day_doors": lambda day: FigureDoors(Period(day, day), now),
        "days": [day for day in seen.days if day.day >= window.period.first],
        "kpis": _KPIS,
        "categories": _rows(seen, "by_category", is_of_requests),
        "purposes": _rows(seen, "by_purpose", is_of_requests),
        "channels": _rows(seen, "by_channel", is_of_requests=True),
        "units": seen.now["by_unit"],
        "shown_units": _UNITS,
        "heat": _heat(seen.heat),
        "risks": _risks(session, seen, basis, actor, now),
        "unanswered": questions,
        "said": lambda text: shown_question(text, actor),
    }


@dataclass(frozen=True)
class Row:
    """A line of a table: the figures of a group, how its count moved, its bar.

    :ivar online_rate: 在线办结率 of the group; ``None`` where the group counts orders.
    """

    figures: Mapping[str, Any]
    change: Change
    bar: object
    online_rate: Decimal | None


def _rows(seen: Overview, section: str, is_of_requests: bool) -> list[Row]:
    """The rows of a section; ``is_of_requests`` tells that it counts no orders."""
    rows = seen.now[section]
    changes = {one["name"]: one for one in seen.changed[section]}
    largest = max((row["count"] for row in rows), default=0)
    found = []
    for row in rows:
        count, online = row["count"], row.get("resolved_online", 0)
        bar = charts.plain_bar(count, largest)
        if section == "by_category" and is_of_requests:
            bar = charts.split_bar(online, count - online, largest)
        rate = percent(online, count, 2) if is_of_requests else None
        found.append(Row(row, change_of(changes[row["name"]], count), bar, rate))
    return found


def _parts(
    totals: Mapping[str, Any], library: Mapping[str, int], doors: FigureDoors, basis: Basis
) -> object:
    parts = [
        ("采纳条目", library["credited"], "b1", doors("extra", "knowledge", "credited")),
        (
            "其他在线答复",
            library["answered_otherwise"],
            "b2",
            doors("extra", "knowledge", "answered_otherwise"),
        ),
        ("转办", totals["handed_over"], "hatch", doors("totals", "handed_over")),
        ("处理中", totals["open"], "b3", doors("totals", "open")),
    ]
    if Outcome.INVALID.label not in basis.scope.exclude_outcomes:
        parts.append(("无效", totals["invalid"], "g-fill", doors("totals", "invalid")))
    label = "，".join(f"{name} {count} 件" for name, count, _, _ in parts)
    return charts.parts_bar(parts, label)


def _trend(seen: Overview, window: Window, now: datetime) -> object:
    first, last = seen.days[0], seen.days[-1]
    label = (
        f"近 {len(seen.days)} 天每日在线办结率与受理量；"
        f"首日受理 {first.requests} 件，今天 {last.requests} 件"
    )

    def door(day: date) -> FigureDoors:
        return FigureDoors(Period(day, day), now)

    return charts.trend(seen.days, window.period.first, door, label)


@dataclass(frozen=True)
class Heat:
    """Requests by category and district, the largest of each; cells from 0 to 4 by their share.

    :ivar categories: how many have requests, shown or not; ``places`` are such districts.
    """

    districts: Sequence[str]
    rows: Sequence[tuple[str, Sequence[tuple[str, int, int]]]]
    categories: int
    places: int


def _heat(counts: Mapping[tuple[str, str], int]) -> Heat:
    every, everywhere = _largest(counts, 0), _largest(counts, 1)
    categories, districts = every[:_HEAT_ROWS], everywhere[:_HEAT_COLUMNS]
    shown = [(one, place) for one in categories for place in districts]
    most = max((counts.get(cell, 0) for cell in shown), default=0)

    def cell(category: str, district: str) -> tuple[str, int, int]:
        count = counts.get((category, district), 0)
        return district, count, -(-count * _HEAT_STEPS // most) if most else 0

    rows = [(one, [cell(one, place) for place in districts]) for one in categories]
    return Heat(districts, rows, len(every), len(everywhere))


def _largest(counts: Mapping[tuple[str, str], int], side: int) -> list[str]:
    sums: dict[str, int] = {}
    for names, count in counts.items():
        sums[names[side]] = sums.get(names[side], 0) + count
    return largest_first({name: count for name, count in sums.items() if count})


@dataclass(frozen=True)
class Risk:
    """A unit to look at: orders over their time now, nearly so, and callers not satisfied.

    :ivar counted_as: the name under which figures count it.
    """

    unit_id: int | None
    unit: str
    counted_as: str
    over: int
    soon: int
    dissatisfied: int


def _risks(
    session: Session, seen: Overview, basis: Basis, actor: Actor, now: datetime
) -> list[Risk]:
    """The units with most overdue, then most discontent, then most nearly overdue."""
    said = {row["name"]: row["dissatisfied"] for row in seen.now["by_unit"]}
    watched = count_by_unit(session, WatchFilter(), actor=actor, now=now)
    found = [
        Risk(
            row.unit_id,
            row.unit,
            basis.unit_name(row.unit),
            row.counts[Watch.OVER],
            row.counts[Watch.SOON],
            said.pop(basis.unit_name(row.unit), 0),
        )
        for row in watched
    ]
    found += [Risk(None, name, name, 0, 0, count) for name, count in said.items() if count]
    found = [one for one in found if one.over or one.soon or one.dissatisfied]
    found.sort(key=lambda one: (-one.over, -one.dissatisfied, -one.soon, one.unit))
    return found[:_RISKS]
