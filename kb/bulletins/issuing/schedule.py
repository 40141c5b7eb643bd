"""The last whole period of each kind of bulletin."""

import calendar
from datetime import date, timedelta

from kb.bulletins.periods import Period
from kb.terms import BulletinKind


def last_periods(today: date) -> dict[BulletinKind, Period]:
    """The last week (from Monday), month, quarter and year that are over on ``today``."""
    monday = today - timedelta(days=today.weekday() + 7)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    year = today.year - 1
    return {
        BulletinKind.WEEKLY: Period(monday, monday + timedelta(days=6)),
        BulletinKind.MONTHLY: Period(month, _end(month)),
        BulletinKind.QUARTERLY: Period(date(quarter.year, quarter.month - 2, 1), quarter),
        BulletinKind.YEARLY: Period(date(year, 1, 1), date(year, 12, 31)),
    }


def _end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
