"""Characters that are written for one another: same sound, or alike to the eye."""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
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
            same = {other for group in heard for other in group}
            alike = {*self._lexicon.lookalikes.get(char, ""), *_lookalikes().get(char, "")}
            found = frozenset(same | alike) - {char}
            self._known[char] = found
        return found

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
_SOUNDS: dict[str, frozenset[str]] = {}


def _sounds(char: str) -> frozenset[str]:
    known = _SOUNDS.get(char)
    if known is None:
        from pypinyin import Style, pinyin  # 50 MB: only when something is read aloud

        readings = pinyin(char, style=Style.NORMAL, heteronym=char in _TWO_READINGS)[0]
        known = _SOUNDS[char] = frozenset(sound_key(reading) for reading in readings)
    return known


@lru_cache(maxsize=1)
def _lookalikes() -> dict[str, str]:
    """Those that are mistaken in replies, beside the ones of the search."""
    text = resources.files("kb.replies").joinpath("data/lookalikes.txt").read_text("utf-8")
    table: dict[str, str] = {}
    for line in text.splitlines():
        for group in () if line.startswith("#") else line.split():
            for char in group:
                table[char] = table.get(char, "") + group.replace(char, "")
    return table
