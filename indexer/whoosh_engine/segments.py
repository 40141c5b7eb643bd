"""What is read once per immutable Whoosh segment and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..postings import Ids
from ..schema import NUMBER_COLUMNS, TEXT_COLUMNS
from .postings import number_column, text_column

Value = TypeVar("Value")


@dataclass(frozen=True)
class SegmentColumns:
    """Every column of one segment, a value per document, deleted ones included.

    Items are numbered within the segment; an item never lies in two segments.
    """

    size: int
    numbers: dict[str, NDArray[np.int32]]
    codes: dict[str, NDArray[np.int32]]
    texts: dict[str, list[str]]
    item_of: Ids
    starts: Ids  # first document of each item
    ends: Ids

    @classmethod
    def read(cls, reader: Any) -> SegmentColumns:
        coded = {name: text_column(reader, name) for name in TEXT_COLUMNS}
        numbers = {name: number_column(reader, name) for name in NUMBER_COLUMNS}
        size = len(numbers["first"])
        starts = np.flatnonzero(numbers["first"]).astype(np.int32)
        return cls(
            size=size,
            numbers=numbers,
            codes={name: codes for name, (codes, _) in coded.items()},
            texts={name: texts for name, (_, texts) in coded.items()},
            item_of=(np.cumsum(numbers["first"] != 0) - 1).astype(np.int32),
            starts=starts,
            ends=np.append(starts[1:], size).astype(np.int32)[: len(starts)],
        )


class BoundedCache(Generic[Value]):
    """Least recently used values up to a total size; safe between threads.

    :param limit: the most the sizes given to `put` may add up to.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        with self._lock:
            old = self._values.pop(key, None)
            self._size += size - (old[1] if old else 0)
            self._values[key] = (value, size)
            while self._size > self._limit and len(self._values) > 1:
                _, (_, dropped) = self._values.popitem(last=False)
                self._size -= dropped

    @property
    def filled(self) -> float:
        """Share of the limit in use."""
        return self._size / self._limit

    def keep(self, wanted: Callable[[Any], bool]) -> None:
        """Forget every value whose key is not wanted."""
        with self._lock:
            for key in [key for key in self._values if not wanted(key)]:
                _, dropped = self._values.pop(key)
                self._size -= dropped
