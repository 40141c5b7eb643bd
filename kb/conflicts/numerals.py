"""Numbers as documents print them: 1000, 1,000, 1 000.5, 3.5万, 一千, 两万三, 百分之八十."""

import re
from decimal import Decimal, InvalidOperation

_DIGITS = dict(zip("零〇一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

ARABIC = r"\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千万亿半]+"
NUMBER = rf"(?:(?:{ARABIC})\s?(?:[百千]?[万亿]|[百千])?|{CHINESE})"
_PARTS = re.compile(rf"({ARABIC})\s?([百千]?[万亿]|[百千])?")


class NotANumber(ValueError):
    """The text looks like a number and is none."""


def parse_number(text: str) -> Decimal:
    """The value of what ``NUMBER`` matched.

    :raises NotANumber: for 百万分 and the like.
    """
    text = text.strip()
    found = _PARTS.fullmatch(text)
    if found is not None:
        try:
            value = Decimal(re.sub("[,，]", "", found[1]))
        except InvalidOperation as error:
            raise NotANumber(text) from error
        for char in found[2] or "":
            value *= _SMALL.get(char) or _LARGE[char]
        return value
    return _chinese(text)


def _chinese(text: str) -> Decimal:
    if text.startswith("半"):
        return Decimal("0.5")
    half = text.endswith("半")
    text = text.removesuffix("半")
    if not text:
        raise NotANumber(text)
    if all(char in _DIGITS for char in text):
        value = Decimal("".join(str(_DIGITS[char]) for char in text))
    else:
        value = Decimal(_with_units(text))
    return value + Decimal("0.5") if half else value


def _with_units(text: str) -> int:
    total, section, digit, last = 0, 0, 0, 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last = 1 if char in "零〇" else last
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit, last = 0, _SMALL[char]
        elif char in _LARGE:
            total = (total + section + digit) * _LARGE[char] if section + digit else 0
            if total == 0:
                raise NotANumber(text)
            section, digit, last = 0, 0, _LARGE[char]
        else:
            raise NotANumber(text)
    # 一千二 is 1200: a digit right after a unit counts the next lower one.
    shorthand = digit and last >= 100
    return total + section + (digit * last // 10 if shorthand else digit)
