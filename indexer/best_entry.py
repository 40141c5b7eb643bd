"""What an entry has of the subjects asked about: the signs that verdict.py weighs."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import NamedTuple

from .postings import Lookup, idf
from .query import Alternative, Concept
from .verdict import Subjects

_BY_CHANCE = 0.001  # share of the entries that have a pair by chance


class Place(NamedTuple):
    """One entry among the candidates.

    :param everywhere: postings of the whole collection; `lookup`: in numbers of the candidates.
    :param number: of the entry, among the candidates.
    :param entries: how many live ones the collection has.
    """

    everywhere: Lookup
    lookup: Lookup
    number: int
    entries: int

    def held(self, group: str, term: str) -> bool:
        return self.number in self.lookup(group, term).items.ids

    def titled(self, group: str, term: str) -> bool:
        return self.number in self.lookup(group, term).titled


def subjects_of(
    concepts: Sequence[Concept], grams: Sequence[tuple[str, float]], nouns: Set[str], place: Place
) -> Subjects:
    """How far the entry has what was asked about.

    :param grams: character pairs of the question with their weights.
    :param nouns: words that name things in general Chinese.
    """
    asked = sum(concept.weight**2 for concept in concepts) or 1.0
    titled = sum(concept.weight**2 * _titled(concept, place) for concept in concepts)
    named = [c for c in concepts if c.text in nouns or c.is_measure]
    within = [(pair, weight) for pair, weight in grams if any(pair in c.text for c in concepts)]
    return Subjects(
        asked=asked,
        title=titled / asked,
        lost=_lost(within, place),
        only_measured=_only_measured(concepts, place),
        unnamed=sum(concept.weight * (1 - _held(concept, place)) for concept in named),
    )


def _held(concept: Concept, place: Place) -> float:
    ways = _said(concept)
    return max(((0.5 + 0.5 * w.factor) * _share(w, place.held) for w in ways), default=0.0)


def _said(concept: Concept) -> list[Alternative]:
    """The ways that are signs: what an age only stands for (高龄) nobody said."""
    ways = [way for way in concept.alternatives if way.terms]
    return [way for way in ways if way.via == "exact"] if concept.is_measure else ways


def _only_measured(concepts: Sequence[Concept], place: Place) -> bool:
    """Whether a number is all that the entry has of the question.

    One word of several (科目 of 科目一) is not what was said.
    """
    measured = [concept for concept in concepts if concept.is_measure and _held(concept, place)]
    return bool(measured) and not any(
        _share(way, place.held) == 1
        for concept in concepts
        if not concept.is_measure
        for way in _said(concept)
    )


def _titled(concept: Concept, place: Place) -> float:
    ways = _said(concept)
    return max((w.factor * _share(w, place.titled) for w in ways), default=0.0)


def _share(way: Alternative, has: Callable[[str, str], bool]) -> float:
    return sum(has(way.group, term) for term in way.terms) / len(way.terms)


def _lost(grams: Sequence[tuple[str, float]], place: Place) -> float:
    """The weight of the pairs inside what was said that other entries have and this one has not.

    Two characters that meet where one word ends and the next begins are no subject.
    The more entries there are, the more pairs a few of them have by chance: those tell nothing.
    """
    lost = 0.0
    for pair, weight in grams:
        found = place.everywhere("grams", pair).items.found
        if found > place.entries * _BY_CHANCE and not place.held("grams", pair):
            lost += weight * idf(found, place.entries)
    return lost / idf(1, place.entries)
