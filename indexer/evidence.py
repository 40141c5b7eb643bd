"""Why an item was found: the words that met, and how much of the question they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .engine import Match
from .query import Alternative, Concept, Understood
from .rank import Ids, Layout, Lookup, idf

_MAX_MATCHES = 24


@dataclass(frozen=True)
class Evidence:
    """:param coverage: weight of the concepts found in the item / weight of all, 0 to 1."""

    coverage: float
    matched: tuple[Match, ...]


def evidence_of(
    understood: Understood, lookup: Lookup, layout: Layout, item: int, passage: int
) -> Evidence:
    """Look up every concept in one item and its best passage."""
    total = found = 0.0
    matched: list[Match] = []
    for concept in understood.concepts:
        importance = _importance(concept, lookup, layout)
        best = 0.0
        for alternative in concept.alternatives:
            share = _share(alternative, lookup, item, passage, matched)
            best = max(best, share * (0.5 + 0.5 * alternative.factor))
        total += importance
        found += importance * best
    unique = tuple(dict.fromkeys(matched))[:_MAX_MATCHES]
    return Evidence(found / total if total else 0.0, unique)


def _importance(concept: Concept, lookup: Lookup, layout: Layout) -> float:
    """A concept weighs as its rarest findable words; one found nowhere weighs the most."""
    best = 0.0
    for alternative in concept.alternatives:
        counts = [len(lookup(alternative.group, term).items) for term in alternative.terms]
        known = [count for count in counts if count]
        if known:
            best = max(best, idf(min(known), layout.item_count))
    return concept.weight * (best or idf(0, layout.item_count))


def _share(
    alternative: Alternative, lookup: Lookup, item: int, passage: int, matched: list[Match]
) -> float:
    """Share of an alternative's terms in the item; a word only elsewhere in it counts half."""
    share = 0.0
    for term in alternative.terms:
        found = lookup(alternative.group, term)
        if not _contains(found.items, item):
            continue
        here = _contains(found.passages, passage)
        share += 1.0 if here else 0.6
        matched.append(
            Match(term, "passage" if here else "item", alternative.via, alternative.original)
        )
    return share / len(alternative.terms) if alternative.terms else 0.0


def _contains(ids: Ids, wanted: int) -> bool:
    at = int(np.searchsorted(ids, wanted))
    return at < len(ids) and int(ids[at]) == wanted
