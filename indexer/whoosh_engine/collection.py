"""One generation of the index as arrays: all segments end to end, deleted passages masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine import Filters
from ..features import Floats, Mask, Weights
from ..places import Places, unnamed_regions
from ..postings import Ids, Layout
from ..schema import NUMBER_COLUMNS, TEXT_COLUMNS
from .segments import SegmentColumns
from .terms import Numbering, Part

_FILTERS_KEPT = 64
_DAYS_A_YEAR = 365.25


@dataclass
class Collection:
    """Shared by all threads; only its masks are filled lazily.

    Deleted passages and the marker keep a number, so that a commit leaves the numbers of older
    segments as they were. They count nowhere: not in averages, not in an idf, not in a result.
    """

    numbering: Numbering
    parts: list[Part]
    layout: Layout
    numbers: dict[str, NDArray[np.int32]]  # column -> value per passage
    item_codes: dict[str, NDArray[np.int32]]
    codes: dict[str, dict[str, int]]
    places: Places
    _allowed: dict[Filters, tuple[Mask, Mask]] = field(default_factory=dict)

    def allowed(self, filters: Filters) -> tuple[Mask, Mask]:
        """Which items may be shown, and which passages: live, in force, right audience, chosen."""
        known = self._allowed.get(filters)
        if known is None:
            items = self.layout.live_items.copy()
            for _, mask in self._filter_masks(filters):
                items &= mask
            known = items, items[self.layout.item_of]
            if len(self._allowed) >= _FILTERS_KEPT:
                self._allowed.clear()
            self._allowed[filters] = known
        return known

    def masks(self, filters: Filters) -> tuple[tuple[str, int], ...]:
        """(filter, items left after it and those before it), to explain a search."""
        items = self.layout.live_items.copy()
        left = []
        for name, mask in self._filter_masks(filters):
            items &= mask
            left.append((name, int(items.sum())))
        return tuple(left)

    def _filter_masks(self, filters: Filters) -> Iterator[tuple[str, Mask]]:
        day = filters.as_of.toordinal()
        starts = self.layout.starts
        in_force = self.numbers["from_day"][starts] <= day
        yield "as_of", in_force & (self.numbers["until_day"][starts] >= day)
        yield "audience", self._has("audience", filters.audiences)
        chosen = {
            "kind": filters.kinds,
            "unit": filters.units,
            "category": filters.categories,
            "region": self._region_values(filters.regions),
        }
        for column, values in chosen.items():
            if values:
                yield column, self._has(column, values)

    def _region_values(self, regions: frozenset[str]) -> frozenset[str]:
        """Column values of the entries of any of the regions, and of the whole city's (none)."""
        known = self.codes["region"]
        fitting = {text for text in known if not text or not regions.isdisjoint(text.split())}
        return frozenset(fitting | regions) if regions else regions

    def _has(self, column: str, values: frozenset[str]) -> Mask:
        codes = [self.codes[column][value] for value in values if value in self.codes[column]]
        return np.isin(self.item_codes[column], codes)

    def of_kind(self, kind: str, items: Ids) -> Mask:
        """Which of the items are of a kind."""
        return self.item_codes["kind"][items] == self.codes["kind"].get(kind, -1)

    def in_other_districts(self, items: Ids, asked: str, regions: frozenset[str]) -> Mask:
        """Which of the items hold in districts only that neither a question nor a filter names."""
        if regions:
            return np.zeros(len(items), np.bool_)
        return unnamed_regions(list(self.codes["region"]), asked)[self.item_codes["region"][items]]

    def age(self, items: Ids, day: date) -> Floats:
        """Years from each item's issue to a day, infinite where it is not known."""
        issued = self.numbers["issued_day"][self.layout.starts[items]]
        years = np.maximum(day.toordinal() - issued, 0) / _DAYS_A_YEAR
        return np.where(issued > 0, years, np.inf).astype(np.float32)

    def place(self, passage: int) -> tuple[int, int]:
        """Segment place and document number in it of a collection passage."""
        for at in range(len(self.parts) - 1, -1, -1):
            if passage >= self.parts[at].base:
                return at, passage - self.parts[at].base
        raise IndexError(passage)


def build_collection(
    generation: int,
    readers: Sequence[Any],
    columns: Sequence[SegmentColumns],
    weights: Weights,
) -> Collection:
    """Lay all segments end to end."""
    parts: list[Part] = []
    base = item_base = 0
    alive: list[Mask] = []
    for reader, column in zip(readers, columns, strict=True):
        segment_id = str(reader.segment().segment_id())
        live, worn = _live(reader, column)
        alive.append(live)
        parts.append(Part(segment_id, base, item_base, column, worn))
        base += column.size
        item_base += len(column.starts)
    numbers = {
        name: np.concatenate([column.numbers[name] for column in columns])
        for name in NUMBER_COLUMNS
    }
    layout = Layout.of(numbers["first"], numbers["body_length"], np.concatenate(alive))
    codes, item_codes = _merged_codes(columns)
    numbering = Numbering(
        generation=generation,
        segments=tuple(part.segment_id for part in parts),
        bases=(*((part.base, part.item_base) for part in parts), (base, item_base)),
        steps=layout.steps,
        weights=weights,
    )
    places = Places(
        list(codes["place"]),
        item_codes["place"],
        list(codes["origin"]),
        item_codes["origin"],
        layout.live_items,
    )
    return Collection(numbering, parts, layout, numbers, item_codes, codes, places)


def _live(reader: Any, column: SegmentColumns) -> tuple[Mask, bool]:
    """Which documents are live passages, and whether a passage was deleted."""
    passages = column.numbers["ordinal"] >= 0  # the marker document has ordinal -1
    deleted = list(reader.segment().deleted_docs()) if reader.has_deletions() else []
    worn = bool(passages[deleted].any())
    passages[deleted] = False
    return passages, worn


def _merged_codes(
    columns: Sequence[SegmentColumns],
) -> tuple[dict[str, dict[str, int]], dict[str, NDArray[np.int32]]]:
    """One numbering of the texts of each column over all segments; a code per item."""
    codes: dict[str, dict[str, int]] = {name: {} for name in TEXT_COLUMNS}
    out: dict[str, NDArray[np.int32]] = {}
    for name in TEXT_COLUMNS:
        known = codes[name]
        pieces = []
        for column in columns:
            mapping = [known.setdefault(text, len(known)) for text in column.texts[name]]
            pieces.append(np.asarray(mapping, np.int32)[column.codes[name][column.starts]])
        out[name] = np.concatenate(pieces)
    return codes, out
