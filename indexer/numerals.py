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


def with_digits(text: str) -> str:
    """Rewrite spoken years and amounts in Arabic digits; everything else stays."""
    text = _YEAR.sub(_year, text)
    return _AMOUNT.sub(lambda found: _amount(found.group()), text)


def _year(found: re.Match[str]) -> str:
    digits = "".join(str(_DIGIT[char]) for char in found.group())
    return digits if len(digits) == 4 else f"20{digits}"


def _amount(text: str) -> str:
    """Value of 三十五 or 一百二十; text that is no well-formed number is returned as it was."""
    total, digit, last_unit = 0, 0, 10_000
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
            continue
        unit = _UNIT[char]
        if unit >= last_unit:
            return text
        total += (digit or 1) * unit
        digit, last_unit = 0, unit
    # 一百五 is 150: a digit right after a hundred or thousand counts the next lower unit.
    shorthand = digit and last_unit > 10 and not text.endswith(("零" + text[-1],))
    return str(total + (digit * last_unit // 10 if shorthand else digit))
