"""What is read once per immutable Whoosh segment and kept: columns, and postings by need."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..schema import NUMBER_COLUMNS, TEXT_COLUMNS
from .postings import number_column, text_column

Key = tuple[str, ...]
Value = TypeVar("Value")


@dataclass(frozen=True)
class SegmentColumns:
    """Every column of one segment, a value per document, deleted ones included."""

    numbers: dict[str, NDArray[np.int32]]
    codes: dict[str, NDArray[np.int64]]
    texts: dict[str, list[str]]

    @classmethod
    def read(cls, reader: Any) -> SegmentColumns:
        coded = {name: text_column(reader, name) for name in TEXT_COLUMNS}
        return cls(
            numbers={name: number_column(reader, name) for name in NUMBER_COLUMNS},
            codes={name: codes for name, (codes, _) in coded.items()},
            texts={name: texts for name, (_, texts) in coded.items()},
        )


class BoundedCache(Generic[Value]):
    """Least recently used values up to a total size; safe between threads.

    :param limit: the most the sizes given to `put` may add up to.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        with self._lock:
            old = self._values.pop(key, None)
            self._size += size - (old[1] if old else 0)
            self._values[key] = (value, size)
            while self._size > self._limit and len(self._values) > 1:
                _, (_, dropped) = self._values.popitem(last=False)
                self._size -= dropped

    def keep(self, wanted: Callable[[Key], bool]) -> None:
        """Forget every value whose key is not wanted."""
        with self._lock:
            for key in [key for key in self._values if not wanted(key)]:
                _, dropped = self._values.pop(key)
                self._size -= dropped
