"""Why an item was found: the words that met, and how much of the question they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .engine import Match
from .query import Alternative, Understood
from .rank import Floats, Ids, Lookup, Mask

_MAX_MATCHES = 24
_ELSEWHERE = 0.6  # what a word counts that the item holds, but not in its best passage


class Coverage(NamedTuple):
    """Per item: weight of the concepts found, and the weight of all concepts asked.

    Weights are squared, so that everyday words hardly count; how rare a word is in the
    collection is left out, or every unusual turn of speech would look like a missing subject.
    """

    found: Floats
    asked: float

    @property
    def share(self) -> Floats:
        """Found / asked, 0 to 1."""
        return self.found / np.float32(self.asked) if self.asked else self.found


def coverage_of(understood: Understood, lookup: Lookup, items: Ids, passages: Ids) -> Coverage:
    """How much of a question k items hold.

    :param items: k item numbers; `passages` their best passages. A word that stands elsewhere
        in the item counts less than one in that passage.
    """
    asked = 0.0
    found = np.zeros(len(items), np.float32)
    for concept in understood.concepts:
        best = np.zeros(len(items), np.float32)
        for alternative in concept.alternatives:
            share = _share(alternative, lookup, items, passages)
            np.maximum(best, share * np.float32(0.5 + 0.5 * alternative.factor), out=best)
        asked += concept.weight**2
        found += np.float32(concept.weight**2) * best
    return Coverage(found, asked)


def matches_in(
    understood: Understood, lookup: Lookup, items: Ids, passages: Ids
) -> list[tuple[Match, ...]]:
    """For each of k items, the words that met in it, each with where and by which way."""
    found: list[dict[Match, None]] = [{} for _ in items]
    for concept in understood.concepts:
        for alternative in concept.alternatives:
            for term in alternative.terms:
                postings = lookup(alternative.group, term)
                here = contains(postings.passages, passages)
                for place in np.flatnonzero(contains(postings.items, items)):
                    field = "passage" if here[place] else "item"
                    match = Match(term, field, alternative.via, alternative.original)
                    found[place][match] = None
    return [tuple(matches)[:_MAX_MATCHES] for matches in found]


def _share(alternative: Alternative, lookup: Lookup, items: Ids, passages: Ids) -> Floats:
    share = np.zeros(len(items), np.float32)
    for term in alternative.terms:
        found = lookup(alternative.group, term)
        share += np.float32(_ELSEWHERE) * contains(found.items, items)
        share += np.float32(1 - _ELSEWHERE) * contains(found.passages, passages)
    return share / np.float32(max(1, len(alternative.terms)))


def contains(ids: Ids, wanted: Ids) -> Mask:
    """Which of the wanted numbers are among the sorted ids."""
    if not len(ids):
        return np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return ids[at] == wanted
