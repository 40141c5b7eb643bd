"""Reading what is needed or allowed: 无需预约 against 须提前预约, 不限户籍 against 本市户籍."""

import re
from collections.abc import Iterator

from kb.conflicts.values import Rule
from kb.conflicts.words import Words

HOUSEHOLD = "户籍"
_NO_HOUSEHOLD = re.compile(
    "不限户籍|户籍不限|不受户籍|不分户籍|无户籍(?:要求|限制)|不要求(?:具有)?本[市地]户|"
    "非本市户籍(?:也|亦|同样)|(?:不论|无论)(?:是否)?(?:本市)?户籍|取消户籍"
)
_HOUSEHOLD = re.compile(
    "(?<!非)(?:具有|须为|需为|限|仅限|须具备?|应为|应当具有)本[市地区县](?:常住)?户[籍口]|"
    "(?<!非)本[市地](?:常住)?户[籍口](?:的|且|并|满|、|，|,|老|居|"
    "家|人|$)|户[籍口]在本[市地]"
)
_X = r"([\u4e00-\u9fff]{2,14})"
_NEED = (
    (
        False,
        re.compile(
            rf"(?:无需|无须|不需要?|不须|不用|不必|毋需|不再要求|取消)(?:再|另行?|提前|提供|提交|进行)*{_X}"
        ),
    ),
    (
        True,
        re.compile(
            rf"(?<![无不毋])(?:必须|须|需要|(?<!所)需|应当|应)(?:先|提前|由|进行|提供|提交|当)*{_X}"
        ),
    ),
)
_ALLOW = (
    (False, re.compile(rf"(?:不得|不能|不可以?|不允许|不支持|暂不支持|不予|不再(?!要求)){_X}")),
    (True, re.compile(rf"(?<![不得])(?:可以|(?<![不认许])可(?!能)|允许|支持|能够){_X}")),
)


def rules(words: Words, text: str, start: int, end: int) -> Iterator[tuple[Rule, int, int]]:
    """The rules of a levelled clause."""
    for holds, pattern in ((False, _NO_HOUSEHOLD), (True, _HOUSEHOLD)):
        found = pattern.search(text, start, end)
        if found is not None:
            yield Rule("须", HOUSEHOLD, holds), found.start(), found.end()
            break
    for name, table in (("须", _NEED), ("可", _ALLOW)):
        for holds, pattern in table:
            for found in pattern.finditer(text, start, end):
                about = _first_topic(words, found[1])
                if about:
                    yield Rule(name, about, holds), found.start(), found.end()


def _first_topic(words: Words, said: str) -> str:
    topics = words.topics(said)
    ordered = [word for word in words.of(said) if word in topics]
    return ordered[0] if ordered else ""
