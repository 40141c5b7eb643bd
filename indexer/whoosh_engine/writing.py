"""One batch, one durable commit; or nothing, and the process should end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex, LockError
from whoosh.reading import SegmentReader

from ..errors import IndexLocked, IndexWriteFailed
from ..schema import PreparedItem

MARKER_KEY = "\x00marker"
MAX_SEGMENTS = 8
_RETRY_SECONDS = 0.05


class _PlainCodec(W3Codec):
    """Whoosh's own format without what our scorer does not use.

    Length statistics cost a file lookup per posting (half of all indexing time); lengths are
    columns here.
    """

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=512, compression=0, inlinelimit=1)


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

    A writer that failed is cancelled and never used again: Whoosh 2.7.4 would commit a corrupt
    index after an exception inside `add_document`, and keeps its lock after a failed commit.

    :raises IndexLocked: another writer held the lock for `wait_seconds`.
    :raises IndexWriteFailed: nothing of the batch is visible; end the process.
    """
    writer = _open_writer(index, wait_seconds)
    try:
        _fill(writer, items, remove, marker, fingerprint)
        writer.commit(mergetype=merge_few)
    except BaseException as error:
        if not writer.is_closed:
            writer.cancel()
        if not isinstance(error, Exception):
            raise
        raise IndexWriteFailed(
            "索引写入失败，本批内容未生效，索引进程即将重启并重试。", cause=type(error).__name__
        ) from error


def _open_writer(index: FileIndex, wait_seconds: float) -> Any:
    """Whoosh's own wait reads the wall clock, which may jump; this one does not."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return index.writer(timeout=0.0, codec=_PlainCodec())
        except LockError as error:
            if time.monotonic() >= deadline:
                raise IndexLocked("另一个索引进程正在写入，请稍后再试。") from error
            time.sleep(_RETRY_SECONDS)


def _fill(
    writer: Any,
    items: Sequence[PreparedItem],
    remove: Iterable[str],
    marker: int,
    fingerprint: str,
) -> None:
    with writer.searcher() as searcher:
        for key in (MARKER_KEY, *remove, *(item.item_id for item in items)):
            writer.delete_by_term("key", key, searcher=searcher)
    for item in items:
        texts = {name: text.encode("utf-8") for name, text in item.texts.items()}
        ref = (item.item_id, item.rev)
        for passage in item.passages:
            columns = passage.numbers | texts
            writer.add_document(key=item.item_id, ref=ref, **passage.counts(), **columns)
    writer.add_document(key=MARKER_KEY, ref=(marker, fingerprint), ordinal=-1, first=1)


def merge_few(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge the smaller half of the segments once there are many; returns those kept as they are.

    Whoosh's own policy rewrites small segments on nearly every commit, which makes publishing
    one entry slow and a rebuild twice as long. Like this an entry is rewritten about log(n)
    times. A segment of which half is deleted is always rewritten, so that deleted text goes.
    """
    live = {id(s): s.doc_count_all() - s.deleted_count() for s in segments}
    worn = [s for s in segments if 2 * live[id(s)] <= s.doc_count_all()]
    if len(segments) - len(worn) >= MAX_SEGMENTS:
        whole = sorted((s for s in segments if s not in worn), key=lambda s: live[id(s)])
        worn += whole[: len(whole) // 2 + 1]
    for segment in worn:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        try:
            writer.add_reader(reader)
        finally:
            reader.close()
    return [segment for segment in segments if segment not in worn]


def remove_strays(directory: Path, older_than_seconds: float = 3600.0) -> int:
    """Delete tables of contents that a killed commit left half-written; returns how many.

    Call it only where nothing else can be writing (start of the indexer, holding its lease).
    """
    limit = time.time() - older_than_seconds
    strays = [path for path in directory.glob("_MAIN_*.toc.*") if path.stat().st_mtime < limit]
    for path in strays:
        path.unlink()
    return len(strays)
