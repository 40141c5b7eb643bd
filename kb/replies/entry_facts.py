"""What of a reply an entry in force may be held against: the same matter, the same office; and
what is said in words rather than figures: how often, and what is not asked for."""

import re
from collections.abc import Iterator

from kb.conflicts.numerals import parse_number
from kb.conflicts.words import Words

# Share of what names the entry's matter that request or reply must speak of.
ABOUT = 0.3
_OFFICE = re.compile(
    "[\u4e00-\u9fff]{2,10}?(?:局|中心|公司|办|站|所(?!在)|队|院|校|窗口|街道|镇|科|处|热线|委)"
)
# What any office has in its name, or stands beside its number.
_ANY_OFFICE = re.compile(
    "服务|中心|公司|咨询|热线|电话|联系|客服|投诉|监督|举报|受理|值班|办公室?|窗口|疑问|请|拨打|可|您|如有|工作|有限|市"
)
_OFTEN = re.compile(
    "每(?P<count>[一二两三四五六七八九十\\d]{0,3})个?(?P<unit>年|月|季度|周|天|日)"
    "(?P<what>[\u4e00-\u9fff]{0,8}?)(?P<times>[一二两三四五六七八九十\\d]{1,3})次"
)
_MONTHS = {"年": 12, "季度": 3, "月": 1}
_FREE_OF = re.compile(
    "(?:无需?|不需要?|没有|不要求|不限)(?P<what>[\u4e00-\u9fff、]{2,12}?)(?:要求|限制|条件)"
)
_DEMANDS = re.compile("(?:须|需要?|必须|应当?|要求)(?P<what>[^，。；]{2,20})")
_DENIES = re.compile("[无不未没免]")


def is_about(words: Words, name: str, said: str) -> bool:
    """Whether request and reply speak of the matter that the entry's name tells."""
    topics = words.topics(name)
    total = words.total(topics)
    return not total or words.met(topics, words.topics(said)) / total >= ABOUT


def may_share_phone(clause: str, entry: str) -> bool:
    """Whether the office beside a number in the reply is one that the entry speaks of; an office
    that is not named may be."""
    names = [_ANY_OFFICE.sub("", name) for name in _OFFICE.findall(clause)]
    pairs = {name[at : at + 2] for name in names for at in range(len(name) - 1)}
    return not pairs or any(pair in entry for pair in pairs)


def in_words(reply: str, entry: str) -> Iterator[tuple[int, int, str]]:
    """Places of the reply that the entry denies, each with the entry's words."""
    for mine in _OFTEN.finditer(reply):
        for theirs in _OFTEN.finditer(entry):
            if set(mine["what"]) & set(theirs["what"]) and _pace(mine) != _pace(theirs):
                yield *mine.span(), theirs[0]
    for free in _FREE_OF.finditer(entry):
        things = [thing for thing in re.split("[、和及或]", free["what"]) if len(thing) >= 2]
        for asked in _DEMANDS.finditer(reply):
            is_denied = _DENIES.search(reply[max(0, asked.start() - 2) : asked.end()])
            if not is_denied and any(thing in asked["what"] for thing in things):
                yield *asked.span(), free[0]


def _pace(found: re.Match[str]) -> tuple[str, int, int]:
    count, unit = _number(found["count"] or "1"), found["unit"]
    if unit in _MONTHS:
        count, unit = count * _MONTHS[unit], "月"
    return unit, count, _number(found["times"])


def _number(said: str) -> int:
    return int(said) if said.isdigit() else int(parse_number(said) or 0)
