"""One batch, one durable commit; or nothing, and the process should end.

The steps are Whoosh's own (lock, new segment, table of contents, old files away); only the
segment is written and merged from arrays.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader

from ..errors import IndexLocked, IndexWriteFailed
from ..schema import PreparedItem
from .inverted import KEY_FIELD, MARKER_KEY, Inverted
from .merging import add_segment
from .segment_file import write_segment

MAX_SEGMENTS = 8
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
    :raises IndexWriteFailed: nothing of the batch is visible; end the process.
    """
    with locked(index, wait_seconds), _failing_clearly():
        contents = index._read_toc()
        _delete(index, contents, (MARKER_KEY, *remove, *(item.item_id for item in items)))
        new = Inverted()
        for item in items:
            new.add(item)
        new.add_marker(marker, fingerprint)
        for segment in to_merge(contents.segments):
            with _reader(index, contents, segment) as reader:
                add_segment(new, reader)
            contents.segments.remove(segment)
        contents.segments.append(write_segment(index.storage, index.indexname, new))
        _commit(index, contents)


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
def _reader(index: FileIndex, contents: TOC, segment: Any) -> Iterator[Any]:
    reader = SegmentReader(index.storage, contents.schema, segment)
    try:
        yield reader
    finally:
        reader.close()


def _delete(index: FileIndex, contents: TOC, keys: Iterable[str]) -> None:
    """Mark the documents of these keys as deleted, in whatever segment they are."""
    wanted = list(keys)
    for segment in contents.segments:
        with _reader(index, contents, segment) as reader:
            for key in wanted:
                if (KEY_FIELD, key) in reader:
                    for document in reader.postings(KEY_FIELD, key).all_ids():
                        segment.delete_document(document)


def to_merge(segments: Sequence[Any]) -> list[Any]:
    """The segments to write anew: the worn ones, and the smallest once there are many.

    A segment of which half is deleted is always rewritten, so that deleted text goes. Of many,
    the smallest are merged, with each next one that is not much larger than those before
    together: an entry is rewritten about log(n) times, and publishing one entry seldom waits
    for a large segment.
    """
    live = {id(s): s.doc_count_all() - s.deleted_count() for s in segments}
    worn = [s for s in segments if 2 * live[id(s)] <= s.doc_count_all()]
    whole = sorted((s for s in segments if s not in worn), key=lambda s: live[id(s)])
    if len(whole) < MAX_SEGMENTS:
        return worn
    merged, together = whole[:2], sum(live[id(s)] for s in whole[:2])
    for segment in whole[2:]:
        if live[id(segment)] > 2 * together:
            break
        merged.append(segment)
        together += live[id(segment)]
    return worn + merged


def remove_strays(directory: Path, older_than_seconds: float = 3600.0) -> int:
    """Delete tables of contents that a killed commit left half-written; returns how many.

    Call it only where nothing else can be writing (start of the indexer, holding its lease).
    """
    limit = time.time() - older_than_seconds
    strays = [path for path in directory.glob("_MAIN_*.toc.*") if path.stat().st_mtime < limit]
    for path in strays:
        path.unlink()
    return len(strays)
