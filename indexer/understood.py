"""How a question was read: concepts, their alternatives, and what was done to the words.

A question becomes *concepts*. Each concept is one thing that was said, with alternatives: the
words themselves, official synonyms, words that sound the same. Concepts are summed, the
alternatives of one concept compete; nothing is ever required, so one odd word cannot lose the
answer, and filler cannot win it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Alternative:
    """One way to find a concept: all `terms` count, `factor` 0..1 is how near it is."""

    terms: tuple[str, ...]
    via: str
    original: str
    factor: float = 1.0
    group: str = "words"


@dataclass(frozen=True)
class Concept:
    """One thing that was said.

    :param weight: 0..1, less for words that are common in general language.
    :param is_measure: a number of something, which names no matter.
    """

    text: str
    weight: float
    alternatives: tuple[Alternative, ...]
    is_measure: bool = False


@dataclass(frozen=True)
class Understood:
    """How a question was read. Shown to the agent, so every part is in their words.

    :param text: normalised question, after cutting.
    :param kept: subject words; `struck`: filler taken out.
    :param synonyms: (said, also looked for). `corrections`: (typed, read as). `pinyin`: likewise.
    :param wants: kinds of answer asked for, see `wants.py`.
    :param notices: Chinese sentences about what was done to the question.
    :param stretches: Chinese runs of the question without filler, at most 40 character pairs.
    :param function_pairs: pairs of characters of its function words alone.
    :param pinned: item ids that an editor put first for this question, in order.
    """

    text: str
    concepts: tuple[Concept, ...]
    grams: tuple[tuple[str, float], ...]
    kept: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    pinyin: tuple[tuple[str, str], ...] = ()
    wants: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    stretches: tuple[str, ...] = ()
    function_pairs: frozenset[str] = frozenset()
    pinned: tuple[str, ...] = ()


class Vocabulary(Protocol):
    """What the query reader may ask of the index's word list."""

    def frequency(self, word: str) -> int:
        """Number of items that hold the word."""
        ...

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        """Indexed words by sound: kind `t` (sound) or `i` (initials) -> (word, strength)."""
        ...
