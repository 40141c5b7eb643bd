"""The supervisor's first screen, put together: figures of a span, their changes and charts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kb.queries import figures
from kb.queries.figures import Counts, Span
from webapp.context import purpose_name
from webapp.supervision import charts
from webapp.supervision.changes import Change, points, relative
from webapp.supervision.doors import Doors

# Days of a span -> (its name, the name of the one before, days the trend shows).
SPANS = {
    1: ("今天", "昨天", 7),
    7: ("近 7 天", "前 7 天", 14),
    30: ("近 30 天", "前 30 天", 30),
}


@dataclass(frozen=True)
class Row:
    """A line of a table: a group, its counts, how it moved, its bar."""

    name: str
    code: str
    counts: Counts
    share: Decimal | None
    change: Change
    bar: object


def board(session: Session, days: int, now: datetime) -> dict[str, Any]:
    """Everything the page shows for the last ``days`` days.

    The parts of a table add up to the total printed under it.
    """
    span = figures.last_days(now, days)
    total, before = figures.totals(session, span), figures.totals(session, span.before)
    credited, lost = figures.credited_requests(session, span), figures.lost_requests(session, span)
    doors = Doors(span)
    name, name_before, trend_days = SPANS[days]
    return {
        "days": days,
        "spans": [(key, value[0]) for key, value in SPANS.items()],
        "name": name,
        "name_before": name_before,
        "span": span,
        "before": before,
        "doors": doors,
        "doors_before": Doors(span.before),
        "total": total,
        "credited": credited,
        "other": total.online - credited,
        "lost": lost,
        "rate_if_found": figures.rate(total.online + lost, total.requests),
        "rate_change": points(total.online_rate, before.online_rate),
        "changes": _changes(total, before),
        "parts": _parts(total, credited, doors),
        "trend": _trend(session, now, trend_days, days, doors),
        "by_day": figures.by_day(session, span),
        "purposes": _purposes(session, span, total),
        "categories": _categories(session, span),
        "units": figures.by_unit(session, span, now),
        "orders": figures.order_totals(session, span, now),
        "entries": figures.top_entries(session, span),
        "unanswered_total": figures.unanswered_total(session, span),
        "unanswered": figures.unanswered_questions(session, span),
        "definitions": figures.DEFINITIONS,
        "as_at": now,
    }


def _changes(total: Counts, before: Counts) -> dict[str, Change]:
    names = ("requests", "online", "handed_over", "open")
    return {name: relative(getattr(total, name), getattr(before, name)) for name in names}


def _parts(total: Counts, credited: int, doors: Doors) -> object:
    other = total.online - credited
    label = (
        f"采纳条目 {credited} 件，其他在线答复 {other} 件，"
        f"转办 {total.handed_over} 件，处理中 {total.open} 件"
    )
    return charts.parts_bar(
        [
            ("采纳条目", credited, "b1", doors.requests(credit="entry")),
            ("其他在线答复", other, "b2", doors.requests(credit="other")),
            ("转办", total.handed_over, "hatch", doors.requests(outcome="handed_over")),
            ("处理中", total.open, "b3", doors.requests(outcome="open")),
        ],
        label,
    )


def _trend(session: Session, now: datetime, shown: int, days: int, doors: Doors) -> object:
    counted = figures.by_day(session, figures.last_days(now, shown))
    first, last = counted[0][1], counted[-1][1]
    label = (
        f"近 {shown} 天每日在线办结率与受理量；"
        f"首日受理 {first.requests} 件，今天 {last.requests} 件"
    )
    return charts.trend(counted, days, doors.day, label)


def _purposes(session: Session, span: Span, total: Counts) -> list[Row]:
    groups = figures.by_purpose(session, span)
    before = dict(figures.by_purpose(session, span.before))
    largest = max(counts.requests for _, counts in groups)
    return [
        Row(
            purpose_name(purpose),
            purpose,
            counts,
            figures.rate(counts.requests, total.requests),
            relative(counts.requests, before.get(purpose, Counts()).requests),
            charts.plain_bar(counts.requests, largest),
        )
        for purpose, counts in groups
    ]


def _categories(session: Session, span: Span) -> list[Row]:
    groups = [row for row in figures.by_category(session, span) if row[1].requests]
    before = dict(figures.by_category(session, span.before))
    largest = max((counts.requests for _, counts in groups), default=0)
    return [
        Row(
            name,
            name,
            counts,
            counts.online_rate,
            relative(counts.requests, before.get(name, Counts()).requests),
            charts.split_bar(counts.online, counts.handed_over, largest),
        )
        for name, counts in groups
    ]
