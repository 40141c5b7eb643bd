"""Readers that are always current: one per thread, replaced when the generation changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from whoosh.index import FileIndex

from ..errors import IndexCorrupt, IndexUnavailable
from ..rank import Weights
from .collection import Collection, build_collection
from .postings import SegmentPostings
from .segments import BoundedCache, SegmentColumns

RAW_CACHE_POSTINGS = 20_000_000
_ATTEMPTS = 5


@dataclass
class View:
    """One generation through one thread's own readers."""

    collection: Collection
    reader: Any
    leaves: list[Any]

    def ref(self, passage: int) -> tuple[str, int]:
        """Item id and revision of a collection passage."""
        at, document = self.collection.place(passage)
        item_id, rev = self.leaves[at].stored_fields(document)["ref"]
        return item_id, rev


class Readers:
    """Hands each thread its view of the newest commit, made by this or any other process.

    Whoosh's own reader reuse is not used: a new reader is opened and the old one closed.
    """

    def __init__(self, index: FileIndex, weights: Weights) -> None:
        self._index, self._weights = index, weights
        self._local = threading.local()
        self._lock = threading.Lock()
        self._collection: Collection | None = None
        self._columns: dict[str, SegmentColumns] = {}
        self._raw: BoundedCache[SegmentPostings] = BoundedCache(RAW_CACHE_POSTINGS)
        self._open: set[Any] = set()
        self._closed = False

    def current(self) -> View:
        """The newest generation.

        :raises IndexUnavailable: closed, or no index can be seen (and none was open).
        :raises IndexCorrupt: the index is there but cannot be read.
        """
        if self._closed:
            raise IndexUnavailable("索引已关闭。")
        view: View | None = getattr(self._local, "view", None)
        generation = self._index.latest_generation()
        # 0 or less also means that the folder could not be listed (no file handles left):
        # then the open view is still good, and a missing one must not be taken for empty.
        if generation <= 0 and view is None:
            raise IndexUnavailable("没有可用的索引，请先执行重建索引。")
        if view is None or (generation > 0 and generation != view.collection.generation):
            view = self._reopen(view)
        return view

    def _reopen(self, old: View | None) -> View:
        for _ in range(_ATTEMPTS):
            view = self._open_view()
            if view is not None:
                self._local.view = view
                if old is not None:
                    self._discard(old.reader)
                return view
        raise IndexUnavailable("索引正在频繁更新，暂时无法读取，请重试。")

    def _open_view(self) -> View | None:
        try:
            reader = self._index.reader()
        except OSError as error:
            raise IndexUnavailable("无法打开索引文件，请检查磁盘与权限。") from error
        except Exception as error:
            raise IndexCorrupt("索引文件损坏，请执行重建索引。") from error
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        with self._lock:
            self._open.add(reader)
            collection = self._collection
            generation = reader.generation()
            if collection is None or generation > collection.generation:
                collection = self._collection = self._build(generation, leaves)
        if generation != collection.generation:
            self._discard(reader)  # another thread saw a newer commit in between
            return None
        return View(collection, reader, leaves)

    def _build(self, generation: int, leaves: list[Any]) -> Collection:
        ids = [str(leaf.segment().segment_id()) for leaf in leaves]
        for segment_id, leaf in zip(ids, leaves, strict=True):
            if segment_id not in self._columns:
                self._columns[segment_id] = SegmentColumns.read(leaf)
        self._columns = {segment_id: self._columns[segment_id] for segment_id in ids}
        known = set(ids)
        self._raw.keep(lambda key: key[0] in known)
        columns = [self._columns[segment_id] for segment_id in ids]
        return build_collection(generation, leaves, columns, self._weights, self._raw)

    def _discard(self, reader: Any) -> None:
        with self._lock:
            self._open.discard(reader)
        reader.close()

    def close(self) -> None:
        """Close every thread's reader."""
        self._closed = True
        with self._lock:
            for reader in self._open:
                reader.close()
            self._open.clear()
