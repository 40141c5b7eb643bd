"""The candidates of one question: some items with all their passages, numbered 0, 1, 2 …

A term's postings are cut down to them once; from then on every feature works on short arrays.
"""

from __future__ import annotations

import numpy as np

from .features import Floats
from .postings import NO_IDS, NOWHERE, Ids, Layout, Lookup, Postings, TermPostings, contains


class Candidates:
    """c items and all their passages, in local numbers.

    :param items: collection numbers, ascending; at least one.
    """

    def __init__(self, items: Ids, layout: Layout, source: Lookup) -> None:
        self.items = items
        self._source = source
        self._known: dict[tuple[str, str], TermPostings] = {}
        self._starts, self._ends = layout.starts[items], layout.ends[items]
        sizes = self._ends - self._starts
        self.offsets = (np.cumsum(sizes) - sizes).astype(np.int32)  # first passage of each item
        self.item_of = np.repeat(np.arange(len(items), dtype=np.int32), sizes)
        self.lengths = layout.item_norm[items]  # in average lengths
        self._shift = self._starts - self.offsets
        # Collection numbers of the passages.
        self.passages = np.arange(len(self.item_of), dtype=np.int32) + self._shift[self.item_of]

    def lookup(self, group: str, term: str) -> TermPostings:
        """A term's postings in local numbers; `found` stays that of the whole collection."""
        key = (group, term)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._cut(self._source(group, term))
        return known

    def _cut(self, found: TermPostings) -> TermPostings:
        places = np.flatnonzero(contains(found.items.ids, self.items)).astype(np.int32)
        if not len(places):
            return TermPostings(NOWHERE, NOWHERE, NO_IDS)
        at = found.items.ids.searchsorted(self.items[places])
        items = found.items._replace(ids=places, weights=found.items.weights[at])
        titled = np.flatnonzero(contains(found.titled, self.items)).astype(np.int32)
        return TermPostings(self._passages(found.passages, places), items, titled)

    def _passages(self, found: Postings, places: Ids) -> Postings:
        """The postings that lie within the items at those places."""
        low = found.ids.searchsorted(self._starts[places])
        sizes = found.ids.searchsorted(self._ends[places]) - low
        ends = np.cumsum(sizes)
        at = np.arange(ends[-1]) + np.repeat(low - (ends - sizes), sizes)
        ids = found.ids[at] - np.repeat(self._shift[places], sizes)
        return found._replace(ids=ids, weights=found.weights[at])

    def best(self, scores: Floats) -> Ids:
        """The best passage of each item; the first of equals.

        :param scores: a score per passage.
        """
        top = np.maximum.reduceat(scores, self.offsets)
        equal = np.flatnonzero(scores == top[self.item_of])
        return equal[equal.searchsorted(self.offsets)].astype(np.int32)

    def ranked(self, scores: Floats, place: int) -> Ids:
        """All passages of one item, best first, ties by position."""
        start = int(self.offsets[place])
        end = start + int(self._ends[place] - self._starts[place])
        order = np.argsort(-scores[start:end], kind="stable")
        return (start + order).astype(np.int32)
