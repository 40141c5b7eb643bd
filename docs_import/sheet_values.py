"""What stands in a cell: text, dates and phone numbers as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from docs_import.clean import clean_text
from docs_import.dates import DATE, chinese_number, first_date, last_day, normalise, to_iso

_SERIAL_FROM, _SERIAL_TO = 20_000, 80_000  # 1954 to 2119 as Excel counts days
_DAY_ZERO = date(1899, 12, 30)
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_TERM = re.compile(r"(?:有效期)?(\d{1,2}|[一二三四五六七八九十]+)(年|个月)")
_OPEN = frozenset(
    {"长期", "长期有效", "永久", "永久有效", "无", "无期限", "不限", "-", "—", "/", "--"}
)
_PHONE = re.compile(r"\d(?:[\d\s\-－—–()（）]{1,20})\d")


def cell_text(value: object) -> str:
    """Return a cell's value as the table shows it: a phone number without ".0", a day as a day."""
    if isinstance(value, str):
        lines = (" ".join(line.split()) for line in clean_text(value)[0].splitlines())
        return "\n".join(line for line in lines if line)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def exact_text(value: object) -> str:
    """A cell's value for tables of records: its own spaces and lines, moments to the second."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return cell_text(value)


def day(text: str) -> str | None:
    """Return the day a cell names as YYYY-MM-DD, None when it names none.

    Also takes 20250131, and the number Excel keeps when the column is not marked as dates.
    """
    text = normalise(text).strip()
    if text.isascii() and text.isdigit() and _SERIAL_FROM <= int(text) <= _SERIAL_TO:
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    if _COMPACT.fullmatch(text):
        return to_iso(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    return first_date(text)


def is_open_end(text: str) -> bool:
    """Tell whether a cell says that something holds without end (长期有效)."""
    return text.strip().rstrip("。") in _OPEN


def term_end(text: str, start: str | None) -> str | None:
    """Return the last day of 有效期5年 or of 2024-01-01至2028-12-31; None when it cannot be told.

    :param start: the first day as YYYY-MM-DD, when another column gives it.
    """
    days = [iso for match in DATE.finditer(normalise(text)) if (iso := to_iso(match.group()))]
    if len(days) == 2 and days[0] <= days[1]:
        return days[1]
    term = _TERM.fullmatch(normalise(text).strip())
    if term is None or start is None:
        return None
    length = chinese_number(term[1])
    return last_day(start, years=length) if term[2] == "年" else last_day(start, months=length)


def has_phone(text: str) -> bool:
    """Tell whether a cell holds a number that can be dialled: 110, 12345, 0799-1234567."""
    numbers = (re.sub(r"\D", "", match.group()) for match in _PHONE.finditer(normalise(text)))
    # With 0 begins an area code, and three digits or more follow it: 0799-12 was cut short.
    return any((7 if digits.startswith("0") else 3) <= len(digits) <= 20 for digits in numbers)
