"""Passages and items as numbers, and where the terms stand in them with their BM25 weights.

Nothing here knows Whoosh. A *collection* is passages 0..n-1 in which the passages of one item
stand together; item numbers 0..m-1 follow the same order. Passages and items are ranked by the
same code, each in its own numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .features import Floats, Mask

Ids = NDArray[np.int32]

NO_IDS: Ids = np.empty(0, np.int32)
NO_FLOATS: Floats = np.empty(0, np.float32)

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


def contains(ids: Ids, wanted: Ids) -> Mask:
    """Which of the wanted numbers are among the sorted ids."""
    if not len(ids):
        return np.zeros(len(wanted), np.bool_)
    return ids.take(ids.searchsorted(wanted), mode="clip") == wanted
