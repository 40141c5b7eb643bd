"""Dates as official documents print them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from docs_import.numbering import CHINESE

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－／．", "0123456789-/.")
_ARABIC = r"(?:19|20)\d{2}\s*(?:年|[-/.])\s*\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}(?:\s*日|(?!\d))"
_CHINESE = rf"[{CHINESE}]{{4}}年[{CHINESE}]{{1,2}}月[{CHINESE}]{{1,3}}日"
DATE = re.compile(f"{_ARABIC}|{_CHINESE}")
_VALUES = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2,
}  # fmt: skip


def normalise(text: str) -> str:
    """Return the text with half-width digits."""
    return text.translate(_FULL_WIDTH)


def first_date(text: str) -> str | None:
    """Return the first full date in the text as YYYY-MM-DD, None when it has none."""
    found = DATE.search(normalise(text))
    return to_iso(found.group()) if found else None


def all_dates(text: str) -> list[str]:
    """Return every full date in the text."""
    found = (to_iso(match.group()) for match in DATE.finditer(normalise(text)))
    return [iso for iso in found if iso]


def to_iso(text: str) -> str | None:
    """Return one date (2024年7月26日, 2024-7-26, 二〇二四年七月二十六日); None if impossible."""
    parts = re.findall(rf"\d+|[{CHINESE}]+", normalise(text))
    if len(parts) < 3:
        return None
    year, month, day = (chinese_number(part) for part in parts[:3])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def chinese_number(text: str) -> int:
    """Return 5 for 5, 五; 12 for 十二; 31 for 三十一; 2025 for 二〇二五; 0 for anything else."""
    if text.isdigit() and text.isascii():
        return int(text)
    if "十" not in text:
        digits = [_VALUES.get(char) for char in text]
        known = [digit for digit in digits if digit is not None]
        return int("".join(map(str, known))) if known and len(known) == len(digits) else 0
    tens, _, ones = text.partition("十")
    return (_VALUES.get(tens, 1 if not tens else 0)) * 10 + (_VALUES.get(ones, 0) if ones else 0)


def plus_days(iso: str, days: int) -> str:
    """Return the day that many days later."""
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()


def last_day(start: str, *, years: int = 0, months: int = 0) -> str:
    """Return the last day of a term that begins on `start`: 2024-07-29 for 5 years, 2029-07-28.

    Where the last month has no such day, its own last day ends the term (民法典 202).
    """
    begin = date.fromisoformat(start)
    year, month = divmod(begin.year * 12 + begin.month - 1 + years * 12 + months, 12)
    days = monthrange(year, month + 1)[1]
    if begin.day > days:
        return date(year, month + 1, days).isoformat()
    return (date(year, month + 1, begin.day) - timedelta(days=1)).isoformat()
