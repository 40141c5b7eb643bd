"""Characters that are written for one another: same sound, or alike to the eye."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from importlib import resources

from indexer.lexicon import Lexicon
from indexer.sounds import sound_key

# A character rarer than this in general language is not what somebody meant to write.
_KNOWN_FROM = 50


class Confusable:
    """Which characters may have been meant by the one that is written."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def of(self, char: str) -> frozenset[str]:
        """Characters with a sound of this one (zh/z, n/ng as one), and its look-alikes."""
        found = self._known.get(char)
        if found is None:
            heard = (self._by_sound.get(sound, ()) for sound in _sounds(char))
            same = frozenset(other for group in heard for other in group)
            found = (same | self._alike(char) | frozenset(_same_part().get(char, ""))) - {char}
            self._known[char] = found
        return found

    def looks_like(self, char: str, other: str) -> bool:
        """Whether both are listed as alike to the eye."""
        return other in self._alike(char)

    def shares_part(self, char: str, other: str) -> bool:
        """Whether both are made with the same part, which is no common radical."""
        return other in _same_part().get(char, "")

    def _alike(self, char: str) -> frozenset[str]:
        return frozenset((*self._lexicon.lookalikes.get(char, ""), *_lookalikes().get(char, "")))

    def same_sound(self, char: str, other: str) -> bool:
        """Whether a typist of pinyin gets both from the same letters."""
        return not _readings(char).isdisjoint(_readings(other))

    def sounds_like(self, char: str, other: str) -> bool:
        """Whether one sound of both is the same."""
        return not _sounds(char).isdisjoint(_sounds(other))

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _by_sound(self) -> Mapping[str, Iterable[str]]:
        chars = {char for word in self._lexicon.language for char in word}
        chars = {char for char in chars if self._lexicon.language.get(char, 0) >= _KNOWN_FROM}
        table: dict[str, list[str]] = {}
        for char in sorted(chars):
            for sound in _sounds(char):
                table.setdefault(sound, []).append(char)
        return table


# Characters with a second reading as common as the first; rare readings only bring noise.
_TWO_READINGS = frozenset(
    "行长重还调得和会参率校弹曾降落强数传处当倒干更好假间角结解觉看量难宁铺系相要应载占涨着只中种转朝"
)


@cache
def _readings(char: str) -> frozenset[str]:
    """How a character is typed: pinyin without tones, its second reading where that is common."""
    from pypinyin.constants import PINYIN_DICT  # big: only when something is read aloud

    readings = PINYIN_DICT.get(ord(char), char).split(",")
    common = readings if char in _TWO_READINGS else readings[:1]
    return frozenset(_toneless(reading) for reading in common)


def _toneless(reading: str) -> str:
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(part for part in parts if not unicodedata.combining(part))


@cache
def _sounds(char: str) -> frozenset[str]:
    """The same with the sounds that speakers mix up made one (zh/z, n/ng)."""
    return frozenset(map(sound_key, _readings(char)))


@lru_cache(maxsize=1)
def _lookalikes() -> dict[str, str]:
    """Those that are mistaken in replies, beside the ones of the search."""
    return _groups("lookalikes.txt")


@lru_cache(maxsize=1)
def _same_part() -> dict[str, str]:
    """Characters that differ in one part."""
    return _groups("same_part.txt")


def _groups(name: str) -> dict[str, str]:
    text = resources.files("kb.replies").joinpath(f"data/{name}").read_text("utf-8")
    table: dict[str, str] = {}
    for line in text.splitlines():
        for group in () if line.startswith("#") else line.split():
            for char in group:
                table[char] = table.get(char, "") + group.replace(char, "")
    return table
