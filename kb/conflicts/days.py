"""Reading dates that a caller must know: deadlines, openings, paydays."""

import re
from collections.abc import Iterator

from kb.conflicts.numerals import NotANumber, parse_number
from kb.conflicts.values import Day, Days

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(\d{4}|[一二][零〇九][零〇一二三四五六七八九]{2})\s?年\s?)"
_DAY = rf"{_YEAR}?({_N})\s?月(?:份)?(?:\s?({_N})\s?[日号]|(底|末|初|上旬|中旬|下旬))?"
_PLAIN = r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})"
_TO = r"\s*(?:\([^)]*\))?\s*(?:起)?\s*(?:-+|至|到)\s*"
_DATE = re.compile(
    rf"(?<![\d第个]){_DAY}(?:{_TO}(?:{_YEAR}?(?:({_N})\s?月(?:份)?\s?)?({_N})\s?[日号]|{_DAY}))?"
)
_PLAIN_DATE = re.compile(rf"(?<!\d){_PLAIN}(?:{_TO}{_PLAIN})?(?!\d)")
_MONTHLY = re.compile(
    rf"(?:每个?月|次月|当月|每?个?季度(?:的)?(?:首|末|第一个|最后一个)月)(?:的)?\s?({_N})\s?[日号](?:{_TO}({_N})\s?[日号])?"
)
_PART_OF_MONTH = {"底": 31, "末": 31, "初": 1, "上旬": 10, "中旬": 20, "下旬": 31}


def days_in(text: str) -> Iterator[tuple[Days, int, int]]:
    """Every day or period printed in a levelled text; ``每月20日`` has no month."""
    for found in _MONTHLY.finditer(text):
        last = Day(0, 0, _number(found[2])) if found[2] else None
        yield Days(Day(0, 0, _number(found[1])), last), found.start(), found.end()
    for found in _PLAIN_DATE.finditer(text):
        until = _plain(found[4], found[5], found[6]) if found[4] else None
        yield Days(_plain(found[1], found[2], found[3]), until), found.start(), found.end()
    for found in _DATE.finditer(text):
        days = _period(found.groups())
        if days is not None and not _is_span(found, text):
            yield days, found.start(), found.end()


def _plain(year: str, month: str, day: str) -> Day:
    return Day(int(year), int(month), int(day))


def _is_span(found: re.Match[str], text: str) -> bool:
    """三月内, 六个月: a length of time that only looks like a month."""
    return (
        not found[1]
        and not found[3]
        and not found[4]
        and text[found.end() : found.end() + 1] in "内以之"
        and found.end() < len(text)
    )


def _period(groups: tuple[str | None, ...]) -> Days | None:
    year, month, day, part, to_year, to_month, to_day, *rest = groups
    first = _day(year, month, day, part)
    is_vague = first.day == 0 and first.year == 0 and not part
    if not 1 <= first.month <= 12 or (is_vague and not rest[1]):
        return None  # 五月 alone says nothing, 4月至5月 is a period
    if to_day:
        month_to = _number(to_month) if to_month else first.month
        return Days(
            first, Day(_number(to_year) if to_year else first.year, month_to, _number(to_day))
        )
    if rest[1]:
        last = _day(*rest)
        return Days(first, Day(last.year or first.year, last.month, last.day))
    return Days(first)


def _day(year: str | None, month: str | None, day: str | None, part: str | None) -> Day:
    number = _number(day) if day else _PART_OF_MONTH.get(part or "", 0)
    return Day(_number(year) if year else 0, _number(month) if month else 0, number)


def _number(text: str) -> int:
    try:
        return int(parse_number(text))
    except NotANumber:
        return 0


def same_days(left: Days, right: Days) -> bool:
    """Whether nothing that both print differs."""
    if not _same_day(left.first, right.first):
        # 截止3月31日 says the same as 3月1日至3月31日.
        one, period = (left, right) if left.last is None else (right, left)
        return one.last is None and period.last is not None and _same_day(one.first, period.last)
    return left.last is None or right.last is None or _same_day(left.last, right.last)


def _same_day(left: Day, right: Day) -> bool:
    pairs = zip(
        (left.year, left.month, left.day), (right.year, right.month, right.day), strict=True
    )
    return all(a == b or 0 in (a, b) for a, b in pairs)
