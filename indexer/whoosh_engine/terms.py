"""Term postings ready to be ranked, kept over commits.

A segment never changes, so what was read of it stays true. After a commit a term's arrays are
extended by the new segments, and read again only from the first segment that was merged away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..features import Floats, Mask, Weights
from ..postings import NO_FLOATS, NO_IDS, Ids, Layout, Postings, TermPostings, contains, saturate
from ..schema import GROUPS, FieldSpec
from .postings import SegmentPostings, read_postings
from .segments import BoundedCache, SegmentColumns

_OVERHEAD_BYTES = 1_000  # of an entry without postings
_DENSE_SHARE = 8  # above 1/8 of the numbers in their range, counting in place beats sorting

_MOST = float(np.finfo(np.float16).max)
_NAMING = 1.0  # a field of the item from this weight on is its title or a 相似问


@dataclass(frozen=True)
class Part:
    """One segment's place in the collection: numbers of its first passage and item.

    :param worn: whether passages of it are deleted.
    """

    segment_id: str
    base: int
    item_base: int
    columns: SegmentColumns
    worn: bool


@dataclass(frozen=True)
class Numbering:
    """What the numbers and weights of a term's arrays depend on; small, so that it may be kept.

    :param weights: of the engine (a term's finished weights hold k1 and b).
    """

    generation: int
    segments: tuple[str, ...]
    bases: tuple[tuple[int, int], ...]  # where each segment begins, and at last the end
    steps: tuple[float, float]
    weights: Weights

    def shared(self, other: Numbering) -> int:
        """How many of the first segments are the same, and so numbered the same."""
        count = 0
        for mine, theirs in zip(self.segments, other.segments, strict=False):
            if mine != theirs:
                break
            count += 1
        return count


class _Counted(NamedTuple):
    """Sorted numbers, the weighted count in each (16 bits are exact enough) and its weight."""

    ids: Ids
    amounts: NDArray[np.float16]
    weights: Floats

    def first(self, count: int) -> _Counted:
        return _Counted(self.ids[:count], self.amounts[:count], self.weights[:count])


_NOTHING = _Counted(NO_IDS, np.empty(0, np.float16), NO_FLOATS)


@dataclass(frozen=True)
class _Known:
    """A term as it stands in one generation."""

    numbering: Numbering
    passages: _Counted
    items: _Counted
    titled: Ids
    ready: TermPostings

    @property
    def size(self) -> int:
        arrays = (*self.passages, *self.items, self.titled)
        return _OVERHEAD_BYTES + sum(array.nbytes for array in arrays)


class TermCache:
    """Shared by all threads and generations of an engine.

    :param limit_bytes: the most the arrays may take.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._known: BoundedCache[_Known] = BoundedCache(limit_bytes)

    @property
    def filled(self) -> float:
        """Share of the cache in use."""
        return self._known.filled

    def current(self, numbering: Numbering, group: str, term: str) -> _Known | None:
        known = self._known.get((group, term))
        return known if known is not None and known.numbering is numbering else None

    def bring_up(
        self,
        numbering: Numbering,
        layout: Layout,
        parts: Sequence[Part],
        leaves: Sequence[Any],
        group: str,
        term: str,
    ) -> _Known:
        """Read what is new since the arrays were last used."""
        old = self._known.get((group, term))
        shared = numbering.shared(old.numbering) if old else 0
        read = [_kept(old, numbering, shared)] if old and shared else []
        if shared < len(parts) or not read:
            read.append(_read(parts[shared:], leaves[shared:], group, term))
        passages, items, titled = (list(column) for column in zip(*read, strict=True))
        weigh_all = old is None or old.numbering.steps != numbering.steps
        known = _made(numbering, layout, passages, items, titled, weigh_all)
        self._known.put((group, term), known, known.size)
        return known


_Read = tuple[_Counted, _Counted, Ids]


def _kept(old: _Known, numbering: Numbering, shared: int) -> _Read:
    """The part of a term's arrays that lies in the first `shared` segments."""
    if shared == len(old.numbering.segments):
        return old.passages, old.items, old.titled
    base, item_base = numbering.bases[shared]
    passages = int(old.passages.ids.searchsorted(base))
    items = int(old.items.ids.searchsorted(item_base))
    return (
        old.passages.first(passages),
        old.items.first(items),
        old.titled[: int(old.titled.searchsorted(item_base))],
    )


def _read(parts: Sequence[Part], leaves: Sequence[Any], group: str, term: str) -> _Read:
    """All fields of a group added up over segments next to each other; not weighed yet."""
    in_passages: list[SegmentPostings] = []
    in_items: list[SegmentPostings] = []
    titled: list[Ids] = []
    for spec in GROUPS[group]:
        passages, items = _field(parts, leaves, spec, term)
        if len(items.ids):
            in_passages.append(passages)
            in_items.append(items)
            if spec.per_item and spec.weight >= _NAMING:
                titled.append(items.ids)
    named = np.unique(np.concatenate(titled)) if titled else NO_IDS
    return _added(in_passages), _added(in_items), named


def _field(
    parts: Sequence[Part], leaves: Sequence[Any], spec: FieldSpec, term: str
) -> tuple[SegmentPostings, SegmentPostings]:
    """One field's weighted counts in collection numbers: by passage, and by item as they stand.

    An item that says the term in several passages stands there several times.
    """
    in_passages: list[SegmentPostings] = []
    in_items: list[SegmentPostings] = []
    for part, leaf in zip(parts, leaves, strict=True):
        read = read_postings(leaf, spec.name, term)
        if not len(read.ids):
            continue
        weighted = read.counts * np.float32(spec.weight)
        items = part.columns.item_of[read.ids]
        found = SegmentPostings(read.ids, weighted)
        if spec.per_item:
            found = _spread(items, weighted, part.columns)
        in_passages.append(SegmentPostings(found.ids + np.int32(part.base), found.counts))
        in_items.append(SegmentPostings(items + np.int32(part.item_base), weighted))
    return _end_to_end(in_passages), _end_to_end(in_items)


def _end_to_end(parts: Sequence[SegmentPostings]) -> SegmentPostings:
    if len(parts) == 1:
        return parts[0]
    ids = np.concatenate([NO_IDS, *(part.ids for part in parts)])
    return SegmentPostings(ids, np.concatenate([NO_FLOATS, *(part.counts for part in parts)]))


def _spread(items: Ids, values: Floats, columns: SegmentColumns) -> SegmentPostings:
    """Give every passage of each item the item's value; items are distinct and sorted."""
    sizes = columns.ends[items] - columns.starts[items]
    ends = np.cumsum(sizes)
    shift = columns.starts[items] - (ends - sizes)
    ids = np.arange(ends[-1]) + np.repeat(shift, sizes)
    return SegmentPostings(ids.astype(np.int32), np.repeat(values, sizes))


def _added(parts: Sequence[SegmentPostings]) -> _Counted:
    """Add up counts that stand at the same number."""
    if not parts:
        return _NOTHING
    ids, counts = _end_to_end(parts)
    first, last = int(ids.min()), int(ids.max())
    if len(ids) * _DENSE_SHARE > last - first:
        summed = np.bincount(ids - first, weights=counts)
        unique = np.flatnonzero(summed)
        amounts = summed[unique]
        unique = unique + first
    else:
        unique, places = np.unique(ids, return_inverse=True)
        amounts = np.bincount(places, weights=counts)
    # More would be infinite in 16 bits, and its weight no number; the weight is full long before.
    counted = np.minimum(amounts, _MOST).astype(np.float16)
    return _Counted(unique.astype(np.int32, copy=False), counted, NO_FLOATS)


def _made(
    numbering: Numbering,
    layout: Layout,
    passages: list[_Counted],
    items: list[_Counted],
    titled: list[Ids],
    weigh_all: bool,
) -> _Known:
    in_passages = _weighed(passages, layout.passage_norm, numbering.weights, weigh_all)
    in_items = _weighed(items, layout.item_norm, numbering.weights, weigh_all)
    named = np.concatenate(titled) if len(titled) > 1 else titled[0]
    ready = TermPostings(
        _ready(in_passages, layout.live, layout.dead),
        _ready(in_items, layout.live_items, layout.dead_items),
        named,
    )
    return _Known(numbering, in_passages, in_items, named, ready)


def _weighed(parts: list[_Counted], norm: Floats, weights: Weights, weigh_all: bool) -> _Counted:
    """Parts end to end. Weights that are there stay while the average lengths keep their step."""
    ids, amounts = parts[0].ids, parts[0].amounts
    if len(parts) > 1:
        ids = np.concatenate([part.ids for part in parts])
        amounts = np.concatenate([part.amounts for part in parts])
    done = 0 if weigh_all else len(parts[0].weights)
    fresh = saturate(amounts[done:], norm[ids[done:]], weights.k1, weights.b)
    return _Counted(ids, amounts, np.concatenate([parts[0].weights[:done], fresh]))


def _ready(counted: _Counted, live: Mask, dead: Ids) -> Postings:
    ids = counted.ids
    top = float(counted.weights.max()) if len(ids) else 0.0
    if len(dead) < len(ids):
        found = len(ids) - int(np.count_nonzero(contains(ids, dead)))
    else:
        found = int(np.count_nonzero(live[ids]))
    return Postings(ids, counted.weights, top, found)


def reweighed(known: _Known, layout: Layout, weights: Weights) -> TermPostings:
    """The same term under other k1 and b, for trying."""
    parts = []
    for counted, norm, ready in (
        (known.passages, layout.passage_norm, known.ready.passages),
        (known.items, layout.item_norm, known.ready.items),
    ):
        values = saturate(counted.amounts, norm[counted.ids], weights.k1, weights.b)
        top = float(values.max()) if len(values) else 0.0
        parts.append(ready._replace(weights=values, top=top))
    return TermPostings(parts[0], parts[1], known.titled)
