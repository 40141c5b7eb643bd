"""One generation of the index as arrays: live passages only, statistics over all segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine import Filters
from ..rank import FieldCounts, Ids, Layout, Mask, TermPostings, Weights, spread, weigh
from ..schema import GROUPS, NUMBER_COLUMNS, TEXT_COLUMNS, FieldSpec
from .postings import SegmentPostings, read_postings, terms_with_prefix
from .segments import BoundedCache, SegmentColumns

WEIGHTED_CACHE_POSTINGS = 20_000_000  # about 240 MB at most
SOUND_CACHE_WORDS = 100_000
_MAX_SOUNDING = 200


@dataclass(frozen=True)
class _Part:
    """One segment's place in the collection."""

    segment_id: str
    base: int  # collection number of its first live passage
    numbers: NDArray[np.int64]  # segment document -> collection passage, -1 when not live
    documents: NDArray[np.int64]  # live documents of the segment, in order


@dataclass
class Collection:
    """Shared by all threads; filled lazily, never changed otherwise.

    Deleted passages and the marker are left out here, once, so that counts, averages and
    results are those of an index that never held them.
    """

    generation: int
    parts: list[_Part]
    layout: Layout
    item_numbers: dict[str, NDArray[np.int64]]  # column -> value per item
    item_codes: dict[str, NDArray[np.int64]]
    codes: dict[str, dict[str, int]]
    ordinals: NDArray[np.int32]
    weights: Weights
    raw: BoundedCache[SegmentPostings]
    weighted: BoundedCache[TermPostings] = field(
        default_factory=lambda: BoundedCache(WEIGHTED_CACHE_POSTINGS)
    )
    sounds: BoundedCache[list[tuple[str, int]]] = field(
        default_factory=lambda: BoundedCache(SOUND_CACHE_WORDS)
    )

    def postings(self, readers: Sequence[Any], group: str, term: str) -> TermPostings:
        """A term's weighted postings, read through the calling thread's own segment readers."""
        key = (group, term)
        found = self.weighted.get(key)
        if found is None:
            counts = [self._counts(readers, spec, term) for spec in GROUPS[group]]
            found = weigh(
                [part for part in counts if len(part.passages)], self.layout, self.weights
            )
            self.weighted.put(key, found, len(found.passages) + len(found.items) + 1)
        return found

    def _counts(self, readers: Sequence[Any], spec: FieldSpec, term: str) -> FieldCounts:
        passages, counts = [], []
        for part, reader in zip(self.parts, readers, strict=True):
            raw = self._raw(part, reader, spec.name, term)
            numbers = part.numbers[raw.ids]
            live = numbers >= 0
            passages.append(numbers[live])
            counts.append(raw.counts[live])
        ids = np.concatenate(passages)
        amounts = np.concatenate(counts)
        items = self.layout.item_of[ids]
        if not spec.per_item:
            return FieldCounts(ids, amounts, spec.weight, items, amounts)
        spread_ids, spread_amounts = spread(items, amounts, self.layout)
        return FieldCounts(spread_ids, spread_amounts, spec.weight, items, amounts)

    def _raw(self, part: _Part, reader: Any, field_name: str, term: str) -> SegmentPostings:
        key = (part.segment_id, field_name, term)
        found = self.raw.get(key)
        if found is None:
            found = read_postings(reader, field_name, term)
            self.raw.put(key, found, len(found.ids) + 1)
        return found

    def sounding(self, readers: Sequence[Any], kind: str, key: str) -> list[tuple[str, int]]:
        """Words stored under a sound key; the strongest strength over segments."""
        prefix = f"{kind}{key}|"
        known = self.sounds.get((prefix,))
        if known is not None:
            return known
        found: dict[str, int] = {}
        for reader in readers:
            for term, strength in terms_with_prefix(reader, "sound", prefix):
                word = term[len(prefix) :]
                found[word] = max(int(strength), found.get(word, 0))
                if len(found) >= _MAX_SOUNDING:
                    break
        words = sorted(found.items())
        self.sounds.put((prefix,), words, len(words) + 1)
        return words

    def allowed_items(self, filters: Filters) -> Mask:
        """Which items may be shown: in force on the day, right audience, chosen values."""
        mask = np.ones(self.layout.item_count, np.bool_)
        for _, part in self._filter_masks(filters):
            mask &= part
        return mask

    def masks(self, filters: Filters) -> tuple[tuple[str, int], ...]:
        """(filter, items left after it and those before it), to explain a search."""
        mask = np.ones(self.layout.item_count, np.bool_)
        left = []
        for name, part in self._filter_masks(filters):
            mask &= part
            left.append((name, int(mask.sum())))
        return tuple(left)

    def _filter_masks(self, filters: Filters) -> Iterator[tuple[str, Mask]]:
        day = filters.as_of.toordinal()
        starts, ends = self.item_numbers["from_day"], self.item_numbers["until_day"]
        yield "as_of", (starts <= day) & (ends >= day)
        yield "audience", self._has("audience", filters.audiences)
        chosen = {
            "kind": filters.kinds,
            "unit": filters.units,
            "category": filters.categories,
            "region": filters.regions,
        }
        for column, values in chosen.items():
            if values:
                yield column, self._has(column, values)

    def items_with_id(self, readers: Sequence[Any], item_id: str) -> Ids:
        """The item of that id; none if it is not in the index."""
        found = []
        for part, reader in zip(self.parts, readers, strict=True):
            numbers = part.numbers[self._raw(part, reader, "key", item_id).ids]
            found.append(self.layout.item_of[numbers[numbers >= 0]])
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    def _has(self, column: str, values: frozenset[str]) -> Mask:
        codes = [self.codes[column][value] for value in values if value in self.codes[column]]
        return np.isin(self.item_codes[column], codes)

    def items_of_kind(self, kind: str) -> Mask:
        return self._has("kind", frozenset({kind}))

    def place(self, passage: int) -> tuple[int, int]:
        """Segment place and document number in it of a collection passage."""
        for at in range(len(self.parts) - 1, -1, -1):
            part = self.parts[at]
            if passage >= part.base:
                return at, int(part.documents[passage - part.base])
        raise IndexError(passage)


