"""What is known of the candidates: what they score, how much of the question they hold, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .candidates import Candidates
from .clauses import Space, concept_clauses, gram_clauses, items_of, passages_of, sums
from .engine import Match
from .features import Evidence, Floats, Mask, Weights, strength
from .postings import Ids, Lookup, contains
from .query import Alternative, Concept, Understood
from .wants import PHONE

_MAX_MATCHES = 24
_ELSEWHERE = 0.6  # what a word counts that the item holds, but not in its best passage


class Sizes(NamedTuple):
    """Live passages and items of the whole collection."""

    passages: int
    items: int


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


class Traits(NamedTuple):
    """What columns tell of the candidates; see `features.Evidence`."""

    contact: Mask
    elsewhere: Mask
    district: Mask
    own: Mask
    age: Floats


class Gathered(NamedTuple):
    """:param scores: of every passage, phrases included; `best`: the best of each item, local."""

    evidence: Evidence
    scores: Floats
    best: Ids
    coverage: Coverage
    sizes: Sizes


def gather(
    understood: Understood,
    candidates: Candidates,
    sizes: Sizes,
    weights: Weights,
    traits: Traits,
) -> Gathered:
    """Look at every candidate.

    :param traits: what is known of the items whatever is asked.
    """
    lookup = candidates.lookup
    numbers = [c for c in understood.concepts if c.alternatives[0].group == "exact"]
    worded = [c for c in understood.concepts if c.alternatives[0].group != "exact"]
    passages, items = Space(passages_of, sizes.passages), Space(items_of, sizes.items)
    count, length = len(candidates.items), len(candidates.passages)
    clauses = concept_clauses(worded, lookup, passages, weights)
    scores = sums([*clauses, *gram_clauses(understood, lookup, passages, weights)], length)
    phrases = _phrases(understood, lookup, length)
    lifted = scores * np.exp(phrases * np.float32(weights.phrase))
    best = candidates.best(lifted)
    coverage = coverage_of(understood.concepts, lookup, best)
    clauses = concept_clauses(worded, lookup, items, weights)
    evidence = Evidence(
        passage=scores[best],
        item=sums([*clauses, *gram_clauses(understood, lookup, items, weights)], count),
        exact=_numbers(numbers, lookup, count),
        coverage=coverage.share,
        phrase=phrases[best],
        length=candidates.lengths,
        contact=traits.contact,
        phone_wanted=PHONE in understood.wants,
        elsewhere=traits.elsewhere,
        district=traits.district,
        own=traits.own,
        age=traits.age,
    )
    return Gathered(evidence, lifted, best, coverage, sizes)


def strength_at(
    item: int, understood: Understood, candidates: Candidates, gathered: Gathered, weights: Weights
) -> float:
    """How much was found of one item, without the words that an age only stands for.

    高龄 for 80岁 helps to rank, but nobody said it: it is no sign that the item answers.
    """
    ages = [concept for concept in understood.concepts if concept.is_measure]
    said = [
        replace(concept, alternatives=tuple(w for w in concept.alternatives if w.via == "exact"))
        for concept in ages
    ]

    def added(at: int, space: Space) -> float:
        def value(concepts: Sequence[Concept]) -> float:
            clauses = concept_clauses(concepts, candidates.lookup, space, weights)
            return sum(float(clause.at(np.array([at], np.int32))[0]) for clause in clauses)

        return value(ages) - value(said)

    share = weights.passage_share
    in_passage = added(int(gathered.best[item]), Space(passages_of, gathered.sizes.passages))
    inferred = share * in_passage + (1 - share) * added(item, Space(items_of, gathered.sizes.items))
    return float(strength(gathered.evidence, weights)[item]) - inferred


def coverage_of(concepts: Sequence[Concept], lookup: Lookup, best: Ids) -> Coverage:
    """How much of a question k items hold.

    :param lookup: in numbers of the items 0..k-1; `best`: the best passage of each. A word
        that stands elsewhere in the item counts less than one in that passage.
    """
    asked = 0.0
    found = np.zeros(len(best), np.float32)
    for concept in concepts:
        most = np.zeros(len(best), np.float32)
        for way in concept.alternatives:
            share = _share(way, lookup, best) * np.float32(0.5 + 0.5 * way.factor)
            np.maximum(most, share, out=most)
        asked += concept.weight**2
        found += np.float32(concept.weight**2) * most
    return Coverage(found, asked)


def _share(way: Alternative, lookup: Lookup, best: Ids) -> Floats:
    share = np.zeros(len(best), np.float32)
    for term in way.terms:
        found = lookup(way.group, term)
        share[found.items.ids] += np.float32(_ELSEWHERE)
        share += np.float32(1 - _ELSEWHERE) * contains(found.passages.ids, best)
    return share / np.float32(max(1, len(way.terms)))


def _numbers(concepts: Sequence[Concept], lookup: Lookup, count: int) -> Floats:
    """How many of the numbers asked for are each item's own."""
    found = np.zeros(count, np.float32)
    for concept in concepts:
        for way in concept.alternatives:
            for term in way.terms:
                found[lookup(way.group, term).items.ids] += 1
    return found


def _phrases(understood: Understood, lookup: Lookup, count: int) -> Floats:
    """For each passage, how long the pieces of the question are that it has word for word.

    A pair of characters that follows k others of the question without a gap counts k: pieces
    count by the square of their length, so that one long piece tells more than many pairs. Pairs
    of words that tell nothing (了怎, 怎么) neither part a piece nor make it longer: 怎么补办 is no
    nearer to what was lost than 补办, and a place may stand before it.
    """
    summed = np.zeros(count, np.float32)
    pairs = 0
    for stretch in understood.stretches:
        run = np.zeros(count, np.float32)
        for at in range(len(stretch) - 1):
            pair = stretch[at : at + 2]
            held = np.zeros(count, np.float32)
            held[lookup("grams", pair).passages.ids] = 1
            if pair in understood.function_pairs:
                summed += held
            else:
                run = (run + held) * held
                summed += run
            pairs += 1
    return summed / np.float32(max(1, pairs))


def matches_in(
    understood: Understood, lookup: Lookup, places: Sequence[int], best: Ids
) -> list[tuple[Match, ...]]:
    """The words that met in each of the items at `places`, with where and by which way."""
    chosen = np.asarray(places, np.int32)
    found: list[dict[Match, None]] = [{} for _ in places]
    for concept in understood.concepts:
        for way in concept.alternatives:
            for term in way.terms:
                postings = lookup(way.group, term)
                here = contains(postings.passages.ids, best[chosen])
                for at in np.flatnonzero(contains(postings.items.ids, chosen)):
                    field = "passage" if here[at] else "item"
                    found[at][Match(term, field, way.via, way.original)] = None
    return [tuple(matches)[:_MAX_MATCHES] for matches in found]
