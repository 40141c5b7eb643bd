"""What the parts of a question add to the score of a passage or an item.

A question's concepts and character pairs become *clauses* over the postings of their terms. Their
sum is the score.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .features import Floats, Weights
from .postings import Ids, Lookup, Postings, TermPostings, idf
from .query import Alternative, Concept, Understood


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
