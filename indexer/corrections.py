"""Slips of the pen and of the keyboard (错别字), read beside what was typed.

A repair is only proposed when what it reads really occurs, in the index or in the word lists with
a target that does; it is added beside the typed words, so it can never hide an exact hit. Words
that are found as typed are not questioned.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .lexicon import Lexicon
from .segment import is_chinese
from .sounds import syllables, word_sound
from .understood import Vocabulary

_MAX_LOOKUPS = 60  # windows tried per run: bounds the work on long questions
_LONGEST = 6
_LANGUAGE_SIZE = math.log10(60_000_000)  # words counted in the language, see lexicon.py
# How much likelier than its characters side by side a word of two must be, in powers of ten.
_UNLIKELY, _EVEN, _LIKELY, _VERY_LIKELY = -1.0, 1.0, 1.8, 3.0
_CERTAIN, _SAME_SOUND, _GUESS = 0.95, 0.9, 0.6


@dataclass(frozen=True)
class Repair:
    """Characters `start`..`end` of a run, read as another word; `factor` 0..1 how surely."""

    start: int
    end: int
    typed: str
    read_as: str
    factor: float


def repairs_of(
    run: str, words: Sequence[str], vocabulary: Vocabulary, lexicon: Lexicon
) -> list[Repair]:
    """The slips in one Chinese run, in order, none overlapping.

    :param words: the run as it is cut.
    """
    certain = [
        known for word in words for known in [_is_certain(word, vocabulary, lexicon)] * len(word)
    ]
    found = list(_known_slips(run, lexicon))
    if not all(certain):
        search = _Search(run, words, certain, vocabulary, lexicon)
        found += [repair for _, repair in sorted(search.found(), key=lambda entry: entry[0])]
    return _without_overlap(found)


def _is_certain(word: str, vocabulary: Vocabulary, lexicon: Lexicon) -> bool:
    if len(word) == 1:
        return False
    return (
        bool(vocabulary.frequency(word))
        or word in lexicon.function_words
        or word in lexicon.by_asked
    )


def _known_slips(run: str, lexicon: Lexicon) -> Iterator[Repair]:
    if lexicon.misspellings:
        for found in _slip_pattern(lexicon).finditer(run):
            wrong = found.group()
            yield Repair(found.start(), found.end(), wrong, lexicon.misspellings[wrong], _CERTAIN)


def _slip_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    cached: re.Pattern[str] | None = lexicon.__dict__.get("_slip_pattern")
    if cached is None:
        longest_first = sorted(lexicon.misspellings, key=lambda wrong: (-len(wrong), wrong))
        cached = re.compile("|".join(map(re.escape, longest_first)))
        lexicon.__dict__["_slip_pattern"] = cached
    return cached


def _without_overlap(repairs: Sequence[Repair]) -> list[Repair]:
    """The first of overlapping ones stays."""
    kept: list[Repair] = []
    for repair in repairs:
        if all(repair.end <= other.start or other.end <= repair.start for other in kept):
            kept.append(repair)
    return sorted(kept, key=lambda repair: repair.start)


_Rank = tuple[int, ...]


class _Search:
    """Looks at windows of a run that hold a doubtful character."""

    def __init__(
        self,
        run: str,
        words: Sequence[str],
        certain: Sequence[bool],
        vocabulary: Vocabulary,
        lexicon: Lexicon,
    ) -> None:
        self.run, self.certain = run, certain
        self.vocabulary, self.lexicon = vocabulary, lexicon
        self.joints = {0, *itertools.accumulate(map(len, words))}
        self.edges = self.joints | {at for at, known in enumerate(certain) if not known}
        # A function word is seldom a slip: only a word of the trade is believed in its place.
        self.function = [
            flag for word in words for flag in [word in lexicon.function_words] * len(word)
        ]

    def found(self) -> Iterator[tuple[_Rank, Repair]]:
        """Repairs with a rank, best first when sorted."""
        for start, end in self._windows():
            typed = self.run[start:end]
            best: tuple[_Rank, Repair] | None = None
            for candidate, strength, same_sound in self._candidates(typed):
                rank = self._rank(start, end, candidate, strength, same_sound)
                if rank and (best is None or rank < best[0]):
                    factor = self._factor(typed, strength, same_sound)
                    best = rank, Repair(start, end, typed, candidate, factor)
            if best:
                yield best

    def _windows(self) -> Iterator[tuple[int, int]]:
        tried = 0
        size = len(self.run)
        for start in range(size):
            if start not in self.edges:
                continue
            for end in range(min(size, start + _LONGEST), start + 1, -1):
                if end not in self.edges or all(self.certain[start:end]):
                    continue
                if all(self.function[start:end]):
                    continue
                if tried >= _MAX_LOOKUPS:
                    return
                tried += 1
                yield start, end

    def _candidates(self, typed: str) -> Iterator[tuple[str, int, bool]]:
        """(word, strength, whether it sounds the same)."""
        key = word_sound(typed)
        for word, strength in self.vocabulary.sounding("t", key):
            yield word, strength, True
        own = own_words(self.lexicon)
        for word in own.by_sound.get(key, ()):
            if self._leads_somewhere(word):
                yield word, 1, True
        if typed in self.lexicon.language:
            return
        for word in respelled(typed, self.lexicon):
            if (word in own.all or word in self.lexicon.language) and self._leads_somewhere(word):
                yield word, self._strength(word), False

    def _strength(self, word: str) -> int:
        return dict(self.vocabulary.sounding("t", word_sound(word))).get(word, 1)

    def _leads_somewhere(self, word: str) -> bool:
        """Whether the word, or an official word for it, occurs in the index."""
        if self.vocabulary.frequency(word):
            return True
        targets = self.lexicon.by_asked.get(word, ())
        return any(self.vocabulary.frequency(synonym.target) for synonym in targets)

    def _rank(
        self, start: int, end: int, candidate: str, strength: int, same_sound: bool
    ) -> _Rank | None:
        """Smaller is better; None when the candidate asks for too much belief."""
        typed = self.run[start:end]
        if candidate == typed:
            return None
        frequency = self.vocabulary.frequency(candidate)
        if len(candidate) != len(typed):
            # One character doubled: 公积积金. Short ones may well be meant (去年年底).
            doubled = not same_sound and len(candidate) > 2
            return (-len(candidate), 1, -strength, -frequency) if doubled else None
        changed = [at for at in range(len(typed)) if typed[at] != candidate[at]]
        if not self._believable(start, typed, candidate, strength, same_sound, changed):
            return None
        return (len(changed) - len(typed), int(not same_sound), -strength, -frequency)

    def _believable(
        self,
        start: int,
        typed: str,
        candidate: str,
        strength: int,
        same_sound: bool,
        changed: Sequence[int],
    ) -> bool:
        kept = [at for at in range(len(typed)) if at not in changed]
        if sorted(typed) == sorted(candidate):
            return not any(self.function[start : start + len(typed)])
        if len(changed) > len(kept):
            return False
        own = own_words(self.lexicon)
        listed = candidate in own.all
        with_function = any(self.function[start : start + len(typed)])
        if typed in self.lexicon.language:
            return listed and syllables(typed) == syllables(candidate)
        if len(typed) == 2:
            # Half of a word that was cut wrongly, and a look, are weaker signs than a sound.
            whole = same_sound and {start, start + 2} <= self.joints
            trusted = candidate in own.said or (
                same_sound and not with_function and (listed or strength > 1)
            )
            if trusted:
                enough = _UNLIKELY if whole else _EVEN
            else:
                enough = _LIKELY if whole and not with_function else _VERY_LIKELY
            return self._likelihood(typed, candidate) > enough
        if all(self.function[start + at] for at in kept):
            return False  # 罚多少 is no slip of 发多少: what it asks about would change
        if any(self.function[start + at] for at in changed):
            return candidate in own.said
        if with_function or not any(self.certain[start + at] for at in changed):
            return listed or bool(self.vocabulary.frequency(candidate))
        return listed or strength > 1

    def _likelihood(self, typed: str, candidate: str) -> float:
        """How much likelier one word is than the two characters side by side, in powers of ten."""
        counts = self.lexicon.language
        alone = sum(math.log10(counts.get(char, 0) + 50) for char in typed)
        return math.log10(counts.get(candidate, 0) + 1) - alone + _LANGUAGE_SIZE

    def _factor(self, typed: str, strength: int, same_sound: bool) -> float:
        if not same_sound or (strength == 1 and typed in self.lexicon.language):
            return _GUESS
        return _SAME_SOUND


def respelled(typed: str, lexicon: Lexicon) -> Iterator[str]:
    """Words one slip of the eye or the fingers away: 形近字, two swapped, one doubled."""
    for at, char in enumerate(typed):
        for other in lexicon.lookalikes.get(char, ""):
            yield typed[:at] + other + typed[at + 1 :]
    for at in range(len(typed) - 1):
        left, right = typed[at], typed[at + 1]
        if left != right:
            if len(typed) > 2:
                yield typed[:at] + right + left + typed[at + 2 :]
        elif len(typed) > 2:
            yield typed[:at] + typed[at + 1 :]


class OwnWords(NamedTuple):
    """The words of the lists: what callers say, what is cut whole, what synonyms lead to."""

    said: frozenset[str]
    all: frozenset[str]
    by_sound: Mapping[str, list[str]]


def own_words(lexicon: Lexicon) -> OwnWords:
    cached: OwnWords | None = lexicon.__dict__.get("_own_words_of_lists")
    if cached is None:
        said = frozenset((*lexicon.by_asked, *lexicon.user_words))
        words = said | {synonym.target for synonym in lexicon.synonyms}
        by_sound: dict[str, list[str]] = {}
        for word in sorted(words):
            if 1 < len(word) <= _LONGEST and all(map(is_chinese, word)):
                by_sound.setdefault(word_sound(word), []).append(word)
        cached = lexicon.__dict__["_own_words_of_lists"] = OwnWords(said, words, by_sound)
    return cached
