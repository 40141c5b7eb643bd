"""The embedded engine: Whoosh keeps the durable index, the scorer of `rank.py` reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from whoosh.index import FileIndex

from ..engine import Explanation, Filters, SearchResult
from ..errors import IndexExists, IndexUnavailable
from ..features import Weights
from ..lexicon import Lexicon, default_lexicon
from ..query import Understood, understand
from ..records import ItemRecord
from ..schema import SCHEMA_VERSION, prepare
from ..segment import Segmenter
from .building import Place, Progress, build_segments, usual_processes
from .fields import whoosh_schema
from .inverted import MARKER_KEY
from .reading import Readers, View, naming_damage
from .searching import Searching, Words
from .storage import DurableStorage
from .vocabulary import IndexVocabulary
from .warming import warm_postings, warm_tools
from .writing import locked, merge_once, write_batch, write_first

LOCK_WAIT_SECONDS = 10.0


class WhooshEngine:
    """See `indexer.engine.Engine`. Any number of threads may search; one process applies."""

    def __init__(
        self,
        storage: DurableStorage,
        segmenter: Segmenter,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Use `create` or `open`."""
        self._words = Words(segmenter, lexicon or default_lexicon())
        # Words adopted later do not make an index stale: what they touch is applied again.
        self._fingerprint = f"{segmenter.fingerprint}-{SCHEMA_VERSION}"
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
        # The last record of an id counts: two additions in one writer would stay doubled.
        records = {record.item_id: record for record in replace}
        gone = [item_id for item_id in dict.fromkeys(remove) if item_id not in records]
        self._write(list(records.values()), gone, marker=marker)

    def merge(self, *, at_most: int | None = None) -> bool:
        merged = merge_once(
            self._index,
            at_most=at_most,
            fingerprint=self.expected_fingerprint(),
            wait_seconds=LOCK_WAIT_SECONDS,
        )
        if merged:
            self._readers.current()  # the view that is kept would keep the old files on disk
        return merged

    def build(
        self,
        records: Iterable[ItemRecord],
        *,
        marker: int,
        progress: Progress = lambda done: None,
        processes: int | None = None,
    ) -> None:
        """See the protocol. :param processes: by default one for each core."""
        if self.manifest():
            raise IndexExists("索引里已有内容，整库建立必须使用新的文件夹。")
        place = Place(self._index.storage.folder, self._index.indexname, self._words.segmenter)
        again: dict[str, ItemRecord] = {}
        with locked(self._index, LOCK_WAIT_SECONDS):
            count = processes or usual_processes()
            segments = build_segments(place, _first_of_each(records, again), count, progress)
            write_first(
                self._index, segments, marker=marker, fingerprint=self.expected_fingerprint()
            )
        if again:
            self.apply(list(again.values()), [], marker=marker)

    def _write(self, records: list[ItemRecord], gone: list[str], *, marker: int) -> None:
        # Everything that can be refused is refused before a writer is open.
        items = [prepare(record, self._words.segmenter) for record in records]
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
        with naming_damage():
            searching = Searching(
                self._readers.current(), self._words, self.weights, filters, max(1, limit)
            )
            return searching.run(text, explained=False).result

    def explain(
        self,
        text: str,
        filters: Filters,
        limit: int = 10,
        *,
        weights: Weights | None = None,
        lexicon: Lexicon | None = None,
        segmenter: Segmenter | None = None,
    ) -> Explanation:
        words = Words(segmenter or self._words.segmenter, lexicon or self._words.lexicon)
        with naming_damage():
            searching = Searching(
                self._readers.current(), words, weights or self.weights, filters, max(1, limit)
            )
            return searching.run(text, explained=True)

    def read(
        self, text: str, *, lexicon: Lexicon | None = None, segmenter: Segmenter | None = None
    ) -> Understood:
        words = self._words
        with naming_damage():
            vocabulary = IndexVocabulary(self._readers.current())
            return understand(
                text, segmenter or words.segmenter, lexicon or words.lexicon, vocabulary
            )

    def warm(self) -> None:
        words = self._words
        warm_tools(words.segmenter, words.lexicon)
        warm_postings(self._readers.current(), words.segmenter, words.lexicon, self.weights)
        # The lists are compiled when they are first used.
        self.search("热线电话", Filters(as_of=date.max))

    def adopt(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        # The tables made from the lists are ready before anybody asks with them.
        warm_tools(segmenter, lexicon)
        self._words = Words(segmenter, lexicon)

    # Checking

    def manifest(self) -> dict[str, list[int]]:
        view = self._readers.current()
        found: dict[str, list[int]] = {}
        for start in view.collection.layout.starts[view.collection.layout.live_items]:
            item_id, rev = view.ref(int(start))
            found.setdefault(item_id, []).append(rev)
        return found

    def marker(self) -> int:
        return self._marker()[0]

    def fingerprint(self) -> str:
        return self._marker()[1]

    def expected_fingerprint(self) -> str:
        """What `fingerprint` would be of an index made now; different means rebuild."""
        return self._fingerprint

    def _marker(self) -> tuple[int, str]:
        found = list(self._markers(self._readers.current()))
        if not found:
            raise IndexUnavailable("索引缺少批次标记，请执行重建索引。")
        return max(found)

    @staticmethod
    def _markers(view: View) -> Iterator[tuple[int, str]]:
        with view.lock:
            for leaf in view.leaves:
                if ("key", MARKER_KEY) not in leaf:
                    continue
                for document in leaf.postings("key", MARKER_KEY).all_ids():
                    yield leaf.stored_fields(document)["ref"]

    def close(self) -> None:
        self._readers.close()


def _first_of_each(
    records: Iterable[ItemRecord], again: dict[str, ItemRecord]
) -> Iterator[ItemRecord]:
    """Records whose id was not seen before; the others, newest of each, are put aside."""
    seen: set[str] = set()
    for record in records:
        if record.item_id in seen:
            again[record.item_id] = record
        else:
            seen.add(record.item_id)
            yield record
