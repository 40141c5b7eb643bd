"""The numbers Chinese official documents (公文) begin their parts with.

第一编 > 第一章 > 第一节 > 第一条 for regulations, 一、 > （一） > 1. > （1） > ① for the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

CHINESE = "〇零○一二三四五六七八九十百千两"
DIGIT = "0-9０-９"


class Rank(IntEnum):
    """How deep a number stands; smaller is higher."""

    PART = 1
    CHAPTER = 3
    SECTION = 4
    ARTICLE = 5
    CHINESE_COMMA = 6
    CHINESE_PAREN = 7
    ARABIC = 8
    ARABIC_PAREN = 9
    CIRCLED = 10


@dataclass(frozen=True)
class Marker:
    """A number at the start of a text: its rank, its own words, and the words after it."""

    rank: Rank
    label: str
    rest: str


_NUMBER = rf"[{CHINESE}{DIGIT}]{{1,9}}"
_PATTERNS: tuple[tuple[Rank, re.Pattern[str]], ...] = (
    (Rank.PART, re.compile(rf"第{_NUMBER}(?:分?编|部分)(?![的中第、和及])")),
    (Rank.CHAPTER, re.compile(rf"第{_NUMBER}章(?![的中第、和及规至])")),
    (Rank.SECTION, re.compile(rf"第{_NUMBER}节(?![的中第、和及规至课])")),
    # 第三条第一款…, 第五条、第六条…, 第九条规定 begin a sentence about an article, not one.
    (Rank.ARTICLE, re.compile(rf"第{_NUMBER}条(?:之{_NUMBER})?(?![的第、和及至或]|规定|所)")),
    (Rank.CHINESE_COMMA, re.compile(rf"[{CHINESE}]{{1,4}}(?:[、．]|\.(?!\d))")),
    (Rank.CHINESE_PAREN, re.compile(rf"[（(][{CHINESE}]{{1,4}}[）)][、.．]?")),
    (Rank.ARABIC, re.compile(rf"[{DIGIT}]{{1,3}}(?:[、．]|\.(?![{DIGIT}]))")),
    (Rank.ARABIC_PAREN, re.compile(rf"[（(]?[{DIGIT}]{{1,3}}[）)][、.．]?")),
    (Rank.CIRCLED, re.compile("[①-⑳]")),
)
# Most lines begin with none of these: looking at one character spares nine patterns.
_FIRST = frozenset(f"第（({CHINESE}0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")


def marker(text: str) -> Marker | None:
    """Return the number that `text` begins with, or None when it begins with none."""
    stripped = text.lstrip()
    if stripped[:1] not in _FIRST:
        return None
    for rank, pattern in _PATTERNS:
        match = pattern.match(stripped)
        if match:
            return Marker(rank, match.group(), stripped[match.end() :].strip())
    return None


def rank(text: str) -> Rank | None:
    """Return the rank of the number `text` begins with, or None."""
    found = marker(text)
    return found.rank if found else None
