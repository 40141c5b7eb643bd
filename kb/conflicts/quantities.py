"""Reading amounts, shares, lengths of time, ages and counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kb.conflicts.numerals import ARABIC, CHINESE, NUMBER, NotANumber, parse_number
from kb.conflicts.values import Kind, Quantity


@dataclass(frozen=True)
class Reading:
    """A value found in a text: ``text[start:end]`` means ``meaning``."""

    kind: Kind
    meaning: Quantity
    start: int
    end: int


_MINUTES = {"分钟": 1, "刻钟": 15, "小时": 60, "天": 1440, "日": 1440}
_MINUTES |= {"自然日": 1440, "日历日": 1440, "周": 10080, "星期": 10080, "礼拜": 10080}
_MONTHS = {"月": 1, "季度": 3, "年": 12, "周年": 12, "学年": 12}
_COUNTED = (
    "平方米|平米|㎡|立方米|方(?![面案可式向便法])|公里|千米|厘米|毫米|米|亩|吨|公斤|千克|度|人次|人|名|户|套|次|回(?!复|访|应|执|收|家|到)|辆|台|张|份|只|间|册|本(?=书|[，,。；;、)\\s]|$)"
    "|床|学时|课时|学分|分贝|分(?![钟之别级局公支类开项])|级|倍|℃|升|千瓦时|门|孩|胎|株"
)
_ONE_UNIT = {
    "平米": "平方米",
    "㎡": "平方米",
    "千米": "公里",
    "方": "立方米",
    "回": "次",
    "册": "本",
}
_TO = r"\s*(?:-+|至|到)\s*"
_NO_ORDINAL = r"(?<![第\d.〔\[号/a-zA-Z])"
_MONEY = re.compile(
    rf"{_NO_ORDINAL}({NUMBER})(?:元|块)?(?:{_TO}({NUMBER}))?(?:多|余)?(?:元|块钱|块(?!地))"
)
# 最高可贷25万: people leave the 元 out where a sum is meant.
_BARE = re.compile(
    rf"{_NO_ORDINAL}(?:({NUMBER}){_TO})?"
    rf"((?:(?:{ARABIC})\s?[百千]?|[一二两三四五六七八九十][一二三四五六七八九十百千]*)[万亿])(?:多|余)?"
    rf"(?!\s?(?:{_COUNTED}|[元块\d多余万亿]|美元|港币|居民|市民|老人|职工|学生|群众|家|字|条|件|参保))"
)
_SUM_MEANT = re.compile("[贷补奖额费价罚缴付款领]|资助|封顶|报销|押金|存款|收入|津贴|最[多高]|顶多")
# 3块5, 三块五: tenths of a yuan; 一年交一百五: a round sum without its 元.
_TENTHS = re.compile(rf"{_NO_ORDINAL}({NUMBER})块([\d一二三四五六七八九]{{1,2}})(?![\d十百千万])")
_ROUND = re.compile(
    r"(?<=[交收罚补发给付奖费花])(?:你|您)?([一二两三四五六七八九][百千][一二三四五六七八九百十]*)(?=[，,。；;\s]|$)"
)
_FRACTION = re.compile(
    rf"({NUMBER})分之({NUMBER})|(?<=[的额费价补付报按])([1-9])/([2-9])(?![\d/])|({NUMBER})‰"
)
_HALF_OF = re.compile("(?<=[的额费补拨付报发给])一半|减半")
_SHARE = re.compile(
    rf"{_NO_ORDINAL}({NUMBER})%?(?:{_TO}({NUMBER}))?\s?%"
    rf"|百分之({NUMBER})(?:{_TO}百分之({NUMBER}))?"
    r"|([一二三四五六七八九])成(?![立为长功员果本人年交])"
    r"|([一二三四五六七八九]{1,2}|\d(?:\.?\d)?)折(?![叠旧合算腾射磨页])"
)
_LENGTH = re.compile(
    rf"{_NO_ORDINAL}({NUMBER})(?:个)?(?:{_TO}({NUMBER}))?\s?(个?(?:工作日|自然日|日历日|小时|分钟|刻钟"
    r"|星期|礼拜|季度)|个月|周年|学年|年(?!度|级|代|检|审|龄|\d|月)|天|日(?![常期元报志间用]|\d)|周(?!岁|一|二|三|四|五|六|日|末|边|围|转))"
)
_HALF = re.compile(r"半个?(小时|天|月|年)")
# 一个月六百元, 一年能取两回: what is counted by, no length of time.
_EACH = re.compile(
    rf"(?<![第\d满足交缴])[1一]个?(?:月|年|天|季度)(?=[^，,。；;满内后前以]{{0,6}}{NUMBER}\s?(?:[元块万次回方]|立方|%|[，。]|$))"
)
_AT_ONCE = re.compile("当场|即时|即办|立等可取|当日|当天|立即办")
_AGE = re.compile(rf"{_NO_ORDINAL}({NUMBER})(?:{_TO}({NUMBER}))?\s?(?:周岁|岁)")
_COUNT = re.compile(rf"{_NO_ORDINAL}({NUMBER})(?:{_TO}({NUMBER}))?\s?({_COUNTED})")
_FREE = re.compile(
    r"免费(?=[。，,;；)\s]|办理|申领|领取|发放|办|提供|$)|不收(?:取)?(?:任何)?(?:费用?)?|(?<!减)免收(?!费标准)|免交|零收费"
)

_MIN_BEFORE = re.compile(r"(?:满|达到?|不低于|不少于|不小于|超过|高于|大于|至少|≥)[^，。]{0,2}$")
_NOT_OVER = re.compile(
    r"(?:不超过|不得超过|不高于|不大于|最[高多长迟]|至多|未满|不满|不足|(?<![不得])(?:低于|少于|小于)|≤)[^，。]{0,4}$"
)
# 缴费不足1年的，不能办理 asks for at least one year.
_SHORT_OF = re.compile(r"(?:未满|不满|不足|(?<![不得])(?:低于|少于|小于))[^，。]{0,4}$")
_REFUSED = re.compile(r"[^，。]{0,6}[，,]?[^，。]{0,6}(?:不能|不予|不得|不可|暂不|无法)")
_MIN_AFTER = re.compile(r"\s*(?:\([^)]{0,6}\))?(?:及|\(含\))?(?:以上|起(?!施|执|实|计|算))")
_MAX_AFTER = re.compile(r"\s*(?:\([^)]{0,6}\))?(?:及|\(含\))?(?:以下|以内|之内|内)")
_PER_TIME = re.compile(
    r"每(?:人|户|名|位|孩|个|家庭|生|车|亩|台)*每?(?:个)?(月|年)|按(月|年)|(?<![\d第满足])[1一]个?(月|年)|(?<!\d)(月|年)(?:均|人均)"
)
_PER_AFTER = re.compile(r"\s?/?(?:[(（])?(?:/?(?:人|户|孩|生|平方米|㎡)?[·/.]?|每)(?:每?)(月|年)")
# What only fills a noun group (一名儿童) is no count; a comparison makes it one.
_COMPARED = re.compile(
    "(?:满|不少于|不低于|不超过|超过|最多|至少|至多|限|只能|每年|每人|每户|累计|[可能])[^，。]{0,3}$"
)
# 免费体检两次: how often, at the end of what is granted.
_TIMES = re.compile(r"[次回](?=[，,。；;]|$)")


def quantities(text: str) -> Iterator[Reading]:
    """Every amount, share, length of time, age and count of a levelled text, each place once."""
    taken: list[tuple[int, int]] = []
    for reading in _all(text):
        if all(reading.end <= start or end <= reading.start for start, end in taken):
            taken.append((reading.start, reading.end))
            yield reading


def _all(text: str) -> Iterator[Reading]:
    for found in _TENTHS.finditer(text):
        yield from _tenths(found)
    for found in _MONEY.finditer(text):
        yield from _reading(text, Kind.MONEY, found, found[1], found[2], "元")
    for found in _ROUND.finditer(text):
        yield from _reading(text, Kind.MONEY, found, found[1], None, "元")
    for found in _BARE.finditer(text):
        if _SUM_MEANT.search(text, max(0, found.start() - 16), found.end() + 8):
            low, high = (found[1], found[2]) if found[1] else (found[2], None)
            yield from _reading(text, Kind.MONEY, found, low, high, "元")
    for found in _FREE.finditer(text):
        zero = Quantity(Decimal(0), Decimal(0), "元")
        yield Reading(Kind.MONEY, zero, found.start(), found.end())
    for found in _FRACTION.finditer(text):
        yield from _fraction(text, found)
    for found in _HALF_OF.finditer(text):
        fifty = Decimal(50)
        yield Reading(Kind.SHARE, Quantity(fifty, fifty, "%"), found.start(), found.end())
    for found in _SHARE.finditer(text):
        if found[5] or found[6]:
            tenths = parse_number(found[5] or found[6])  # 八五折 and 85折 are 8.5折
            tenths = tenths * 10 if tenths < 10 else tenths
            yield Reading(Kind.SHARE, Quantity(tenths, tenths, "%"), found.start(), found.end())
        else:
            yield from _reading(
                text, Kind.SHARE, found, found[1] or found[3], found[2] or found[4], "%"
            )
    for found in _AGE.finditer(text):
        yield from _reading(text, Kind.AGE, found, found[1], found[2], "周岁")
    each = {found.start() for found in _EACH.finditer(text)}
    for found in _LENGTH.finditer(text):
        if found.start() in each:
            continue
        yield from _reading(text, Kind.DURATION, found, found[1], found[2], found[3])
    for found in _HALF.finditer(text):
        yield from _reading(text, Kind.DURATION, found, "半", None, found[1])
    for found in _AT_ONCE.finditer(text):
        zero = Quantity(Decimal(0), Decimal(0), "分钟", bound="max")
        yield Reading(Kind.DURATION, zero, found.start(), found.end())
    for found in _COUNT.finditer(text):
        is_spelled = re.fullmatch(CHINESE, found[1])
        if (
            not is_spelled
            or _COMPARED.search(text, 0, found.start())
            or _TIMES.match(text, found.end(1))
        ):
            unit = _ONE_UNIT.get(found[3], found[3])
            if unit == "吨" and "水" in text[max(0, found.start() - 16) : found.end() + 4]:
                unit = "立方米"  # a ton of water
            yield from _reading(text, Kind.COUNT, found, found[1], found[2], unit)


def _tenths(found: re.Match[str]) -> Iterator[Reading]:
    try:
        whole, tail = parse_number(found[1]), parse_number(found[2])
    except NotANumber:
        return
    amount = whole + tail / (10 if len(found[2]) == 1 else 100)
    yield Reading(Kind.MONEY, Quantity(amount, amount, "元"), found.start(), found.end())


def _fraction(text: str, found: re.Match[str]) -> Iterator[Reading]:
    """三分之二, 2/3 and 3‰ as a share of a hundred."""
    below, above = found[1] or found[4] or "1000", found[2] or found[3] or found[5]
    try:
        whole, part = parse_number(below), parse_number(above)
    except NotANumber:
        return
    if whole > part:
        share = (100 * part / whole).quantize(Decimal("0.0001"))
        bound = _bound(text, found.start(), found.end())
        yield Reading(
            Kind.SHARE, Quantity(share, share, "%", bound=bound), found.start(), found.end()
        )


def _reading(
    text: str, kind: Kind, found: re.Match[str], low: str, high: str | None, unit: str
) -> Iterator[Reading]:
    try:
        first = parse_number(low)
        last = parse_number(high) if high else first
    except NotANumber:
        return
    if high and first < last and kind == Kind.MONEY and low[-1].isdigit() and "万" in high:
        first *= 10_000  # 3至5万元
    if kind == Kind.DURATION:
        unit, factor = _time_unit(unit)
        if unit == "月" and factor == 12 and first >= 100:
            return  # 2025年 is a year, not a length
        first, last = first * factor, last * factor
    bound = _bound(text, found.start(), found.end())
    if not first and last:
        first, bound = last, "max"  # 0-180立方米 is 180 at most
    per = _per(text, found.start(), found.end()) if kind == Kind.MONEY else ""
    yield Reading(kind, Quantity(first, last, unit, per, bound), found.start(), found.end())


def _time_unit(unit: str) -> tuple[str, int]:
    unit = unit.removeprefix("个")
    if unit == "工作日":
        return unit, 1
    if unit in _MONTHS:
        return "月", _MONTHS[unit]
    return ("自然日" if unit in ("自然日", "日历日") else "分钟"), _MINUTES[unit]


def _bound(text: str, start: int, end: int) -> str:
    if _SHORT_OF.search(text, max(0, start - 8), start) and _REFUSED.match(text, end):
        return "min"
    if _NOT_OVER.search(text, max(0, start - 8), start) or _MAX_AFTER.match(text, end):
        return "max"
    if _MIN_BEFORE.search(text, max(0, start - 8), start) or _MIN_AFTER.match(text, end):
        return "min"
    return ""


def _per(text: str, start: int, end: int) -> str:
    after = _PER_AFTER.match(text, end)
    if after is not None:
        return after[1]
    found = list(_PER_TIME.finditer(text, max(0, start - 14), start))
    return next((part for part in found[-1].groups() if part), "") if found else ""
