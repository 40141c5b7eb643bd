"""Texts with figures in them: ``共受理{受理量}件`` names a figure, and printing puts its number.

A text keeps names, not numbers, so an edited sentence always prints what was counted. People write
the Chinese names (:func:`spoken`); stored are addresses, ``{totals/requests}``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kb.bulletins.addresses import join, split
from kb.bulletins.dictionary import KNOWLEDGE, ROWS, TOTALS
from kb.bulletins.issuing.parts import Figure, Paragraph, Piece
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.wording import plain

_TOKEN = re.compile(r"\{([^{}]*)\}")
# A number with a unit of figures: 5,104件, 97.3%, 2.1个百分点, 1.89万件.
_TYPED = re.compile(
    r"(?<![\d.,第])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(万|亿)?\s*"
    r"(件|%|％|个百分点|个(?!月|工作日|自然日)|通|家|人次|次|张|封|小时|(?<=[万亿]))"
)
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

_PLAIN = str.maketrans({"{": "（", "}": "）", "｛": "（", "｝": "）"})

_HEADS = {
    "by_channel": "渠道",
    "by_line": "专线",
    "by_purpose": "目的",
    "by_category": "类别",
    "by_region": "区域",
    "by_unit": "单位",
    "extra": "其中",
    "compare": "比较",
    "matters": "热点",
}
_WHICH = {"previous": "环比", "last_year": "同比"}
_ENDS = {entry.key: entry.name for entry in (*ROWS.values(), *TOTALS.values())} | {
    "previous": "前期",
    "change": "增减",
    "rate": "增幅",
}
_EXTRA = {
    "lines_total": "专线合计",
    "non_phone": "非话务",
    "by_kind": "各类单位",
    "top_units": "前几名单位",
    "top_categories": "事项",
    "topics": "专项",
    "dispatched_by_channel": "渠道转办",
    "overdue_acknowledged": "超期签收",
    "overdue_resolved": "超期办结",
    "dissatisfied": "不满意",
    "knowledge": "知识库",
    "clocks": "时限",
    "channels": "渠道",
    "requests": "诉求",
    "children": "二级",
} | {name: entry.name for name, entry in KNOWLEDGE.items() if "." not in name}


def _turned(names: Mapping[str, str]) -> Mapping[str, str]:
    return {word: key for key, word in names.items()}


_FROM = {
    "heads": _turned(_HEADS),
    "which": _turned(_WHICH),
    "ends": _turned(_ENDS),
    "extra": _turned(_EXTRA),
}


def token(*parts: str) -> str:
    """A figure's place in a text."""
    return f"{{{_held(join(parts))}}}"


def plainly(text: str) -> str:
    """Words of a record as they may stand in a text: braces name figures here."""
    return text.translate(_PLAIN)


def stray_braces(text: str) -> bool:
    """Whether braces stand in a text that name nothing: one without the other."""
    return any("{" in part or "}" in part for is_figure, part in _cut(text) if not is_figure)


def printed(text: str, source: Source) -> Paragraph:
    """The paragraph with the numbers in it.

    :raises NoSuchFigure: it names a figure that there is not.
    """
    pieces: list[Piece] = []
    for is_figure, part in _cut(text):
        pieces.append(source.figure(_address(part)) if is_figure else part)
    return Paragraph(tuple(pieces))


def unknown_in(text: str, source: Source) -> list[str]:
    """The figures that a text names and these figures do not have, as people write them."""
    return [
        spoken_address(_address(part))
        for is_figure, part in _cut(text)
        if is_figure and _address(part) not in source.numbers
    ]


@dataclass(frozen=True)
class Typed:
    """A number written by hand where a figure could stand; ``figures`` have this very value."""

    text: str
    figures: tuple[str, ...]


def typed_in(text: str, source: Source) -> list[Typed]:
    """Numbers with a unit that are typed, not counted, and the figures that they may be."""
    words = "".join("\n" if is_figure else part for is_figure, part in _cut(text))
    return [Typed(found.group(0), _figures_of(found, source)) for found in _TYPED.finditer(words)]


def _figures_of(typed: re.Match[str], source: Source) -> tuple[str, ...]:
    number, myriads, unit = typed.groups()
    value = Decimal(number.replace(",", "")) * _MYRIADS.get(myriads, 1)
    wanted, is_share = plain(float(value)), unit in ("%", "％")
    found = (
        address
        for address, value in source.numbers.items()
        if value is not None
        and plain(value) == wanted
        and not address.startswith(("compare", "extra"))
        and source.figure(address).text.endswith("%") == is_share
    )
    return tuple(
        f"{{{spoken_address(address)}}}" for address, _ in zip(found, range(3), strict=False)
    )


def spoken(text: str) -> str:
    """The text as people edit it: ``{目的/咨询/件数}``."""
    return _rewritten(text, lambda part: _held(spoken_address(_address(part))))


def addressed(text: str) -> str:
    """The text as it is kept, from what people wrote."""
    meant = text.replace("｛", "{").replace("｝", "}")
    return _rewritten(
        meant, lambda part: token(*split(spoken_to_address(_address(part.strip()))))[1:-1]
    )


def spoken_address(address: str) -> str:
    """An address in Chinese; names of units and categories stay."""
    parts = split(address)
    if parts[0] == "totals":
        return _ENDS.get(parts[1], parts[1])
    words = [_HEADS.get(parts[0], parts[0]), *parts[1:]]
    for at, names in _places(parts[0], len(parts)):
        words[at] = names.get(words[at], words[at])
    return join(words)


def spoken_to_address(words: str) -> str:
    """The address that was meant; what is not Chinese is taken as it stands."""
    parts = split(words)
    if len(parts) == 1:
        return join(("totals", _FROM["ends"].get(parts[0], parts[0])))
    parts[0] = _FROM["heads"].get(parts[0], parts[0])
    for at, names in _places(parts[0], len(parts)):
        turned = _turned(names)
        parts[at] = turned.get(parts[at], parts[at])
    return join(parts)


def _places(head: str, size: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Which parts of an address are keys, not names of things."""
    if head == "compare" and size > 2:
        yield 1, _WHICH
        yield 2, {**_HEADS, "totals": "合计", "topics": "专项"}
        if size == 5:  # compare/previous/totals/requests/rate
            yield 3, _ENDS
    if head == "extra" and size > 1:
        yield 1, _EXTRA
        if size > 3:
            yield 2, _EXTRA
    if head.startswith("by_") and size == 5:
        yield 2, _EXTRA
    if size > 1 and not (head == "extra" and size == 2):
        yield size - 1, _EXTRA | _ENDS if head == "extra" else _ENDS


def _held(address: str) -> str:
    return address.replace("{", "~2").replace("}", "~3")


def _address(part: str) -> str:
    return part.replace("~2", "{").replace("~3", "}")


def _cut(text: str) -> Iterator[tuple[bool, str]]:
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield False, text[at : found.start()]
        yield True, found.group(1)
        at = found.end()
    if at < len(text):
        yield False, text[at:]


def _rewritten(text: str, change: Callable[[str], str]) -> str:
    return "".join(f"{{{change(part)}}}" if is_figure else part for is_figure, part in _cut(text))


def figures_in(paragraph: Paragraph) -> list[Figure]:
    """The figures of a paragraph."""
    return [one for one in paragraph.pieces if isinstance(one, Figure)]
