"""Scores as vector sums: BM25 over fields, passages and whole items mixed half and half.

Nothing here knows Whoosh. A *collection* is passages 0..n-1 in which the passages of one item
stand together; item numbers 0..m-1 follow the same order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .query import Alternative, Understood

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """The few numbers of the ranking. Change them only with `indexer.evaluate` before and after.

    :param k1, b: BM25 saturation and length normalisation.
    :param passage_share: how much the best passage counts beside the whole item.
    :param grams: how much character pairs count beside words.
    :param exact: added for a 文号 or phone number that is the item's own.
    :param coverage: how much the share of the question that was found lifts an item.
    :param contact: lift of 联系方式 entries when a phone number or place is asked for.
    """

    k1: float = 1.2
    b: float = 0.5
    passage_share: float = 0.5
    grams: float = 0.5
    exact: float = 50.0
    coverage: float = 0.5
    contact: float = 1.3


class TermPostings(NamedTuple):
    """Where a term stands: sorted passage and item numbers with finished BM25 weights (no idf)."""

    passages: Ids
    passage_weights: Floats
    items: Ids
    item_weights: Floats


class FieldCounts(NamedTuple):
    """Raw counts of one term in one field, and that field's weight."""

    passages: Ids
    counts: Floats
    weight: float
    items: Ids  # the items, and the count in each (a title counts once, however many passages)
    item_counts: Floats


Lookup = Callable[[str, str], TermPostings]


@dataclass(frozen=True)
class Layout:
    """How passages and items lie in the collection, with lengths relative to the average."""

    item_of: Ids
    starts: Ids  # first passage of each item
    ends: Ids
    passage_norm: Floats  # length / average length, per passage
    item_norm: Floats

    @property
    def passage_count(self) -> int:
        return len(self.item_of)

    @property
    def item_count(self) -> int:
        return len(self.starts)

    @classmethod
    def of(cls, first: NDArray[np.integer], lengths: NDArray[np.integer]) -> Layout:
        """Lay out a collection.

        :param first: 1 where an item begins, else 0; the first passage always begins one.
        :param lengths: terms per passage.
        """
        count = len(first)
        starts = np.flatnonzero(first).astype(np.int64)
        item_of = np.cumsum(first != 0).astype(np.int64) - 1
        ends = np.append(starts[1:], count).astype(np.int64)
        item_lengths = np.bincount(item_of, weights=lengths, minlength=len(starts))
        return cls(item_of, starts, ends, _relative(lengths), _relative(item_lengths))


def _relative(lengths: NDArray[Any]) -> Floats:
    mean = lengths.mean() if len(lengths) else 1.0
    return (lengths / max(mean, 1.0)).astype(np.float32)


def weigh(counts: Sequence[FieldCounts], layout: Layout, weights: Weights) -> TermPostings:
    """BM25 over several fields (BM25F): counts are added first, then saturated once."""
    passages = np.concatenate([part.passages for part in counts] or [np.empty(0, np.int64)])
    if not len(passages):
        empty = np.empty(0, np.float32)
        return TermPostings(passages, empty, passages, empty)
    amounts = np.concatenate([part.counts * part.weight for part in counts])
    unique, places = np.unique(passages, return_inverse=True)
    summed = np.bincount(places, weights=amounts).astype(np.float32)
    all_items = np.concatenate([part.items for part in counts])
    item_amounts = np.concatenate([part.item_counts * part.weight for part in counts])
    items, item_places = np.unique(all_items, return_inverse=True)
    item_summed = np.bincount(item_places, weights=item_amounts).astype(np.float32)
    return TermPostings(
        unique,
        _saturate(summed, layout.passage_norm[unique], weights),
        items,
        _saturate(item_summed, layout.item_norm[items], weights),
    )


