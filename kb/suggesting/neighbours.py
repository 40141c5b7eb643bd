"""The settled requests a text is most like: they vote for their category and are shown."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.suggesting.features import BUCKETS
from kb.suggesting.linear import Vector

KEPT_FEATURES = 96
VOTERS = 15
CAPACITY = 4000


Flat = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]


class Row(NamedTuple):
    """A settled request as it is kept: its heaviest features, scaled to length 1."""

    request_id: int
    label: int
    buckets: NDArray[np.int32]
    values: NDArray[np.float16]


@dataclass(frozen=True)
class Neighbour:
    """A settled request: its id, category number, and likeness 0.0 to 1.0."""

    request_id: int
    label: int
    likeness: float


class Neighbours:
    """The newest settled requests by their heaviest features; the oldest make room."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._flat: Flat | None = None

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> list[Row]:
        """Every request, the one taken in first at the front."""
        return list(self._rows.values())

    def add(self, request_id: int, label: int, vector: Vector) -> None:
        """Take in a settled request; one that is known already is replaced."""
        buckets, values = vector
        if len(values) > KEPT_FEATURES:
            heaviest = np.argpartition(-values, KEPT_FEATURES)[:KEPT_FEATURES]
            buckets, values = buckets[heaviest], values[heaviest]
        norm = float(np.sqrt(values @ values)) or 1.0
        scaled = (values / norm).astype(np.float16)
        self.put(Row(request_id, label, buckets.astype(np.int32), scaled))

    def put(self, row: Row) -> None:
        """Take in a request as :attr:`rows` gives it; one without features is like nothing."""
        self._rows.pop(row.request_id, None)
        if len(row.buckets):
            self._rows[row.request_id] = row
        while len(self._rows) > CAPACITY:
            del self._rows[next(iter(self._rows))]
        self._flat = None

    def nearest(self, vector: Vector, limit: int = VOTERS) -> list[Neighbour]:
        """The most alike, best first; those that share nothing are left out."""
        if not self._rows:
            return []
        buckets, values, starts = self._flattened()
        asked = np.zeros(BUCKETS, np.float32)
        norm = float(np.sqrt(vector[1] @ vector[1])) or 1.0
        asked[vector[0]] = vector[1] / norm
        likeness = np.add.reduceat(asked[buckets] * values, starts)
        best = np.argsort(-likeness, kind="stable")[:limit]
        rows = self.rows
        return [
            Neighbour(rows[at].request_id, rows[at].label, float(likeness[at]))
            for at in best
            if likeness[at] > 0
        ]

    def _flattened(self) -> Flat:
        if self._flat is None:
            rows = self.rows
            sizes = np.array([len(row.buckets) for row in rows], np.int64)
            self._flat = (
                np.concatenate([row.buckets for row in rows]),
                np.concatenate([row.values for row in rows]).astype(np.float32),
                np.cumsum(sizes) - sizes,
            )
        return self._flat


def votes(found: list[Neighbour], categories: int) -> NDArray[np.float32]:
    """Each category's part of the likeness of the nearest; sums to 1, or 0 without any."""
    parts = np.zeros(categories, np.float32)
    for neighbour in found:
        parts[neighbour.label] += neighbour.likeness
    total = float(parts.sum())
    return parts / total if total else parts
