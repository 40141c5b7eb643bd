"""What a question asks, looked for in many sentences at once."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .normalise import CJK_RUN
from .query import Understood
from .wants import MANNERS

Row = NDArray[np.float64]
_OF_DOCUMENT = re.compile(
    "施行|生效|实施|执行|有效期|失效|废止|作废|解释|什么时候开始|还算数|文件|规定|办法"
)
_TITLED = 0.25  # what the title says counts that much less


class Question:
    """The parts of one question."""

    def __init__(self, understood: Understood) -> None:
        concepts = understood.concepts
        terms: dict[str, int] = {}
        self._ways = [
            (place, [terms.setdefault(term, len(terms)) for term in way.terms], way.factor)
            for place, concept in enumerate(concepts)
            for way in concept.alternatives
            if way.terms
        ]
        words = [concept.text for concept in concepts]
        pairs = [pair for pair, _ in understood.grams]
        characters = sorted({c for w in words for run in CJK_RUN.findall(w) for c in run})
        self._terms, self._parts = list(terms), [*pairs, *characters]
        inside = [[float(part in word) for part in self._parts] for word in words]
        self._inside = np.array(inside).reshape(len(words), len(self._parts))
        # Everyday words say little: squared, as in the verdict.
        self._weights = np.array(
            [concept.weight**2 for concept in concepts]
            + [weight**2 for _, weight in understood.grams]
            + [1.0] * len(characters)
        )
        self._bounds = (0, len(concepts), len(concepts) + len(pairs), len(self._weights))
        self.things = sorted(understood.wants - MANNERS)
        self.manners = sorted(understood.wants & MANNERS)
        self.asks_of_document = bool(_OF_DOCUMENT.search(understood.text))
        self.asked_pairs = {pair for text in (understood.text, *terms) for pair in pairs_of(text)}

    def found(self, texts: Sequence[str]) -> Row:
        """How far each text says each part, 0 to 1.

        :returns: a row for each text; columns are concepts, then neighbouring pairs of
            characters, then characters.
        """
        joined = _Joined(texts)
        present = joined.holding(self._terms)
        concepts = np.zeros((len(texts), self._bounds[1]))
        for place, terms, factor in self._ways:
            share = present[:, terms].sum(axis=1) * (factor / len(terms))
            np.maximum(concepts[:, place], share, out=concepts[:, place])
        parts = joined.holding(self._parts)
        if self._inside.size:
            # A pair of a word is found as well where a synonym of the word stands.
            for place, inside in enumerate(self._inside):
                np.maximum(parts, concepts[:, place : place + 1] * inside, out=parts)
        return np.hstack([concepts, parts])

    def shares(self, passages: Row, titled: Row) -> Row:
        """What each part is worth among these passages: rare ones more.

        A word that stands in most of them names the matter and does not choose between them,
        nor does one of the title.

        :param passages: `found` of each; `titled`: `found` of the title, one row.
        :returns: three columns: for concepts, pairs and characters. What all the passages say
            together adds up to 1 in each.
        """
        count, held = len(passages), (passages > 0).sum(axis=0)
        worth = self._weights * np.log(1 + (count - held + 0.5) / (held + 0.5))
        worth *= 1 - _TITLED * titled
        most = passages.max(axis=0) * worth
        shares = np.zeros((len(worth), 3))
        for column, (left, right) in enumerate(itertools.pairwise(self._bounds)):
            shares[left:right, column] = worth[left:right] / (most[left:right].sum() or 1.0)
        return shares


@lru_cache(maxsize=64)
def question_of(understood: Understood) -> Question:
    """The parts of a question, made once for all cards of its result."""
    return Question(understood)


def pairs_of(text: str) -> set[str]:
    """The neighbouring characters of a text."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


class _Joined:
    """Texts end to end, so that a part is looked for once in all of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._starts: list[int] = []
        at = 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1
        self._text = "\n".join(texts)

    def holding(self, patterns: Sequence[str]) -> Row:
        """1.0 where a text holds a pattern."""
        starts, joined = self._starts, self._text
        present = np.zeros((len(starts), len(patterns)))
        for column, pattern in enumerate(patterns):
            place = joined.find(pattern)
            while place >= 0:
                number = bisect_right(starts, place)
                present[number - 1, column] = 1.0
                place = joined.find(pattern, starts[number]) if number < len(starts) else -1
        return present
