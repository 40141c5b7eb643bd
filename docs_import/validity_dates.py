"""Days as validity clauses print them: full, a month, the end of a year, or without the year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from docs_import.dates import chinese_number, to_iso
from docs_import.numbering import CHINESE

# 2025年1月1日, 2025-01-01, 二〇二五年一月一日, 2025年12月, 2025年底
DAY = (
    rf"(?P<year>(?:19|20)\d{{2}}|[{CHINESE}]{{4}})(?:年|[-/.])"
    rf"(?:(?P<month>\d{{1,2}}|[{CHINESE}]{{1,3}})(?:月|[-/.])(?:(?P<day>\d{{1,2}}|[{CHINESE}]{{1,3}})(?:日|(?!\d)))?(?P<late>底|末)?"
    r"|(?P<close>年?[底末]))"
)


def _parts(match: re.Match[str], prefix: str) -> tuple[int, int, int] | None:
    """Year, month and day; 0 where the text gives none; None when this day is not in the match."""
    names = [f"{prefix}{name}" for name in ("year", "month", "day")]
    if match[names[0]] is None:
        return None
    year, month, day = (chinese_number(match[name]) if match[name] else 0 for name in names)
    return year, month, day


def first_day(match: re.Match[str], prefix: str = "") -> str:
    """The day as a beginning: the first of a month; "" when impossible."""
    parts = _parts(match, prefix)
    if parts is None or not parts[1]:
        return ""
    year, month, day = parts
    return to_iso(f"{year}年{month}月{day or 1}日") or ""


def day_of(match: re.Match[str], prefix: str = "") -> str:
    """The day as an end: the last of a month or year; "" when impossible."""
    parts = _parts(match, prefix)
    if parts is None:
        return ""
    year, month, day = parts
    if not month:
        return f"{year:04}-12-31"
    if not 1 <= month <= 12:
        return ""
    return to_iso(f"{year}年{month}月{day or monthrange(year, month)[1]}日") or ""


def later_end(match: re.Match[str]) -> str:
    """The second day of a range; without a year it is in the first one's."""
    day = day_of(match, "l")
    if day or match["mm"] is None:
        return day
    return to_iso(f"{match['year']}年{match['mm']}月{match['dd']}日") or ""


def months_after(iso: str, months: int) -> str:
    """The same day that many months later, the month's last where it has no such day."""
    begin = date.fromisoformat(iso)
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    return date(year, month + 1, min(begin.day, monthrange(year, month + 1)[1])).isoformat()
