"""Ages, spans and other measures in a question, looked for in every way documents write them.

A caller tells their own age, rent or days of waiting; the document that answers prints bounds and
rates. So a measure finds what states it, in digits or in characters (80周岁, 八十周岁), but weighs
little: the same number beside another unit answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .numerals import NotANumber, in_characters, value_of

_NUMBER = r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+"
# What is said → how documents print it.
_UNITS = {
    "周岁": ("周岁", "岁"),
    "岁": ("周岁", "岁"),
    "万元": ("万元",),
    "万块": ("万元",),
    "万": ("万元",),
    "元": ("元",),
    "块": ("元",),
    "个月": ("个月",),
    "年": ("年",),
    "个工作日": ("个工作日",),
    "天": ("日", "天"),
    "日": ("日", "天"),
    "个小时": ("小时",),
    "个钟头": ("小时",),
    "小时": ("小时",),
    "分钟": ("分钟",),
    "摄氏度": ("℃", "度"),
    "度": ("℃", "度"),
    "平方米": ("平方米",),
    "平米": ("平方米",),
    "平": ("平方米",),
    "立方米": ("立方米",),
    "立方": ("立方米",),
    "方": ("立方米",),
    "公里": ("公里",),
    "口人": ("人",),
    "": ("元",),
}
AGE = "周岁"
_PRINTED = {units[0]: units for units in _UNITS.values()} | {"": ("",)}
# 3年级, 8日元, 5天然气, 6块地, 20平台: the unit begins another word. 月3日 is a date.
_FOLLOWED = {
    "年": "(?!级|代|度|[底初末]|轻|货)",
    "天": "(?!然|津|桥|府)",
    "日": "(?!元|本|常)",
    "元": "(?!旦)",
    "万": "(?![人户次家辆])",
    "块": "(?!地|田|[砖石板])",
    "度": "(?!假|数)",
    "平": "(?!台|房|安)",
    "方": "(?=水|气|煤气|天然气|燃气|[，,。？?]|$)",
}
# Of 两千 and 五百 alone money is meant, where nothing that is counted follows.
_ROUND = "(?<=[百千])(?=[吗是了还能就要给吧呢不啊够，,。？?]|$)"
_UNIT = "|".join(
    unit + _FOLLOWED.get(unit, "") if unit else _ROUND
    for unit in sorted(_UNITS, key=lambda unit: -len(unit))
)
_MEASURE = re.compile(
    rf"(?<![\d.月第零〇一二两三四五六七八九十百千])(?P<number>{_NUMBER})(?P<unit>{_UNIT})"
)
_HALF = re.compile(
    rf"(?P<months>{_NUMBER})个半月|(?P<years>{_NUMBER})年半"
    "|(?<![上下前后大几个一二两三四五六七八九十])半年(?!报|度|级)"
)
# A number of nothing said (停车收我30, 考了85): a year alone (2025) names what it is.
_BARE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?!(?:19|20)\d\d\D)(?P<number>\d{1,4})(?=[了，,。；;？?！!\s]|$)"
)
# Who is as old as the number that follows without a unit: 我妈80了, 爷爷今年九十三. A number after
# 我 or 孩子 is as often a price, a mark or a place in a queue: there a word must tell that it is an
# age. What is taken from somebody or paid for them is no age (物业收我妈70, 门票老人50).
_KIN = (
    "爷|奶|姥|公|婆|父|母|爸|妈|爹|娘|娃|儿子|女儿|闺女|老伴|老头|老太太?|丈人"
    "|单身|年纪|年龄|岁数|虚岁|(?:(?<=[家我俺咱])|(?<=家里))(?:老人|孩子|小孩)"
)
_ANYBODY = "老人|孩子|小孩|我|俺|咱|他|她"
_AGEING = "今年|明年|现在|已经|马上|[都快刚满过]"
_TENS = "[一二三四五六七八九]?十[一二三四五六七八九]?|一百"
_UNTOLD_AGE = re.compile(
    rf"(?:(?:{_KIN})(?:{_AGEING}|[有才是])*|(?:{_ANYBODY})(?:{_AGEING})+[有才是]*)"
    rf"(?P<age>\d{{1,3}}|{_TENS})(?=了|[，,。；;？?！!\s]|$)"
)
_NO_AGE_OF = re.compile("[收罚扣欠给到赔借还退找付发补票价费]了?[我俺咱你他她]?们?家?里?老?$")
_OLD, _OLDEST = 60, 120
# From which age documents speak of people as what.
_STAGES = (
    (80, ("高龄", "老年人")),
    (60, ("老年人",)),
    (18, ()),
    (7, ("未成年人",)),
    (4, ("幼儿", "儿童")),
    (0, ("婴幼儿",)),
)
_NAMED = re.compile("老人|老年|高龄|长者|寿星|成年|儿童|婴|幼|宝宝|学生")


class Measure(NamedTuple):
    """Characters `start`..`end` of a text: `value` of `unit`, as documents print it first."""

    start: int
    end: int
    value: float
    unit: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """The ways to write it, digits first."""
        units = _PRINTED[self.unit]
        numbers = [f"{self.value:g}"]
        is_round = self.value == int(self.value) and (self.value <= 20 or self.value % 10 == 0)
        if is_round and self.value < 10_000:  # others are hardly ever printed in characters
            numbers.append(in_characters(int(self.value)))
        if not self.unit:
            return (numbers[0],)
        numbers += ["两"] if self.value == 2 else []
        half = ("半年",) if (self.value, self.unit) == (6, "个月") else ()
        return (*(number + unit for number in numbers for unit in units), *half)


def stages_of(measure: Measure, question: str) -> tuple[str, ...]:
    """What people of that age are called, where the question does not call them so itself."""
    if measure.unit != AGE or _NAMED.search(question):
        return ()
    return next(names for least, names in _STAGES if measure.value >= least)


def bound_of(measure: Measure) -> tuple[str, ...]:
    """The round age below an age of the old, in every spelling: 83 falls under 80—89周岁."""
    below = measure.value // 10 * 10
    if measure.unit != AGE or measure.value < _OLD or below == measure.value:
        return ()
    return measure._replace(value=below).spellings


def with_ages(text: str) -> str:
    """Say that a number told of a person is their age: 我妈80了 → 我妈80岁了."""

    def told(found: re.Match[str]) -> str:
        is_age = 0 < value_of(found["age"]) <= _OLDEST
        is_age = is_age and not _NO_AGE_OF.search(text[: found.start()])
        return f"{found.group()}岁" if is_age else found.group()

    return _UNTOLD_AGE.sub(told, text)


def measures_in(text: str) -> list[Measure]:
    """The measures of normalised text, in order; 一年 and 一个月 mostly count nothing.

    A number that ends what is said counts too, with no unit.
    """
    halves = list(_read(_HALF, text, _half))
    wholes = [
        one
        for one in _read(_MEASURE, text, _whole)
        if _counts(one, text) and not any(half.start <= one.start < half.end for half in halves)
    ]
    bare = [Measure(*found.span(), float(found["number"]), "") for found in _BARE.finditer(text)]
    return sorted([*halves, *wholes, *bare])


def _read(
    pattern: re.Pattern[str], text: str, read: Callable[[re.Match[str]], Measure]
) -> Iterator[Measure]:
    """What stands in a text; numerals that are no number (三百千) state nothing."""
    for found in pattern.finditer(text):
        try:
            yield read(found)
        except NotANumber:
            continue


def _whole(found: re.Match[str]) -> Measure:
    return Measure(*found.span(), value_of(found["number"]), _UNITS[found["unit"]][0])


def _counts(measure: Measure, text: str) -> bool:
    is_calendar_year = measure.unit == "年" and measure.value > 100
    is_mere_one = measure.value == 1 and text[measure.start] == "一"
    return not is_calendar_year and not is_mere_one


def _half(found: re.Match[str]) -> Measure:
    """一个半月 as days, 两年半 and 半年 as months."""
    if found["months"]:
        return Measure(*found.span(), 30 * value_of(found["months"]) + 15, "日")
    years = value_of(found["years"]) if found["years"] else 0
    return Measure(*found.span(), 12 * years + 6, "个月")
