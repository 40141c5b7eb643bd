"""Exact top-k of BM25 scores over term lists, without looking at what cannot win (MaxScore).

Nothing here knows Whoosh. A *collection* is passages 0..n-1 in which the passages of one item
stand together; item numbers 0..m-1 follow the same order. Passages and items are ranked by the
same code, each in its own numbers.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .features import Floats, Mask, Weights
from .query import Alternative, Concept, Understood

Ids = NDArray[np.int32]

NO_IDS: Ids = np.empty(0, np.int32)
NO_FLOATS: Floats = np.empty(0, np.float32)
# Below this length adding a list costs less than finding out whether it is needed.
_LONG = 2_000
_ROUNDING = 1e-4  # of a bound: sums of 32-bit numbers may be off by less
# Averages are taken in steps of 5 %, so that a small commit does not change every weight. It
# depends on the collection alone: the same entries rank the same after a restart.
_STEP = math.log(1.05)


class Postings(NamedTuple):
    """Where one term stands: sorted numbers with finished BM25 weights (without idf).

    :param top: no weight is larger.
    :param found: how many of the numbers are live, for the idf.
    """

    ids: Ids
    weights: Floats
    top: float
    found: int


NOWHERE = Postings(NO_IDS, NO_FLOATS, 0.0, 0)


class TermPostings(NamedTuple):
    """One term: in passages, in items, and the items whose title or 相似问 say it."""

    passages: Postings
    items: Postings
    titled: Ids


Lookup = Callable[[str, str], TermPostings]


@dataclass(frozen=True)
class Layout:
    """How passages and items lie in the collection, with lengths relative to the average.

    Deleted passages and items keep their numbers until their segment is merged; `live` ones
    alone count in averages and may be found.
    """

    item_of: Ids
    starts: Ids  # first passage of each item
    ends: Ids
    passage_norm: Floats  # length / average length, per passage
    item_norm: Floats
    live: Mask
    live_items: Mask
    steps: tuple[float, float]  # the averages used; when they change, so does every weight

    @cached_property
    def dead(self) -> Ids:
        return np.flatnonzero(~self.live).astype(np.int32)

    @cached_property
    def dead_items(self) -> Ids:
        return np.flatnonzero(~self.live_items).astype(np.int32)

    @cached_property
    def passages_live(self) -> int:
        return int(np.count_nonzero(self.live))

    @cached_property
    def items_live(self) -> int:
        return int(np.count_nonzero(self.live_items))

    @classmethod
    def of(
        cls,
        first: NDArray[np.integer],
        lengths: NDArray[np.integer],
        live: Mask | None = None,
    ) -> Layout:
        """Lay out a collection.

        :param first: 1 where an item begins, else 0; the first passage always begins one.
        :param lengths: terms per passage.
        :param live: False for deleted passages; items are deleted whole.
        """
        count = len(first)
        live = np.ones(count, np.bool_) if live is None else live
        starts = np.flatnonzero(first).astype(np.int32)
        item_of = (np.cumsum(first != 0) - 1).astype(np.int32)
        ends = np.append(starts[1:], count).astype(np.int32)[: len(starts)]
        item_lengths = np.bincount(item_of, weights=lengths, minlength=len(starts))
        live_items = live[starts]
        steps = (steady(_mean(lengths[live])), steady(_mean(item_lengths[live_items])))
        return cls(
            item_of,
            starts,
            ends,
            (lengths / steps[0]).astype(np.float32),
            (item_lengths / steps[1]).astype(np.float32),
            live,
            live_items,
            steps,
        )


def _mean(lengths: NDArray[Any]) -> float:
    return max(float(lengths.mean()), 1.0) if len(lengths) else 1.0


def steady(average: float) -> float:
    """The nearest step to an average length of at least 1."""
    return math.exp(round(math.log(average) / _STEP) * _STEP)


def saturate(amounts: NDArray[Any], norm: Floats, k1: float, b: float) -> Floats:
    """BM25 weights of weighted counts (BM25F: fields are added first, then saturated once)."""
    counts = amounts.astype(np.float32)
    weighed = counts * (k1 + 1) / (counts + k1 * (1 - b + b * norm))
    return weighed.astype(np.float32, copy=False)


def idf(found_in: int, total: int) -> float:
    """How much a term tells: rare terms more (BM25's formula, never negative)."""
    return math.log(1.0 + (total - found_in + 0.5) / (found_in + 0.5))


class Scaled(NamedTuple):
    """A term's postings times what the term counts in this question."""

    ids: Ids
    weights: Floats
    scale: float
    bound: float

    def values(self) -> Floats:
        return self.weights * self.scale

    def at(self, wanted: Ids) -> Floats:
        """The value of each wanted number, 0 where the term does not stand."""
        if not len(self.ids):
            return np.zeros(len(wanted), np.float32)
        places = self.ids.searchsorted(wanted)
        values = self.weights.take(places, mode="clip")
        values *= self.scale
        values *= self.ids.take(places, mode="clip") == wanted
        return values


def scaled(postings: Postings, scale: float) -> Scaled:
    return Scaled(postings.ids, postings.weights, scale, postings.top * scale)


class Clause(NamedTuple):
    """What is added to the score: one term, or alternatives of which the best one counts.

    :param ways: each the terms that add up; a single way has a single term.
    :param bound: no number gets more than this.
    :param size: how many postings there are to add.
    """

    ways: Sequence[Sequence[Scaled]]
    bound: float
    size: int

    def add_to(self, totals: Floats, scratch: Scratch) -> None:
        if len(self.ways) == 1:
            for term in self.ways[0]:
                np.add.at(totals, term.ids, term.values())
            return
        best = scratch.cleared("best", len(totals))
        for way in self.ways:
            if len(way) == 1:
                np.maximum.at(best, way[0].ids, way[0].values())
                continue
            own = scratch.cleared("own", len(totals))
            for term in way:
                np.add.at(own, term.ids, term.values())
            np.maximum(best, own, out=best)
        np.add(totals, best, out=totals)

    def at(self, wanted: Ids) -> Floats:
        """What `add_to` adds to each of the wanted numbers."""
        best = self._way_at(self.ways[0], wanted)
        for way in self.ways[1:]:
            np.maximum(best, self._way_at(way, wanted), out=best)
        return best

    @staticmethod
    def _way_at(way: Sequence[Scaled], wanted: Ids) -> Floats:
        value = way[0].at(wanted)
        for term in way[1:]:
            value += term.at(wanted)
        return value

    def ids(self) -> list[Ids]:
        return [term.ids for way in self.ways for term in way]


def clauses_of(ways: Iterable[Sequence[Scaled]]) -> list[Clause]:
    """The clauses of one concept; alternatives that are found nowhere do not compete.

    A single way is as many clauses as it has terms: a sum of sums.
    """
    usable = [way for way in ([term for term in way if len(term.ids)] for way in ways) if way]
    if len(usable) == 1:
        return [Clause(((term,),), term.bound, len(term.ids)) for term in usable[0]]
    if not usable:
        return []
    bound = max(sum(term.bound for term in way) for way in usable)
    return [Clause(usable, bound, sum(len(term.ids) for way in usable for term in way))]


class Scratch(threading.local):
    """Arrays of a thread that are used again and again."""

    def __init__(self) -> None:
        self._arrays: dict[str, Floats] = {}

    def cleared(self, name: str, size: int) -> Floats:
        array = self._arrays.get(name)
        if array is None or len(array) < size:
            array = self._arrays[name] = np.zeros(size, np.float32)
        part = array[:size]
        part.fill(0)
        return part


SCRATCH = Scratch()


def sums(clauses: Iterable[Clause], size: int) -> Floats:
    """The full score of every number, in the order of the clauses."""
    totals = np.zeros(size, np.float32)
    for clause in clauses:
        clause.add_to(totals, SCRATCH)
    return totals


def contains(ids: Ids, wanted: Ids) -> Mask:
    """Which of the wanted numbers are among the sorted ids."""
    if not len(ids):
        return np.zeros(len(wanted), np.bool_)
    return ids.take(ids.searchsorted(wanted), mode="clip") == wanted


class Top(NamedTuple):
    """The best numbers with their scores, best first; ties by number."""

    ids: Ids
    scores: Floats


def top_k(clauses: Sequence[Clause], allowed: Mask, k: int) -> Top:
    """The k best of the allowed numbers with a positive score, exactly.

    The score of a number is the 32-bit sum over the clauses, shortest first. Short clauses are
    added in full; once the k-th best so far is more than all remaining clauses could give a
    number not seen yet, those are looked up for the numbers that can still win.
    """
    ordered = sorted(clauses, key=_size)
    rest = list(accumulate((clause.bound for clause in reversed(ordered)), initial=0.0))[::-1]
    slack = _ROUNDING * rest[0]
    totals = SCRATCH.cleared("totals", len(allowed))
    seen = NO_IDS
    fresh: list[Ids] = []
    for at, clause in enumerate(ordered):
        # The k-th best is at most what was added so far.
        if clause.size >= _LONG and rest[0] - rest[at] > rest[at]:
            seen, fresh = _seen(seen, fresh, allowed), []
            scores = totals[seen]
            least = _kth(scores, k) - rest[at]
            if least > slack:
                keep = scores >= least - slack
                return _finish(Top(seen[keep], scores[keep]), ordered[at:], rest[at:], k, slack)
        clause.add_to(totals, SCRATCH)
        fresh += clause.ids()
    seen = _seen(seen, fresh, allowed)
    return _best(seen, totals[seen], k)


def _size(clause: Clause) -> int:
    return clause.size


def _seen(seen: Ids, fresh: list[Ids], allowed: Mask) -> Ids:
    ids = fresh[0] if len(fresh) == 1 and not len(seen) else np.concatenate([seen, *fresh])
    if len(ids) > len(allowed) // 8:
        marks = np.zeros(len(allowed), np.bool_)
        marks[ids] = True
        return np.flatnonzero(marks & allowed).astype(np.int32)
    if len(fresh) > 1 or len(seen):
        ids = np.sort(ids)
        ids = ids[np.append(True, ids[1:] != ids[:-1])]
    return ids[allowed[ids]]


def _kth(scores: Floats, k: int) -> float:
    """The k-th best score, 0 when there are fewer."""
    if len(scores) < k:
        return 0.0
    return float(np.partition(scores, -k)[-k])


def _finish(
    found: Top, later: Sequence[Clause], rest: Sequence[float], k: int, slack: float
) -> Top:
    """Look the later clauses up for what can still win; `rest[at]` is the most from `at` on."""
    ids, scores = found
    for at, clause in enumerate(later):
        scores = scores + clause.at(ids)
        if len(ids) > 4 * k:
            keep = scores >= _kth(scores, k) - rest[at + 1] - slack
            ids, scores = ids[keep], scores[keep]
    return _best(ids, scores, k)


def _best(ids: Ids, scores: Floats, k: int) -> Top:
    if len(ids) > k:
        keep = scores >= _kth(scores, k)
        ids, scores = ids[keep], scores[keep]
    positive = scores > 0
    ids, scores = ids[positive], scores[positive]
    order = np.lexsort((ids, -scores))[:k]
    return Top(ids[order], scores[order])


class Space(NamedTuple):
    """Passages or items: how to take a term's postings, and how many live numbers there are."""

    of: Callable[[TermPostings], Postings]
    size: int


def passages_of(found: TermPostings) -> Postings:
    return found.passages


def items_of(found: TermPostings) -> Postings:
    return found.items


def concept_clauses(
    concepts: Iterable[Concept], lookup: Lookup, space: Space, weights: Weights
) -> list[Clause]:
    """What each concept of a question adds to the score of a passage or item."""
    clauses: list[Clause] = []
    for concept in concepts:
        clauses += clauses_of(
            [
                _scaled_terms(way, concept.weight, lookup, space, weights)
                for way in concept.alternatives
            ]
        )
    return clauses


def _scaled_terms(
    way: Alternative, weight: float, lookup: Lookup, space: Space, weights: Weights
) -> list[Scaled]:
    if way.group == "exact":
        return [_whole(space.of(lookup("exact", term)), weights.exact) for term in way.terms]
    factor = way.factor * weight
    return [scaled_term(space.of(lookup(way.group, term)), factor, space) for term in way.terms]


def scaled_term(postings: Postings, factor: float, space: Space) -> Scaled:
    return scaled(postings, factor * idf(postings.found, space.size))


def _whole(postings: Postings, value: float) -> Scaled:
    """A number counts once, however rare it is and however often it is said."""
    ones = np.ones(len(postings.ids), np.float32)
    return Scaled(postings.ids, ones, value, value)


def gram_clauses(
    understood: Understood, lookup: Lookup, space: Space, weights: Weights
) -> list[Clause]:
    """What the character pairs of a question add."""
    clauses: list[Clause] = []
    for gram, weight in understood.grams:
        postings = space.of(lookup("grams", gram))
        clauses += clauses_of([[scaled_term(postings, weight * weights.grams, space)]])
    return clauses
