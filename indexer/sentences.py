"""Sentences of a passage, and which neighbouring ones say what was asked."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .normalise import fold
from .query import Understood
from .wants import gives

_SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;]+[”’」』）)]*|\n|$)")
_CLAUSE = re.compile(r"[^，,、：:]*(?:[，,、：:]|$)")
_WANT_WEIGHT = 3.0  # a sentence of the kind asked for (a sum, a date), beside one rare word
_GRAM_WEIGHT = 0.3
_SAID_ABOVE = 0.6  # what the heading says holds for each sentence below it


@dataclass(frozen=True)
class Unit:
    """A sentence, a table row, or a clause of a sentence that is too long to show whole.

    :param found: for each thing asked, how far this unit says it, 0 to 1.
    """

    start: int
    end: int
    found: NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """Neighbouring units, `start`..`end` in the passage."""

    start: int
    end: int
    score: float


class Question:
    """The things one question asks, as a row of features: concepts, pairs, kinds of answer."""

    def __init__(self, understood: Understood) -> None:
        self._concepts = [
            [(a.terms, a.factor) for a in concept.alternatives if a.terms]
            for concept in understood.concepts
        ]
        self._pairs = [pair for pair, _ in understood.grams]
        self._wants = sorted(understood.wants)
        self._base = np.array(
            [concept.weight for concept in understood.concepts]
            + [_GRAM_WEIGHT * weight for _, weight in understood.grams]
            + [0.0] * len(self._wants)
        )

    def read(self, text: str, heading: str, limit: int) -> list[Unit]:
        """Cut a passage into units and note what each says."""
        folded = fold(text)
        above = self._found(fold(heading).text) * _SAID_ABOVE
        above[len(self._concepts) :] = 0
        units = []
        for start, end in _spans(text, limit):
            left, right = bisect_left(folded.origins, start), bisect_left(folded.origins, end)
            units.append(Unit(start, end, np.maximum(self._found(folded.text[left:right]), above)))
        return units

    def _found(self, text: str) -> NDArray[np.float64]:
        concepts = [
            max(
                (f * sum(term in text for term in terms) / len(terms) for terms, f in alternatives),
                default=0.0,
            )
            for alternatives in self._concepts
        ]
        pairs = [float(pair in text) for pair in self._pairs]
        return np.array(concepts + pairs + [float(gives(want, text)) for want in self._wants])

    def weights(self, units: Sequence[Unit]) -> NDArray[np.float64]:
        """What each feature is worth among these units: rare ones more."""
        if not units:
            return self._base
        common = np.mean([unit.found > 0 for unit in units], axis=0)
        weights = self._base * np.log(1 + 1 / (common + 1 / (2 * len(units))))
        weights[len(weights) - len(self._wants) :] = _WANT_WEIGHT / max(1, len(self._wants))
        return weights


def best_window(units: Sequence[Unit], weights: NDArray[np.float64], limit: int) -> Window:
    """Neighbouring units, together at most `limit` long, that say most of what was asked.

    Each thing counts once however often it is said, so a shorter window wins when the rest
    adds nothing; what is left of the limit is then filled with what follows.
    """
    best, span = -math.inf, (0, 0)
    for first in range(len(units)):
        said = np.zeros_like(weights)
        together = 0.0
        for last in range(first, len(units)):
            if last > first and units[last].end - units[first].start > limit:
                break
            said = np.maximum(said, units[last].found)
            together = max(together, float(units[last].found @ weights))
            # Said in one sentence is worth more than scattered over several.
            value = 0.5 * float(said @ weights) + 0.5 * together
            if value > best + 1e-9:
                best, span = value, (first, last)
    if not units:
        return Window(0, 0, 0.0)
    first, last = span
    while last + 1 < len(units) and units[last + 1].end - units[first].start <= limit:
        last += 1
    return Window(units[first].start, units[last].end, best)


def _spans(text: str, limit: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        if not text[start:end].strip():
            continue
        if end - start <= limit:
            spans.append((start, end))
        else:
            spans.extend(_clauses(text, start, end, limit))
    return spans


def _clauses(text: str, left: int, right: int, limit: int) -> list[tuple[int, int]]:
    """Parts of a sentence too long to show: at its commas, else every `limit` characters."""
    parts: list[tuple[int, int]] = []
    for found in _CLAUSE.finditer(text, left, right):
        start, end = found.span()
        while end > start:
            parts.append((start, min(end, start + limit)))
            start += limit
    return parts
