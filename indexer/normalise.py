"""One spelling for what is read and what is asked: width, case, script, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

NORMALISE_VERSION = 1

_KNOWN_FOLDS = 70_000  # more characters than any honest text holds; a bound on memory

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007"
CJK_RUN = re.compile(f"[{CJK}]+")
# Characters that only ever appear in traditional text are rare here, so the converter is
# asked only when a text holds something outside GB 2312: its repertoire is all simplified.
_SPACED_SINGLES = re.compile(f"(?<![{CJK}])([{CJK}])((?: [{CJK}](?![{CJK}]))+)")


@dataclass(frozen=True)
class Folded:
    """Normalised text and, for each of its characters, the index it came from."""

    text: str
    origins: Sequence[int]


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _has_rare(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def to_simplified(text: str) -> str:
    """Traditional characters to simplified ones, one for one (繁体 → 简体)."""
    if not _has_rare(text):
        return text
    converted = str(_converter().convert(text))
    # Offsets must stay true, so a conversion that changes the length is done by character.
    if len(converted) == len(text):
        return converted
    return "".join(_one_for_one(char) for char in text)


def _one_for_one(char: str) -> str:
    converted = str(_converter().convert(char))
    return converted if len(converted) == 1 else char


@lru_cache(maxsize=20_000)
def _fold_char(char: str) -> str:
    if char in "\t\n\r":
        return char
    # Other, unassigned, surrogate, private and format characters carry no meaning for search.
    if unicodedata.category(char).startswith("C"):
        return ""
    # The character this compatibility form stands for is what people type (㎡ → m2, ９ → 9).
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(" " if one.isspace() and one not in "\n\r" else one for one in folded)


class _Folds(dict[int, str]):
    """What every character becomes, for `str.translate`; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if len(self) < _KNOWN_FOLDS:
            self[code] = folded
        return folded


_FOLDS = _Folds()


def fold(text: str) -> Folded:
    """Normalise and keep, for every character, its index in `text`."""
    pieces = list(map(_fold_char, text))
    folded = to_simplified("".join(pieces))
    if len(folded) == len(text) and "" not in pieces:
        return Folded(folded, range(len(text)))
    origins = [index for index, piece in enumerate(pieces) for _ in piece]
    return Folded(folded, origins)


def normalise(text: str) -> str:
    """NFKC, lower case, simplified script, category C characters removed."""
    return to_simplified(text.translate(_FOLDS))


def join_spoken_fragments(text: str) -> str:
    """Close the gaps speech recognition leaves between single characters: 公 租 房 → 公租房."""
    return _SPACED_SINGLES.sub(lambda found: found.group(0).replace(" ", ""), text)
