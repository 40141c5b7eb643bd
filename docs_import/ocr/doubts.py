"""Which recognised characters a person should look at, and signs of the wrong width mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from statistics import mean

DOUBTFUL_BELOW = 0.9
# A text and one probability a character.
Words = tuple[str, tuple[float, ...]]
# The recogniser often wavers between （ and (, or ， and ,: only the width is in question.
_SIGN_BELOW = 0.5
_DIFFERS = 0.4  # below either bound
_SIGNS = frozenset("()（）[]〔〕【】:：,，;；.。、\"“”‘’'-—·!！?？ 《》<>")
_WIDE = str.maketrans("(),;:!?", "（），；：！？")
_CJK = "\u4e00-\u9fff\u3007"
_NARROW = re.compile(
    rf"(?<=[{_CJK}）〕》”、。，；：])[(),;:!?]|[(),;:!?](?=[{_CJK}（〔《“])|(?<=（)[^（）()]*\)"
)
_YEAR_IN_NUMBER = re.compile(
    r"(?<=[\u4e00-\u9fff])[\[(（【〔]((?:19|20)\d\d)[\])）】〕](?=第?\d{1,5}号)"
)


def mended(text: str) -> str:
    """Return the line with signs as Chinese print has them; as many characters as before."""
    text = _YEAR_IN_NUMBER.sub(r"〔\1〕", text)
    for _ in range(2):  # a bracket mended on the left is what mends the one on the right
        text = _NARROW.sub(lambda match: match.group().translate(_WIDE), text)
    return text


def confidence(text: str, chances: Sequence[float]) -> float:
    """Return the mean over the characters that are not signs; over all when there are none."""
    counted = [chance for char, chance in zip(text, chances, strict=True) if char not in _SIGNS]
    return round(mean(counted or chances), 4)


def better(first: Words, second: Words) -> Words:
    """Return the surer of two readings of one line; where they differ, it is doubtful."""
    if not first[0] or not second[0]:
        return first if first[0] else second
    if mean(second[1]) < mean(first[1]):
        (text, chances), other = first, second[0]
    else:
        (text, chances), other = second, first[0]
    doubted = list(chances)
    for kind, _, _, start, end in SequenceMatcher(None, other, text, False).get_opcodes():
        if kind != "equal":
            for at in range(start, end):
                doubted[at] = min(doubted[at], _DIFFERS)
    return text, tuple(doubted)


def doubtful_spans(text: str, chances: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """Return the half-open spans of characters that the recogniser doubts.

    :param chances: one probability a character.
    """
    spans: list[tuple[int, int]] = []
    for at, (char, chance) in enumerate(zip(text, chances, strict=True)):
        if chance >= (_SIGN_BELOW if char in _SIGNS else DOUBTFUL_BELOW):
            continue
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return tuple(spans)
