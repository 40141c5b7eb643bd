"""Homophone slips (错别字) and pinyin input, read through the sounds of words in the index.

Only words that occur in the index are ever proposed, they are added beside what was typed, and
a word that is found as typed is never questioned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .lexicon import Lexicon
from .sounds import LONGEST, sound_key, word_sound

if TYPE_CHECKING:
    from .query import Vocabulary

_LATIN = re.compile("[a-z]+")
_MAX_LOOKUPS = 60  # windows tried per run: bounds the work on long questions
_MAX_READINGS = 2


@dataclass(frozen=True)
class Repair:
    """Words `start`..`end` of a run, read as a word that sounds the same."""

    start: int
    end: int
    typed: str
    read_as: str

    def covers(self, start: int, end: int) -> bool:
        return start < self.end and self.start < end


def corrections_for(words: Sequence[str], vocabulary: Vocabulary, lexicon: Lexicon) -> list[Repair]:
    """Find the runs of doubtful words that sound like an indexed word.

    A word is doubtful when it is a single character or does not occur in the index. A repair
    keeps the length and at least half of the characters, and changes doubtful words only.
    """
    doubtful = [len(word) == 1 or not vocabulary.frequency(word) for word in words]
    repairs: list[Repair] = []
    lookups = 0
    taken = 0
    for start in range(len(words)):
        for end in range(min(len(words), start + 4), start, -1):
            window = "".join(words[start:end])
            if start < taken or not 1 < len(window) <= 6 or not any(doubtful[start:end]):
                continue
            if lookups >= _MAX_LOOKUPS:
                return repairs
            lookups += 1
            read_as = _homophone(words[start:end], doubtful[start:end], vocabulary, lexicon)
            if read_as:
                repairs.append(Repair(start, end, window, read_as))
                taken = end
                break
    return repairs


def _homophone(
    words: Sequence[str], doubtful: Sequence[bool], vocabulary: Vocabulary, lexicon: Lexicon
) -> str:
    window = "".join(words)
    may_change = [ok for word, ok in zip(words, doubtful, strict=True) for _ in word]
    best, best_rank = "", (0, 0)
    for candidate, strength in vocabulary.sounding("t", word_sound(window)):
        if len(candidate) != len(window) or candidate == window:
            continue
        changed = [a != b for a, b in zip(window, candidate, strict=True)]
        allowed = all(ok for ok, differs in zip(may_change, changed, strict=True) if differs)
        if not allowed or sum(changed) * 2 > len(window):
            continue
        # Everyday pairs (是不, 在那) must not be read as a document's rare word.
        if len(window) == 2 and all(word in lexicon.function_words for word in words):
            continue
        rank = (strength, vocabulary.frequency(candidate))
        if rank > best_rank:
            best, best_rank = candidate, rank
    return best


def pinyin_readings(piece: str, vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Indexed words that a Latin token may be the pinyin or initials of, with a factor.

    Full pinyin is near certain, initials are a guess that grows with their number.
    """
    if not _LATIN.fullmatch(piece) or len(piece) < 2 or len(piece) > 6 * LONGEST:
        return []
    full = vocabulary.sounding("t", sound_key(piece))
    if full:
        return [(word, 0.95) for word in _strongest(full, vocabulary)]
    short = vocabulary.sounding("i", piece) if len(piece) <= LONGEST else []
    return [(word, 0.85) for word in _strongest(short, vocabulary)]


def _strongest(found: list[tuple[str, int]], vocabulary: Vocabulary) -> list[str]:
    ranked = sorted(found, key=lambda entry: (-entry[1], -vocabulary.frequency(entry[0]), entry))
    return [word for word, _ in ranked[:_MAX_READINGS]]
