"""What is found exactly or not at all: 文号 (document numbers) and telephone numbers."""

from __future__ import annotations

import re

from .normalise import CJK

_BRACKETED = re.compile(
    f"([{CJK}]{{1,16}}?)\\s*[〔\\[(【﹝「]\\s*((?:19|20)\\d\\d)\\s*[〕\\])】﹞」]\\s*第?\\s*(\\d{{1,5}})\\s*号"
)
# As people type it, without brackets: 穗府办规 2024 13号, 穗府办规2024第13号.
_BARE = re.compile(f"([{CJK}]{{2,10}})\\s*((?:19|20)\\d\\d)\\s*(?:年|第| |-)\\s*(\\d{{1,5}})\\s*号")
_ORDER = re.compile(f"([{CJK}]{{1,20}}?令)\\s*第?\\s*(\\d{{1,4}})\\s*号")
# The words of a sentence that may stand before a number and are no part of it.
_LEAD = re.compile(r"^.*(?:根据|依据|按照|关于|以及|的|和|与|及|查|下|问|找|文号|文件)(?=.{2})")
# 120元, 110个, 12000块: a sum or a count, no number to dial.
_NO_SUM = r"(?!\s*[元块])"
_NO_COUNT = (
    r"(?!\s*(?:[元块岁个人天日年月米平方度斤吨分户次名篇字页路万%℃]|周岁|公[里斤顷]|小时|号(?!码)))"
)
_PHONE = re.compile(
    r"(?<![\d.])(?:"
    r"(?:0\d{2,3}[-\s]?)?[2-8]\d{6,7}(?:-\d{1,5})?"
    r"|1[3-9]\d{9}"
    r"|[48]00[-\s]?\d{3,4}[-\s]?\d{3,4}"
    rf"|(?:(?:12|11|95|96|10)\d{{3,6}}){_NO_SUM}"
    rf"|(?:11[024-79]|12[0-2]){_NO_COUNT}"
    r")(?![\d.])"
)
_DIGITS = re.compile(r"\d+")


def document_numbers(text: str) -> list[str]:
    """The 文号 in normalised text, in one spelling: `穗府办规〔2024〕13号`, `市政府令第5号`."""
    found: list[str] = []
    for pattern in (_BRACKETED, _BARE):
        for match in pattern.finditer(text):
            agency = _LEAD.sub("", match.group(1))
            found.append(f"{agency}〔{match.group(2)}〕{int(match.group(3))}号")
    for match in _ORDER.finditer(text):
        found.append(f"{_LEAD.sub('', match.group(1))}第{int(match.group(2))}号")
    return list(dict.fromkeys(found))


def phone_numbers(text: str) -> list[str]:
    """The telephone numbers in normalised text, digits only, as they stand there."""
    return list(
        dict.fromkeys("".join(_DIGITS.findall(match.group())) for match in _PHONE.finditer(text))
    )


def phone_keys(number: str) -> list[str]:
    """Every spelling under which one number is looked for: with and without the area code."""
    digits = "".join(_DIGITS.findall(number))
    # Area codes have four digits, but for the largest cities: 010 and 02x.
    code = 3 if digits.startswith(("010", "02")) else 4
    if digits.startswith("0") and len(digits) - code in (7, 8):
        return [digits, digits[code:]]
    return [digits]
