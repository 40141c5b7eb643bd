"""The embedded engine: Whoosh keeps the durable index, the scorer of `rank.py` reads it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from ..engine import Filters, Hit, SearchResult
from ..errors import IndexExists, IndexStale, IndexUnavailable
from ..evidence import coverage_of, matches_in
from ..lexicon import Lexicon, default_lexicon
from ..query import Understood, understand
from ..rank import Scorer, TermPostings, Weights, best_passages, idf, top_items
from ..records import ItemRecord
from ..schema import SCHEMA_VERSION, indexed_passages
from ..segment import Segmenter
from ..verdict import is_answered
from ..wants import PHONE
from .fields import whoosh_schema
from .reading import Readers, View
from .storage import DurableStorage
from .writing import MARKER_KEY, write_batch

LOCK_WAIT_SECONDS = 10.0
_MORE_PASSAGES = 4
_RERANKED = 30


class _IndexVocabulary:
    """The word list of one view."""

    def __init__(self, view: View) -> None:
        self._view = view

    def frequency(self, word: str) -> int:
        found = self._view.collection.postings(self._view.leaves, "words", word)
        return len(found.items)

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        return self._view.collection.sounding(self._view.leaves, kind, key)


class WhooshEngine:
    """See `indexer.engine.Engine`. Any number of threads may search; one process applies."""

    def __init__(
        self,
        storage: FileStorage,
        segmenter: Segmenter,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Use `create` or `open`."""
        self._segmenter = segmenter
        self._lexicon = lexicon or default_lexicon()
        self._index = FileIndex(storage, schema=whoosh_schema())
        self.weights = weights or Weights()
        self._readers = Readers(self._index, self.weights)

    @classmethod
    def create(
        cls, directory: str | os.PathLike[str], segmenter: Segmenter, lexicon: Lexicon | None = None
    ) -> WhooshEngine:
        """Make a new, empty index. Only a rebuild calls this; a start-up never does.

        :raises IndexExists: the folder holds anything.
        """
        folder = Path(directory)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise IndexExists("目标文件夹不是空的，重建索引必须使用新的文件夹。")
        folder.chmod(0o700)  # tables of contents are pickles: nobody else may write here
        storage = DurableStorage(str(folder))
        FileIndex.create(storage, whoosh_schema(), "MAIN")
        engine = cls(storage, segmenter, lexicon)
        engine._write([], [], marker=0)
        return engine

    @classmethod
    def open(
        cls,
        directory: str | os.PathLike[str],
        segmenter: Segmenter,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
    ) -> WhooshEngine:
        """Open an existing index for reading and writing.

        :raises IndexUnavailable: there is none; it is never created here.
        :raises IndexCorrupt: it cannot be read.
        """
        folder = Path(directory)
        if not folder.is_dir() or not any(folder.glob("_MAIN_*.toc")):
            raise IndexUnavailable("没有可用的索引，请先执行重建索引。")
        engine = cls(DurableStorage(str(folder)), segmenter, lexicon, weights)
        engine._readers.current()
        return engine

    # Writing

    def apply(self, replace: Sequence[ItemRecord], remove: Sequence[str], *, marker: int) -> None:
        if self.fingerprint() != self.expected_fingerprint():
            raise IndexStale("词典或索引结构已更新，请先重建索引再写入。")
        # The last record of an id counts: two additions in one writer would stay doubled.
        records = {record.item_id: record for record in replace}
        gone = [item_id for item_id in dict.fromkeys(remove) if item_id not in records]
        self._write(list(records.values()), gone, marker=marker)

    def _write(self, records: list[ItemRecord], gone: list[str], *, marker: int) -> None:
        # Everything that can be refused is refused before a writer is open.
        items = [
            (record.item_id, record.rev, indexed_passages(record, self._segmenter))
            for record in records
        ]
        write_batch(
            self._index,
            items,
            gone,
            marker=marker,
            fingerprint=self.expected_fingerprint(),
            wait_seconds=LOCK_WAIT_SECONDS,
        )

    # Searching

    def search(self, text: str, filters: Filters, limit: int = 10) -> SearchResult:
        began = time.perf_counter()
        view = self._readers.current()
        understood = understand(text, self._segmenter, self._lexicon, _IndexVocabulary(view))
        hits, answered = self._ranked(view, understood, filters, max(1, limit))
        elapsed_ms = (time.perf_counter() - began) * 1000
        return SearchResult(tuple(hits), understood, answered, elapsed_ms)

    def _ranked(
        self, view: View, understood: Understood, filters: Filters, limit: int
    ) -> tuple[list[Hit], bool]:
        collection, layout = view.collection, view.collection.layout
        if not layout.item_count:
            return [], False

        def lookup(group: str, term: str) -> TermPostings:
            return collection.postings(view.leaves, group, term)

        scores = Scorer(layout, lookup, self.weights).score(understood)
        best = np.maximum.reduceat(scores.passages, layout.starts)
        share = self.weights.passage_share
        values = share * best + (1 - share) * scores.items
        if PHONE in understood.wants:
            values = np.where(
                collection.items_of_kind("contact"), values * self.weights.contact, values
            )
        items = top_items(values, collection.allowed_items(filters), max(_RERANKED, limit))
        found = [best_passages(layout, scores.passages, int(i), 1 + _MORE_PASSAGES) for i in items]
        first = np.array([passages[0] for passages in found], np.int64)
        coverage = coverage_of(understood, lookup, items, first)
        final = values[items] * (1 + self.weights.coverage * coverage.share)
        order = np.lexsort((items, -final))[:limit]
        matched = matches_in(understood, lookup, items[order], first[order])
        hits = []
        for place, matches in zip(order, matched, strict=True):
            passages = found[place]
            item_id, rev = self._ref(view, passages[0])
            ordinals = [int(collection.ordinals[passage]) for passage in passages]
            hits.append(
                Hit(
                    item_id,
                    rev,
                    ordinals[0],
                    float(final[place]),
                    tuple(ordinals[1:]),
                    matches,
                    float(coverage.share[place]),
                )
            )
        hits.sort(key=lambda hit: (-hit.score, hit.item_id))
        answered = bool(len(order)) and is_answered(
            float(final[order[0]]),
            idf(1, layout.item_count),
            float(coverage.found[order[0]]),
            coverage.asked,
        )
        return hits, answered

    @staticmethod
    def _ref(view: View, passage: int) -> tuple[str, int]:
        at, document = view.collection.place(passage)
        item_id, rev = view.leaves[at].stored_fields(document)["ref"]
        return item_id, rev

    # Checking

    def manifest(self) -> dict[str, list[int]]:
        view = self._readers.current()
        found: dict[str, list[int]] = {}
        for start in view.collection.layout.starts:
            item_id, rev = self._ref(view, int(start))
            found.setdefault(item_id, []).append(rev)
        return found

    def marker(self) -> int:
        return self._marker()[0]

    def fingerprint(self) -> str:
        return self._marker()[1]

    def expected_fingerprint(self) -> str:
        """What `fingerprint` would be of an index made now; different means rebuild."""
        return f"{self._segmenter.fingerprint}-{SCHEMA_VERSION}"

    def _marker(self) -> tuple[int, str]:
        found = list(self._markers(self._readers.current()))
        if not found:
            raise IndexUnavailable("索引缺少批次标记，请执行重建索引。")
        return max(found)

    @staticmethod
    def _markers(view: View) -> Iterator[tuple[int, str]]:
        for leaf in view.leaves:
            if ("key", MARKER_KEY) not in leaf:
                continue
            for document in leaf.postings("key", MARKER_KEY).all_ids():
                yield leaf.stored_fields(document)["ref"]

    def close(self) -> None:
        self._readers.close()
