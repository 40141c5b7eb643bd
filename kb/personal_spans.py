"""Where a text holds personal data (个人信息): numbers, plates, addresses down to the door.

Pure. Every span keeps its place in the text as it was given, whatever width its digits have.
What belongs to an office (hotlines, desk phones, the house a hall stands in) is no person's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.conflicts.layout import level
from kb.home_addresses import homes
from kb.terms import Term


class PersonalKind(Term):
    """What kind of personal data."""

    ID_NUMBER = "id_number", "身份证号"
    BANK_CARD = "bank_card", "银行账号"
    MOBILE = "mobile", "手机号"
    LANDLINE = "landline", "固定电话"
    EMAIL = "email", "电子邮箱"
    PLATE = "plate", "车牌号"
    ADDRESS = "address", "详细住址"
    NAME = "name", "姓名"


@dataclass(frozen=True)
class PersonalSpan:
    """``text[start:end]`` is personal data of a kind."""

    kind: PersonalKind
    start: int
    end: int


# One blank or dash between digits, as people space them to be read aloud.
_GAP = r"[ \-]?"
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_ID_18 = re.compile(rf"(?<!\d){_PROVINCE}(?:{_GAP}\d){{15}}{_GAP}[\dXx](?![\dA-Za-z])")
_ID_15 = re.compile(rf"(?<!\d){_PROVINCE}(?:{_GAP}\d){{13}}(?!\d)")
_CARD = re.compile(rf"(?<!\d)[3-6](?:{_GAP}\d){{14,18}}(?!\d)")
_ACCOUNT = re.compile(
    rf"(?:卡号|账号|帐号|账户|帐户|银行卡|存折|户号|社保卡|医保卡|护照号?码?|证件号码?|身份证号?码?)"
    rf"[^\d，。；\n]{{0,6}}([A-Z]{{0,2}}\d(?:{_GAP}\d){{5,24}}[Xx]?)(?!\d)"
)
_MOBILE = re.compile(rf"(?<![\d.])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?![\d.]?\d)")
_SPOKEN = re.compile(r"[一幺1][三四五六七八九](?:\s?[零〇一幺二两三四五六七八九]){9}")
_LANDLINE = re.compile(
    r"(?<![\d.])(?:\(0\d{2,3}\)|0\d{2,3})[ \-]{0,2}[2-8]\d{2,3}[ \-]?\d{4}"
    r"(?:[ \-转]{1,2}\d{1,6})?(?!\d)"
)
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][ ·•.\-]?"
    r"(?=[A-Za-z]{0,2}\d)[A-HJ-NP-Za-hj-np-z0-9]{4,5}(?:[A-HJ-NP-Za-hj-np-z0-9挂学警港澳])(?![A-Za-z0-9])"
)


def personal_spans(text: str) -> list[PersonalSpan]:
    """Personal data in reading order, none overlapping; the more telling kind wins.

    Landlines are found too, and are the caller's business: in what an office wrote they are
    mostly its own.
    """
    plain = level(text)
    found: list[PersonalSpan] = []
    for span in _all(plain):
        if all(span.end <= other.start or other.end <= span.start for other in found):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _all(text: str) -> Iterator[PersonalSpan]:
    for match in _ID_18.finditer(text):
        if _is_day(re.sub(r"\D", "", match[0][:-1])[6:14]):
            yield PersonalSpan(PersonalKind.ID_NUMBER, *match.span())
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) in range(15, 20) and _passes_luhn(digits):
            yield PersonalSpan(PersonalKind.BANK_CARD, *match.span())
    for match in _ID_15.finditer(text):
        if _is_day("19" + re.sub(r"\D", "", match[0])[6:12]):
            yield PersonalSpan(PersonalKind.ID_NUMBER, *match.span())
    for match in _MOBILE.finditer(text):
        yield PersonalSpan(PersonalKind.MOBILE, *match.span())
    for match in _SPOKEN.finditer(text):
        yield PersonalSpan(PersonalKind.MOBILE, *match.span())
    for match in _LANDLINE.finditer(text):
        yield PersonalSpan(PersonalKind.LANDLINE, *match.span())
    for match in _ACCOUNT.finditer(text):
        is_id = "身份证" in match[0] or "证件" in match[0]
        kind = PersonalKind.ID_NUMBER if is_id else PersonalKind.BANK_CARD
        yield PersonalSpan(kind, *match.span(1))
    for match in _EMAIL.finditer(text):
        yield PersonalSpan(PersonalKind.EMAIL, *match.span())
    for match in _PLATE.finditer(text):
        yield PersonalSpan(PersonalKind.PLATE, *match.span())
    for start, end in homes(text):
        yield PersonalSpan(PersonalKind.ADDRESS, start, end)


def _is_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1880 <= day.year <= 2100


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
