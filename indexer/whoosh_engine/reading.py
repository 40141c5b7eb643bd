"""The newest commit, opened once and shared by all threads."""

from __future__ import annotations

import pickle
import struct
import threading
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from whoosh.index import FileIndex

from ..errors import IndexCorrupt, IndexUnavailable
from ..features import Weights
from ..postings import Ids, TermPostings
from .collection import Collection, build_collection
from .postings import read_in_place, read_postings
from .segments import BoundedCache, SegmentColumns
from .terms import TermCache, reweighed
from .vocabulary import WordCache

TERM_CACHE_BYTES = 128_000_000
WORDS_KEPT = 200_000
REFS_KEPT = 20_000
_DAMAGED = (struct.error, pickle.UnpicklingError, EOFError, UnicodeDecodeError, zlib.error)


@contextmanager
def naming_damage() -> Iterator[None]:
    """A file that is damaged inside is noticed only where it is read.

    :raises IndexCorrupt: what was read makes no sense.
    """
    try:
        yield
    except _DAMAGED as error:
        raise IndexCorrupt("索引文件损坏，请执行重建索引。") from error


@dataclass(eq=False)
class View:
    """One generation of the index.

    Dictionary and postings of `leaves` may be read by all threads at once; whoever reads
    anything else through them holds `lock`, for Whoosh moves a file position about.
    """

    collection: Collection
    reader: Any
    leaves: list[Any]
    terms: TermCache
    words: WordCache
    refs: BoundedCache[tuple[str, int]]
    lock: threading.RLock

    def postings(self, group: str, term: str, weights: Weights) -> TermPostings:
        """A term's postings in collection numbers, live counts included."""
        collection = self.collection
        known = self.terms.current(collection.numbering, group, term)
        if known is None:
            known = self.terms.bring_up(
                collection.numbering,
                collection.layout,
                collection.parts,
                self.leaves,
                group,
                term,
            )
        own = collection.numbering.weights
        if (weights.k1, weights.b) == (own.k1, own.b):
            return known.ready
        return reweighed(known, collection.layout, weights)

    def items_with_id(self, item_id: str) -> list[int]:
        """The live items of that id: none, or one."""
        layout = self.collection.layout
        found: list[int] = []
        for part, leaf in zip(self.collection.parts, self.leaves, strict=True):
            passages: Ids = read_postings(leaf, "key", item_id).ids + part.base
            found += map(int, layout.item_of[passages[layout.live[passages]]])
        return list(dict.fromkeys(found))

    def ref(self, passage: int) -> tuple[str, int]:
        """Item id and revision of a collection passage."""
        at, document = self.collection.place(passage)
        key = (self.collection.parts[at].segment_id, document)
        known = self.refs.get(key)
        if known is None:
            with self.lock:
                item_id, rev = self.leaves[at].stored_fields(document)["ref"]
            known = item_id, rev
            self.refs.put(key, known, 1)
        return known


class Readers:
    """Hands out the view of the newest commit, made by this or any other process.

    Whoosh's own reader reuse is not used: a new reader is opened, and the old one closed when
    the last question that uses it has ended.
    """

    def __init__(self, index: FileIndex, weights: Weights) -> None:
        self._index, self._weights = index, weights
        self._lock = threading.Lock()
        self._view: View | None = None
        self._columns: dict[str, SegmentColumns] = {}
        self._terms = TermCache(TERM_CACHE_BYTES)
        self._words = WordCache(WORDS_KEPT)
        self._refs: BoundedCache[tuple[str, int]] = BoundedCache(REFS_KEPT)
        self._closed = False

    def current(self) -> View:
        """The newest generation.

        :raises IndexUnavailable: closed, or no index can be seen (and none was open).
        :raises IndexCorrupt: the index is there but cannot be read.
        """
        if self._closed:
            raise IndexUnavailable("索引已关闭。")
        view = self._view
        generation = self._index.latest_generation()
        # 0 or less also means that the folder could not be listed (no file handles left):
        # then the open view is still good, and a missing one must not be taken for empty.
        if generation <= 0 and view is None:
            raise IndexUnavailable("没有可用的索引，请先执行重建索引。")
        if view is None or generation > view.collection.numbering.generation:
            return self._reopened(generation)
        return view

    def _reopened(self, generation: int) -> View:
        with self._lock:
            if self._closed:
                raise IndexUnavailable("索引已关闭。")
            view = self._view
            if view is None or view.collection.numbering.generation < generation:
                view = self._view = self._open_view()
            return view

    def _open_view(self) -> View:
        try:
            reader = self._index.reader()
        except OSError as error:
            raise IndexUnavailable("无法打开索引文件，请检查磁盘与权限。") from error
        except Exception as error:
            raise IndexCorrupt("索引文件损坏，请执行重建索引。") from error
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        for leaf in leaves:
            read_in_place(leaf)
        collection = self._collection(reader.generation(), leaves)
        caches = (self._terms, self._words, self._refs)
        view = View(collection, reader, leaves, *caches, threading.RLock())
        weakref.finalize(view, reader.close)
        return view

    def _collection(self, generation: int, leaves: list[Any]) -> Collection:
        ids = [str(leaf.segment().segment_id()) for leaf in leaves]
        self._columns = {
            segment_id: self._columns.get(segment_id) or SegmentColumns.read(leaf)
            for segment_id, leaf in zip(ids, leaves, strict=True)
        }
        self._words.keep(set(ids))
        columns = list(self._columns.values())
        return build_collection(generation, leaves, columns, self._weights)

    def close(self) -> None:
        """Give the files back; a question still running keeps its own until it ends."""
        with self._lock:
            self._closed = True
            self._view = None
