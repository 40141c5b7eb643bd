"""Numbers as callers say them → as documents print them: 二零二三年 → 2023年, 三十五万 → 35万.

Only spans that are certainly amounts or years are touched, so 三支一扶 and 一网通办 stay.
"""

from __future__ import annotations

import re

_DIGIT = dict(zip("零〇一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_UNIT = {"十": 10, "百": 100, "千": 1000}
_YEAR = re.compile(
    "[一二][零〇九][零〇一二三四五六七八九]{2}(?=年)|二[零〇一二三四五六七八九](?=年)"
)
_AMOUNT = re.compile(
    "[一二两三四五六七八九十百千零]*[十百千][一二三四五六七八九十百零]*(?=[万元块岁周天日月个年人%])"
)


class NotANumber(ValueError):
    """The characters are numerals but no well-formed number: 三百千."""


def with_digits(text: str) -> str:
    """Rewrite spoken years and amounts in Arabic digits; everything else stays."""
    text = _YEAR.sub(_year, text)
    return _AMOUNT.sub(_in_digits, text)


def _year(found: re.Match[str]) -> str:
    digits = "".join(str(_DIGIT[char]) for char in found.group())
    return digits if len(digits) == 4 else f"20{digits}"


def _in_digits(found: re.Match[str]) -> str:
    try:
        return f"{value_of(found.group()):g}"
    except NotANumber:
        return found.group()


def value_of(text: str) -> float:
    """What 80, 1.5, 三十五 or 一百二十 counts.

    :raises NotANumber: for numerals that are no well-formed number, 二五 and 零八 among them.
    """
    if text[0].isdigit():
        return float(text)
    if len(text) > 1 and not any(char in _UNIT for char in text):
        raise NotANumber(text)
    total, digit, last_unit = 0, 0, 10_000
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
            continue
        unit = _UNIT[char]
        if unit >= last_unit:
            raise NotANumber(text)
        total += (digit or 1) * unit
        digit, last_unit = 0, unit
    # 一百五 is 150: a digit right after a hundred or thousand counts the next lower unit.
    shorthand = digit and last_unit > 10 and last_unit < 10_000 and text[-2] not in "零〇"
    return float(total + (digit * last_unit // 10 if shorthand else digit))


def in_characters(value: int) -> str:
    """A number below ten thousand as documents write it: 80 → 八十, 105 → 一百零五, 15 → 十五.

    :raises ValueError: for a number that is not from 0 to 9,999.
    """
    if not 0 <= value < 10_000:
        raise ValueError(value)
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    return written.removeprefix("一") if written.startswith("一十") else written or "零"