def _saturate(amounts: Floats, norm: Floats, weights: Weights) -> Floats:
    length_part = weights.k1 * (1 - weights.b + weights.b * norm)
    return (amounts * (weights.k1 + 1) / (amounts + length_part)).astype(np.float32)


def spread(items: Ids, values: Floats, layout: Layout) -> tuple[Ids, Floats]:
    """Give every passage of each item the item's value."""
    sizes = layout.ends[items] - layout.starts[items]
    offsets = np.arange(sizes.sum(), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(layout.starts[items], sizes) + offsets, np.repeat(values, sizes)


def idf(found_in: int, total: int) -> float:
    """How much a term tells: rare terms more (BM25's formula, never negative)."""
    return math.log(1.0 + (total - found_in + 0.5) / (found_in + 0.5))


class Scores(NamedTuple):
    passages: Floats
    items: Floats


class Scorer:
    """Scores one question over one collection. Made per search, not shared."""

    def __init__(self, layout: Layout, lookup: Lookup, weights: Weights) -> None:
        self.layout, self.lookup, self.weights = layout, lookup, weights
        self.scores = Scores(
            np.zeros(layout.passage_count, np.float32), np.zeros(layout.item_count, np.float32)
        )

    def score(self, understood: Understood) -> Scores:
        for concept in understood.concepts:
            self._add_concept(concept.alternatives, concept.weight)
        for gram, weight in understood.grams:
            self._add_term("grams", gram, weight * self.weights.grams, self.scores)
        return self.scores

    def _add_concept(self, alternatives: Iterable[Alternative], weight: float) -> None:
        usable = [one for one in alternatives if any(self._size(one.group, t) for t in one.terms)]
        if len(usable) == 1:
            self._add_alternative(usable[0], weight, self.scores)
            return
        if not usable:
            return
        best = Scores(np.zeros_like(self.scores.passages), np.zeros_like(self.scores.items))
        for alternative in usable:
            own = Scores(np.zeros_like(best.passages), np.zeros_like(best.items))
            self._add_alternative(alternative, weight, own)
            np.maximum(best.passages, own.passages, out=best.passages)
            np.maximum(best.items, own.items, out=best.items)
        self.scores.passages.__iadd__(best.passages)
        self.scores.items.__iadd__(best.items)

    def _size(self, group: str, term: str) -> int:
        return len(self.lookup(group, term).items)

    def _add_alternative(self, alternative: Alternative, weight: float, into: Scores) -> None:
        factor = alternative.factor * weight
        for term in alternative.terms:
            if alternative.group == "exact":
                found = self.lookup("exact", term)
                into.passages[found.passages] += self.weights.exact
                into.items[found.items] += self.weights.exact
            else:
                self._add_term(alternative.group, term, factor, into)

    def _add_term(self, group: str, term: str, factor: float, into: Scores) -> None:
        found = self.lookup(group, term)
        if not len(found.items):
            return
        item_idf = factor * idf(len(found.items), self.layout.item_count)
        passage_idf = factor * idf(len(found.passages), self.layout.passage_count)
        into.passages[found.passages] += np.float32(passage_idf) * found.passage_weights
        into.items[found.items] += np.float32(item_idf) * found.item_weights


def top_items(values: Floats, allowed: Mask, limit: int) -> Ids:
    """The best items among the allowed ones with a positive value; ties by position."""
    candidates = np.flatnonzero(allowed & (values > 0))
    if len(candidates) > limit:
        scores = values[candidates]
        kth = np.partition(scores, -limit)[-limit]
        candidates = candidates[scores >= kth]
    order = np.lexsort((candidates, -values[candidates]))
    return candidates[order][:limit]


def best_passages(layout: Layout, scores: Floats, item: int, limit: int) -> list[int]:
    """Passage numbers of one item, best first; ties by position."""
    start, end = int(layout.starts[item]), int(layout.ends[item])
    order = np.lexsort((np.arange(end - start), -scores[start:end]))
    return [start + int(place) for place in order[:limit]]
