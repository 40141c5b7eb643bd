"""How values read on a page: local times, masked numbers, rates, remaining time."""

from datetime import date, datetime, timedelta

from kb import terms
from kb.bulletins import rounding
from kb.clock import SHANGHAI, local_day, minute_text

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

NONE = "—"


def local_time(instant: datetime | None, now: datetime) -> str:
    """``05-07 周四 10:24`` in Asia/Shanghai; the year only when it is not this year."""
    if instant is None:
        return NONE
    local = instant.astimezone(SHANGHAI)
    return f"{day_text(local.date(), local_day(now))} {local:%H:%M}"


def filed_time(instant: datetime | None) -> str:
    """:func:`kb.clock.minute_text`; empty without one. For files, which are read on another day
    and sorted."""
    return minute_text(instant) if instant is not None else ""


def local_second(instant: datetime) -> str:
    """``2026-05-07T10:24:31`` in Asia/Shanghai, for scripts that show the time of day."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}"


def day_text(day: date | None, today: date) -> str:
    """``05-07 周四``; the year only when it is not this year."""
    if day is None:
        return NONE
    year = "" if day.year == today.year else f"{day.year:04d}-"
    return f"{year}{day:%m-%d} {WEEKDAYS[day.weekday()]}"


def clock_time(instant: datetime) -> str:
    """``10:24`` in Asia/Shanghai."""
    return f"{instant.astimezone(SHANGHAI):%H:%M}"


def percent(part: int, whole: int) -> str:
    """``78.42%``, rounded half up to two decimals; a dash when there is no whole."""
    share = rounding.percent(part, whole, 2)
    return NONE if share is None else f"{share}%"


def number(value: int) -> str:
    """``21,460``."""
    return f"{value:,}"


def remaining(due: datetime, now: datetime) -> str:
    """``还有 2 天 6 小时``, ``还有 25 分钟``, ``已超 3 小时 5 分钟``."""
    return f"已超 {duration(now - due)}" if now > due else f"还有 {duration(due - now)}"


def duration(span: timedelta) -> str:
    """The two largest parts of a length of time; under a minute counts as one."""
    minutes = max(int(span.total_seconds() // 60), 1)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
    return f"{rest} 分钟"


def term_label(value: str, name: str) -> str:
    """The Chinese label of a stored code: ``term_label("agent", "Role")`` is 坐席."""
    kind: type[terms.Term] = getattr(terms, name)
    return kind(value).label
