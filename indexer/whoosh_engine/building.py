"""A whole index at once: records in, finished segments out, on every core.

Analysing takes nearly all of the time, so processes share the records, and each writes segments
of its own; nothing travels back but their names. Who gets which records depends on their order
alone, so the same records make the same index. The processes are started afresh (spawn): a
process with threads, as a web worker is, cannot be forked safely.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import Any

from ..errors import IndexerError, IndexWriteFailed
from ..records import ItemRecord
from ..schema import prepare
from ..segment import Segmenter
from .inverted import Inverted
from .segment_file import write_segment
from .storage import DurableStorage

MOST_PROCESSES = 4  # each leaves a segment, and a search reads all segments
SMALL = 3_000  # passages that one process has done before others would have started
_CHUNK_PASSAGES = 400
_SEGMENT_PASSAGES = 60_000  # bounds the memory of a process, about 500 MB
_CHUNKS_WAITING = 2

Progress = Callable[[int], None]
_Chunk = list[ItemRecord]


@dataclass(frozen=True)
class Place:
    """Where the segments of an index are written, and how its texts are cut."""

    folder: str
    index_name: str
    segmenter: Segmenter


def usual_processes() -> int:
    """One for each core that this process may use."""
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def build_segments(
    place: Place, records: Iterable[ItemRecord], processes: int, progress: Progress
) -> list[Any]:
    """Write every record into new segments, durable once the caller has synced their files.

    :param processes: 1 = all in this one, as it also is when there are few records.
    :param progress: told how many passages are done, from time to time.
    :returns: Whoosh's descriptions of the segments.
    :raises InvalidRecord: a record cannot be indexed.
    :raises IndexWriteFailed: a segment could not be written, or a process was killed.
    """
    chunks = _chunks(records)
    first: list[_Chunk] = []
    for chunk in chunks:
        first.append(chunk)
        if sum(map(_passages, first)) > SMALL and processes > 1:
            return _build_together(place, chain(first, chunks), processes, progress)
    builder = _Builder(place)
    for chunk in first:
        builder.add(chunk)
        progress(builder.done)
    return builder.finish()


def _chunks(records: Iterable[ItemRecord]) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    for record in records:
        chunk.append(record)
        if _passages(chunk) >= _CHUNK_PASSAGES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _passages(chunk: _Chunk) -> int:
    return sum(len(record.passages) for record in chunk)


class _Builder:
    """One process's share."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._storage = DurableStorage(place.folder)
        self._content = Inverted()
        self._segments: list[Any] = []
        self.done = 0

    def add(self, chunk: _Chunk) -> None:
        for record in chunk:
            self._content.add(prepare(record, self._place.segmenter))
        self.done += _passages(chunk)
        if self._content.documents >= _SEGMENT_PASSAGES:
            self._write()

    def _write(self) -> None:
        content, self._content = self._content, Inverted()
        self._segments.append(write_segment(self._storage, self._place.index_name, content))

    def finish(self) -> list[Any]:
        if self._content.documents:
            self._write()
        return self._segments


def _build_together(
    place: Place, chunks: Iterable[_Chunk], processes: int, progress: Progress
) -> list[Any]:
    workers = [_Worker(place) for _ in range(processes)]
    try:
        for chunk, worker in zip(chunks, cycle(workers), strict=False):
            worker.give(chunk)
            progress(sum(worker.done for worker in workers))
        for worker in workers:
            worker.give(None)
        segments = [segment for worker in workers for segment in worker.segments()]
        progress(sum(worker.done for worker in workers))
        return segments
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process that builds, seen from the one that hands out the records.

    It sends the number of passages done after each chunk; at last its segments, or an error.
    """

    def __init__(self, place: Place) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, place), daemon=True)
        self._process.start()
        theirs.close()
        self.done = 0

    def give(self, chunk: _Chunk | None) -> None:
        """Hand over some records, or None: there are no more. Waits while it has enough."""
        with suppress(BrokenPipeError, ConnectionResetError):  # its last words tell why
            self._pipe.send(chunk)
        while self._pipe.poll():
            self._hear()

    def segments(self) -> list[Any]:
        """What it wrote, once it is done."""
        found = None
        while found is None:
            found = self._hear()
        return found

    def _hear(self) -> list[Any] | None:
        try:
            said = self._pipe.recv()
        except (EOFError, ConnectionResetError) as error:
            raise IndexWriteFailed(
                "建立索引的一个进程意外中止（可能内存不足），新索引未启用，请重试。",
                cause=type(error).__name__,
            ) from error
        if isinstance(said, IndexerError):
            raise said
        if isinstance(said, int):
            self.done = said
            return None
        segments: list[Any] = said
        return segments

    def end(self) -> None:
        """Stop it if it still runs."""
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _work(pipe: Connection, place: Place) -> None:
    """What a process does."""
    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    chunks: Queue[_Chunk | EOFError | None] = Queue(_CHUNKS_WAITING)
    Thread(target=_receive, args=(pipe, chunks), daemon=True).start()
    with suppress(BrokenPipeError):  # the first process is gone
        try:
            _build(pipe, place, chunks)
        except IndexerError as error:
            pipe.send(error)
        except Exception as error:  # noqa: BLE001 - the entrance of this process
            message = "建立索引失败，新索引未启用，请检查磁盘空间后重试。"
            pipe.send(IndexWriteFailed(message, cause=type(error).__name__))


def _build(pipe: Connection, place: Place, chunks: Queue[_Chunk | EOFError | None]) -> None:
    builder = _Builder(place)
    while isinstance(chunk := chunks.get(), list):
        builder.add(chunk)
        pipe.send(builder.done)
    if chunk is None:
        pipe.send(builder.finish())


def _receive(pipe: Connection, chunks: Queue[_Chunk | EOFError | None]) -> None:
    """Keep the next chunks at hand, so that nobody waits for anybody."""
    chunk: _Chunk | EOFError | None = []
    while isinstance(chunk, list):
        try:
            chunk = pipe.recv()
        except EOFError as error:  # the first process is gone: end too
            chunk = error
        chunks.put(chunk)
