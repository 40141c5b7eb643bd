"""A day that a question names (12月6号, 6号, 明天, 礼拜六), as a date from today on. Pure."""

import re
from datetime import date, timedelta

_AHEAD = {"大后天": 3, "后天": 2, "明天": 1, "今天": 0}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
# 3号楼 and 5号线 are places, 10日内 is a stretch of time.
_OF_MONTH = re.compile(
    r"(?<!\d)(?:(?P<month>1[0-2]|0?[1-9])月(?:份)?)?(?P<day>3[01]|[12]\d|0?[1-9])[号日]"
    "(?!楼|院|线|门|店|窗|房|栋|公馆|内|起|前)"
)
_WEEK = re.compile("(?P<next>下个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")


def day_said(text: str, today: date) -> date | None:
    """The first day that the words name; ``None`` where they name none.

    A day without its month is the next one to come, a weekday the one of these seven days.
    """
    for word, days in _AHEAD.items():
        if word in text:
            return today + timedelta(days=days)
    found = _OF_MONTH.search(text)
    if found:
        return _of_month(int(found["day"]), int(found["month"] or 0), today)
    week = _WEEK.search(text)
    if week is None:
        return None
    wanted = _WEEKDAYS[week["day"]]
    if week["next"]:
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _of_month(day: int, month: int, today: date) -> date | None:
    """The next such day; ``None`` for one that the calendar does not have (2月30日)."""
    for ahead in range(12):
        year, at = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if month and at + 1 != month:
            continue
        try:
            said = date(year, at + 1, day)
        except ValueError:
            continue
        if said >= today or month:
            return said
    return None
