"""The period of a page: from its address, else a month; and those one usually chooses."""

from datetime import date, timedelta
from typing import Any

from flask import request

from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.services.matter_rounds import whole_month
from webapp.context import services
from webapp.list_asked import Asked

LONGEST_DAYS = 366
THIS_MONTH, LAST_MONTH = "本月", "上月"


def usual_periods(today: date) -> list[tuple[str, Period]]:
    """The periods one chooses from: weeks and months, this one and the last."""
    monday = today - timedelta(days=today.weekday())
    week = Period(monday, monday + timedelta(days=6))
    month = whole_month(Period(today, today))
    return [
        ("本周", week),
        ("上周", week.previous()),
        (THIS_MONTH, month),
        (LAST_MONTH, month.previous()),
    ]


def offered() -> list[tuple[str, Period]]:
    """:func:`usual_periods` of today."""
    return usual_periods(local_day(services().clock()))


def period_asked(default: str = THIS_MONTH) -> tuple[Period, list[str]]:
    """The period of the address; with sentences about what was set aside."""
    asked = Asked(request.values)
    span = asked.span()
    usual = dict(offered())[default]
    if span is None:
        return usual, asked.problems
    period = Period(span.first, span.last)
    if period.days > LONGEST_DAYS:
        asked.problems.append(f"时段最长 {LONGEST_DAYS} 天，已改为{default}")
        return usual, asked.problems
    return period, asked.problems


def span_of(period: Period) -> dict[str, Any]:
    """The period as it stands in an address."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
