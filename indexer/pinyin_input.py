"""Latin letters read as pinyin (拼音): whole words, initials, half pinyin half characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .normalise import CJK
from .sounds import LONGEST, sound_key, syllables
from .understood import Vocabulary

_LATIN = re.compile("[a-z]+")
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|[iu]?an|ai|ei|ui|ao|ou|iu|ie|ue|ve|"
    "en|in|un|vn|ia|ua|uo|er|a|o|e|i|u|v)"
    "|ang|ai|an|ao|ei|en|er|ou|[aeo]"
)
_SPELT_OUT = re.compile(f"[a-z]+(?: [a-z]+){{1,{LONGEST - 1}}}")
_MIXED = re.compile(f"([{CJK}]{{0,4}})([a-z]{{2,30}})([{CJK}]{{0,4}})")
_MAX_READINGS = 2
_LONGEST_PINYIN = 6 * LONGEST
_MAX_SYLLABLES = 16
_MAX_MIXED = 3
FULL, INITIALS = 0.95, 0.85  # how surely a reading is what was meant


class Reading(NamedTuple):
    """An indexed word that letters may stand for; factor 0..1."""

    word: str
    factor: float


def readings(piece: str, vocabulary: Vocabulary) -> list[Reading]:
    """Indexed words that a Latin token may be the pinyin or initials of.

    Full pinyin is near certain, initials are a guess.
    """
    if not _LATIN.fullmatch(piece) or not 2 <= len(piece) <= _LONGEST_PINYIN:
        return []
    full = vocabulary.sounding("t", sound_key(piece))
    if full:
        return [Reading(word, FULL) for word in _strongest(full, vocabulary)]
    short = vocabulary.sounding("i", piece) if len(piece) <= LONGEST else []
    return [Reading(word, INITIALS) for word in _strongest(short, vocabulary)]


def _strongest(found: list[tuple[str, int]], vocabulary: Vocabulary) -> list[str]:
    ranked = sorted(found, key=lambda entry: (-entry[1], -vocabulary.frequency(entry[0]), entry))
    return [word for word, _ in ranked[:_MAX_READINGS]]


def split_words(piece: str, vocabulary: Vocabulary) -> list[str]:
    """A sentence typed in pinyin without spaces, as the fewest parts that are indexed words.

    Empty when it is no pinyin or some part is no word: shebaokashenling → shebaoka, shenling.
    """
    ends = [0]
    for syllable in _syllables(piece):
        ends.append(ends[-1] + len(syllable))
    if ends[-1] != len(piece) or not 4 <= len(ends) <= _MAX_SYLLABLES:
        return []
    best: list[list[str] | None] = [[]] + [None] * (len(ends) - 1)
    for end in range(2, len(ends)):
        for start in range(max(0, end - 5), end - 1):
            before, part = best[start], piece[ends[start] : ends[end]]
            if before is None or not vocabulary.sounding("t", sound_key(part)):
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = [*before, part]
    return best[-1] or []


def _syllables(piece: str) -> Iterator[str]:
    at = 0
    while found := _SYLLABLE.match(piece, at):
        yield found.group()
        at = found.end()


def spelt_together(text: str, vocabulary: Vocabulary) -> str:
    """Join what was typed syllable by syllable when the whole is a word: she bao ka → shebaoka."""

    def join(found: re.Match[str]) -> str:
        joined = found.group().replace(" ", "")
        known = len(joined) <= _LONGEST_PINYIN and vocabulary.sounding("t", sound_key(joined))
        return joined if known else found.group()

    return _SPELT_OUT.sub(join, text)


def mixed_words(text: str, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Words typed half in pinyin: shiye金 → (shiye金, 失业金). The characters must fit."""
    found: list[tuple[str, str]] = []
    for match in _MIXED.finditer(text):
        before, letters, after = match.groups()
        if len(found) >= _MAX_MIXED or sum(map(len, _syllables(letters))) != len(letters):
            continue
        for left, right in _neighbours(before, after):
            spoken = "".join((*syllables(left), letters, *syllables(right)))
            heard = vocabulary.sounding("t", sound_key(spoken))
            fitting = [
                (word, strength)
                for word, strength in heard
                if word.startswith(left)
                and word.endswith(right)
                and len(word) > len(left) + len(right)
            ]
            if fitting:
                found.append((left + letters + right, _strongest(fitting, vocabulary)[0]))
                break
    return found


def _neighbours(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Characters directly before and after, most first; never none."""
    pairs = [
        (before[len(before) - left :], after[:right])
        for left in range(len(before) + 1)
        for right in range(len(after) + 1)
        if left + right
    ]
    return iter(sorted(pairs, key=lambda pair: -len(pair[0] + pair[1])))
