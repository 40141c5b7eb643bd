"""Now, and the day it is in the city. The clock is passed in wherever a rule depends on it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """The calendar day of an instant in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def minute_text(instant: datetime) -> str:
    """``2026-05-07 10:24``: an instant in Asia/Shanghai, with its year, so that it sorts."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day_start(day: date) -> datetime:
    """The first instant of a day in Asia/Shanghai, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
