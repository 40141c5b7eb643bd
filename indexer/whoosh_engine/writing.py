"""One batch, one durable commit; or nothing, and the process should end.

The steps are Whoosh's own (lock, new segment, table of contents, old files away); only the
segment is written and merged from arrays. A batch never merges: that is a commit of its own,
made when nobody waits.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader

from ..errors import IndexLocked, IndexStale, IndexWriteFailed
from ..schema import PreparedItem
from .inverted import KEY_FIELD, MARKER_KEY, Inverted
from .merging import add_segment
from .postings import read_in_place, read_postings
from .segment_file import write_segment

MAX_SEGMENTS = 8  # that one merge could take together
_RETRY_SECONDS = 0.05
_PlainCodec = W3Codec  # tables of contents of older versions name it


def write_batch(
    index: FileIndex,
    items: Sequence[PreparedItem],
    remove: Iterable[str],
    *,
    marker: int,
    fingerprint: str,
    wait_seconds: float,
) -> None:
    """Delete and add every item once, replace the marker document, commit.

    :raises IndexLocked: another writer held the lock for `wait_seconds`.
    :raises IndexStale: the index was made with another fingerprint; nothing changed.
    :raises IndexWriteFailed: nothing of the batch is visible; end the process.
    """
    with locked(index, wait_seconds), _failing_clearly():
        contents = index._read_toc()
        with _opened(index, contents) as readers:
            _refuse_stale(readers, fingerprint)
            _delete(readers, (MARKER_KEY, *remove, *(item.item_id for item in items)))
        new = Inverted()
        for item in items:
            new.add(item)
        new.add_marker(marker, fingerprint)
        contents.segments = [segment for segment in contents.segments if _live(segment)]
        contents.segments.append(write_segment(index.storage, index.indexname, new))
        _commit(index, contents)


def merge_once(
    index: FileIndex, *, at_most: int | None, fingerprint: str, wait_seconds: float
) -> bool:
    """Write some segments anew as one, in one commit; tells whether there were any to merge.

    :param at_most: passages that may be read; None = any number.
    :raises IndexLocked: another writer held the lock for `wait_seconds`.
    :raises IndexStale: the index was made with another fingerprint; nothing changed.
    :raises IndexWriteFailed: the index is as it was; end the process.
    """
    with locked(index, wait_seconds), _failing_clearly():
        contents = index._read_toc()
        chosen = to_merge(contents.segments, at_most)
        if not chosen:
            return False
        new = Inverted()
        with _opened(index, contents) as readers:
            _refuse_stale(readers, fingerprint)
            for reader in readers:
                if reader.segment() in chosen:
                    add_segment(new, reader)
        contents.segments = [segment for segment in contents.segments if segment not in chosen]
        contents.segments.append(write_segment(index.storage, index.indexname, new))
        _commit(index, contents)
    return True


def write_first(
    index: FileIndex, segments: Sequence[Any], *, marker: int, fingerprint: str
) -> None:
    """Make finished segments and a marker the whole content of the index, in one commit.

    The caller holds the lock; the files of the segments lie in the index's folder.

    :raises IndexWriteFailed: the index is as it was.
    """
    with _failing_clearly():
        contents = index._read_toc()
        for segment in segments:
            index.storage.take_over(segment.make_filename(segment.COMPOUND_EXT))
        new = Inverted()
        new.add_marker(marker, fingerprint)
        marked = write_segment(index.storage, index.indexname, new)
        contents.segments = [*segments, marked]
        _commit(index, contents)


def _commit(index: FileIndex, contents: TOC) -> None:
    """Make the table of contents durable.

    Files that it does not name are removed then, and never after a failure: when a sync has
    failed nobody knows which table of contents is on disk.
    """
    contents.generation += 1
    contents.write(index.storage, index.indexname)
    clean_files(index.storage, index.indexname, contents.generation, contents.segments)


@contextmanager
def _failing_clearly() -> Iterator[None]:
    try:
        yield
    except IndexStale:
        raise
    except Exception as error:
        raise IndexWriteFailed(
            "索引写入失败，本批内容未生效，索引进程即将重启并重试。", cause=type(error).__name__
        ) from error


@contextmanager
def locked(index: FileIndex, wait_seconds: float) -> Iterator[None]:
    """Nobody else writes meanwhile.

    Whoosh's own wait reads the wall clock, which may jump; this one does not.

    :raises IndexLocked: another writer held the lock for `wait_seconds`.
    """
    deadline = time.monotonic() + wait_seconds
    lock = index.lock("WRITELOCK")
    while not lock.acquire(blocking=False):
        if time.monotonic() >= deadline:
            raise IndexLocked("另一个索引进程正在写入，请稍后再试。")
        time.sleep(_RETRY_SECONDS)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _opened(index: FileIndex, contents: TOC) -> Iterator[list[Any]]:
    """A reader of each segment, in their order."""
    with ExitStack() as stack:
        readers = []
        for segment in contents.segments:
            reader = SegmentReader(index.storage, contents.schema, segment)
            stack.callback(reader.close)
            read_in_place(reader)
            readers.append(reader)
        yield readers


def _refuse_stale(readers: Sequence[Any], fingerprint: str) -> None:
    """:raises IndexStale: the marker has another fingerprint."""
    for reader in readers:
        for document in _live_documents(reader, MARKER_KEY):
            if reader.stored_fields(document)["ref"][1] != fingerprint:
                raise IndexStale("词典或索引结构已更新，请先重建索引再写入。")


def _delete(readers: Sequence[Any], keys: Iterable[str]) -> None:
    """Mark the documents of these keys as deleted, in whatever segment they are."""
    wanted = list(keys)
    for reader in readers:
        for key in wanted:
            for document in _live_documents(reader, key):
                reader.segment().delete_document(document)


def _live_documents(reader: Any, key: str) -> list[int]:
    documents = read_postings(reader, KEY_FIELD, key).ids.tolist()
    return [document for document in documents if not reader.is_deleted(document)]


def _live(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def to_merge(segments: Sequence[Any], at_most: int | None = None) -> list[Any]:
    """The segments to write anew as one: the worn ones, or the smallest once there are many.

    A segment of which half is deleted is always rewritten, so that deleted text goes. Of many,
    the smallest are merged, with each next one that is not much larger than those before
    together: an entry is rewritten about log(n) times.

    :param at_most: passages these may have together, deleted ones included, for reading them is
        what a merge costs. Of whole segments only those of a quarter of it are merged, so that
        one that is large for this bound is not written again and again for small ones. None =
        any number.
    """
    bound = float("inf") if at_most is None else at_most
    worn = [s for s in segments if _is_worn(s) and s.doc_count_all() <= bound]
    if worn:
        return _within(worn, bound)
    small = sorted((s for s in segments if 4 * s.doc_count_all() <= bound), key=_live)
    return _within(_alike(small), bound) if len(small) >= MAX_SEGMENTS else []


def _is_worn(segment: Any) -> bool:
    """Half of it or more is deleted, and not only the marker, as it is in every older segment."""
    deleted = segment.deleted_count()
    return bool(deleted > 1 and 2 * deleted >= segment.doc_count_all())


def _alike(ordered: Sequence[Any]) -> list[Any]:
    """The two smallest, and each next one not much larger than those before together."""
    merged, together = list(ordered[:2]), sum(map(_live, ordered[:2]))
    for segment in ordered[2:]:
        if _live(segment) > 2 * together:
            break
        merged.append(segment)
        together += _live(segment)
    return merged


def _within(segments: Sequence[Any], bound: float) -> list[Any]:
    """The first of them, as many as have `bound` passages together."""
    sums = accumulate(segment.doc_count_all() for segment in segments)
    return [segment for segment, so_far in zip(segments, sums, strict=True) if so_far <= bound]


def remove_strays(directory: Path, older_than_seconds: float = 3600.0) -> int:
    """Delete tables of contents that a killed commit left half-written; returns how many.

    Call it only where nothing else can be writing (start of the indexer, holding its lease).
    """
    limit = time.time() - older_than_seconds
    strays = [path for path in directory.glob("_MAIN_*.toc.*") if path.stat().st_mtime < limit]
    for path in strays:
        path.unlink()
    return len(strays)
