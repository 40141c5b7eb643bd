"""Pairs of entries with one planted contradiction, and pairs that only look like one.

Our own texts of an invented city, written by many hands: matters from `matters`, sentences from
`voices`. Nothing here is shared with the radar that is measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.conflicts_data import traps_of_clauses as clauses
from bench.conflicts_data import traps_of_entries as entries
from bench.conflicts_data.matters import MATTERS
from bench.conflicts_data.text import Pair
from bench.conflicts_data.truth import PLANTS, another, profile
from bench.conflicts_data.writing import write

TRAPS = {
    "same": entries.same,
    "notation": entries.other_notation,
    "district": entries.other_district,
    "district window": entries.district_window,
    "group in title": entries.other_group_in_title,
    "group in clause": clauses.other_group_in_clause,
    "year in title": entries.other_year,
    "year in clause": clauses.year_in_clause,
    "superseded": entries.superseded,
    "period": entries.other_period,
    "branches": clauses.branches,
    "other attribute": clauses.other_attribute,
    "other matter": entries.other_matter,
    "absent": entries.absent,
    "old value": clauses.old_value,
}


def planted_pairs(count: int, seed: int = 1) -> list[Pair]:
    """Pairs with one contradiction each, every attribute about equally often."""
    rng = random.Random(seed)
    attributes = list(PLANTS)
    pairs: list[Pair] = []
    while len(pairs) < count:
        attribute = attributes[len(pairs) % len(attributes)]
        matter = rng.choice([m for m in MATTERS if PLANTS[attribute](m)])
        facts = profile(rng, matter)
        other = dict(facts)
        other[attribute] = another(rng, matter, attribute, facts[attribute])
        left = write(rng, matter, facts, must=attribute, unit=matter.owner)
        right = write(rng, matter, other, must=attribute, unit=matter.other)
        pairs.append(Pair(left, right, attribute, "planted", matter.names[0]))
    return pairs


def clean_pairs(count: int, seed: int = 2) -> list[Pair]:
    """Pairs without a contradiction, every trap about equally often."""
    rng = random.Random(seed)
    sorts = list(TRAPS)
    pairs: list[Pair] = []
    while len(pairs) < count:
        sort = sorts[len(pairs) % len(sorts)]
        matter = rng.choice(MATTERS)
        made = TRAPS[sort](rng, matter)
        if made is not None:
            pairs.append(Pair(made[0], made[1], "", sort, matter.names[0]))
    return pairs


def pairs(planted: int, clean: int, seed: int) -> Iterator[Pair]:
    """Both sorts of pairs."""
    yield from planted_pairs(planted, seed)
    yield from clean_pairs(clean, seed + 1)
