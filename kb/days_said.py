"""A day that a question names (12月6号, 6号, 明天, 礼拜六), as a date from today on. Pure."""

import re
from datetime import date, timedelta

_AHEAD = {"大后天": 3, "后天": 2, "明天": 1, "今天": 0}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
# 3号楼 and 5号线 are places, 5号文件 is a paper, 10日内 and 住院费1日 are stretches of time.
_OF_MONTH = re.compile(
    r"(?<!\d)(?!(?<=[费每])\d{1,2}日)"
    r"(?:(?:(?P<month>1[0-2]|0?[1-9])|(?P<which>[上下本这])个?)月(?:份)?的?)?"
    r"(?P<day>3[01]|[12]\d|0?[1-9])[号日]"
    "(?!楼|院|线|门|店|窗|房|栋|公馆|内|起|前|文|令|公告)"
)
_WEEK = re.compile(
    "(?:(?<![晚早马])(?P<last>上个?)|(?P<next>下个?))?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
)
_MONTHS_OFF = {"上": -1, "本": 0, "这": 0, "下": 1}


def day_said(text: str, today: date) -> date | None:
    """The first day that the words name; ``None`` where they name none.

    A day without its month is the next one to come, a weekday the one of these seven days.
    """
    for word, days in _AHEAD.items():
        if word in text:
            return today + timedelta(days=days)
    found = _OF_MONTH.search(text)
    if found and found["which"]:
        return _in_month(int(found["day"]), _MONTHS_OFF[found["which"]], today)
    if found:
        return _of_month(int(found["day"]), int(found["month"] or 0), today)
    week = _WEEK.search(text)
    if week is None:
        return None
    wanted = _WEEKDAYS[week["day"]]
    if week["next"] or week["last"]:
        off = 7 if week["next"] else -7
        return today + timedelta(days=off - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _of_month(day: int, month: int, today: date) -> date | None:
    """The next such day; ``None`` for one that the calendar does not have (2月30日)."""
    for ahead in range(12):
        if month and (today.month - 1 + ahead) % 12 + 1 != month:
            continue
        said = _in_month(day, ahead, today)
        if said is not None and (said >= today or month):
            return said
    return None


def _in_month(day: int, ahead: int, today: date) -> date | None:
    """That day of the month so many ahead of this one, if it has so many."""
    year, at = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    try:
        return date(year, at + 1, day)
    except ValueError:
        return None