def build_collection(
    generation: int,
    readers: Sequence[Any],
    columns: Sequence[SegmentColumns],
    weights: Weights,
    raw: BoundedCache[SegmentPostings],
) -> Collection:
    """Lay the live passages of all segments end to end."""
    parts: list[_Part] = []
    base = 0
    for reader, column in zip(readers, columns, strict=True):
        live = _live(reader, column)
        documents = np.flatnonzero(live)
        numbers = np.where(live, np.cumsum(live) - 1 + base, -1)
        parts.append(_Part(str(reader.segment().segment_id()), base, numbers, documents))
        base += len(documents)
    numbers_by_name = {
        name: np.concatenate(
            [c.numbers[name][p.documents] for p, c in zip(parts, columns, strict=True)]
        )
        for name in NUMBER_COLUMNS
    }
    layout = Layout.of(numbers_by_name["first"], numbers_by_name["body_length"])
    codes, passage_codes = _merged_codes(parts, columns)
    return Collection(
        generation=generation,
        parts=parts,
        layout=layout,
        item_numbers={
            name: numbers_by_name[name][layout.starts].astype(np.int64)
            for name in ("from_day", "until_day")
        },
        item_codes={name: passage_codes[name][layout.starts] for name in TEXT_COLUMNS},
        codes=codes,
        ordinals=numbers_by_name["ordinal"],
        weights=weights,
        raw=raw,
    )


def _live(reader: Any, column: SegmentColumns) -> NDArray[np.bool_]:
    live = column.numbers["ordinal"] >= 0  # the marker document has ordinal -1
    deleted = list(reader.segment().deleted_docs()) if reader.has_deletions() else []
    live[deleted] = False
    return live


def _merged_codes(
    parts: Sequence[_Part], columns: Sequence[SegmentColumns]
) -> tuple[dict[str, dict[str, int]], dict[str, NDArray[np.int64]]]:
    """One numbering of the texts of each column over all segments."""
    codes: dict[str, dict[str, int]] = {name: {} for name in TEXT_COLUMNS}
    out: dict[str, NDArray[np.int64]] = {}
    for name in TEXT_COLUMNS:
        known = codes[name]
        pieces = []
        for part, column in zip(parts, columns, strict=True):
            mapping = [known.setdefault(text, len(known)) for text in column.texts[name]]
            pieces.append(np.asarray(mapping, np.int64)[column.codes[name][part.documents]])
        out[name] = np.concatenate(pieces)
    return codes, out
