"""Reads postings and columns of one Whoosh segment as arrays.

The only place that touches Whoosh's insides (2.7.4 is pinned): its public matcher yields one
posting per Python call, while whole blocks decode some hundred times faster.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from io import BytesIO
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.compound import SubFile

_INT, _UINT, _LONG, _EXTENT = Struct("!i"), Struct("!I"), Struct("!q"), Struct("!qi")
_TERM_BYTES = 23  # flags, weight, documents and more, before where the postings lie
_COUNT_AT = 5


class SegmentPostings(NamedTuple):
    """Sorted document numbers of one segment and the count in each."""

    ids: NDArray[np.int32]
    counts: NDArray[np.float32]


NONE = SegmentPostings(np.empty(0, np.int32), np.empty(0, np.float32))


class _Part:
    """A part of a segment's file, read at a position: nothing is mapped, copied or shared.

    Takes the place of Whoosh's file object, whose position every reader moves.
    """

    def __init__(self, handle: int, base: int) -> None:
        self._handle, self._base = handle, base

    def get(self, position: int, length: int) -> bytes:
        return os.pread(self._handle, length, self._base + position)

    def get_int(self, position: int) -> int:
        return int(_INT.unpack(self.get(position, 4))[0])

    def get_uint(self, position: int) -> int:
        return int(_UINT.unpack(self.get(position, 4))[0])

    def get_long(self, position: int) -> int:
        return int(_LONG.unpack(self.get(position, 8))[0])

    def close(self) -> None:
        """The segment's own file is closed by Whoosh."""


def read_in_place(reader: Any) -> None:
    """Make a segment's dictionary and postings be read without a position; safe between threads.

    Parts that do not lie in a compound file opened unmapped stay as they are.
    """
    terms = reader._terms
    table = terms._tindex
    if not isinstance(getattr(table.dbfile, "file", None), SubFile):
        return
    table.dbfile = terms._dbfile = _part_of(table.dbfile)
    terms._postfile = _part_of(terms._postfile)
    table._get_pos = table.dbfile.get_long if table.indexsize == 8 else table.dbfile.get_int


def _part_of(file: Any) -> _Part:
    return _Part(file.file._file.fileno(), file.file._offset)


def read_postings(reader: Any, field: str, term: str) -> SegmentPostings:
    """All postings of a term, deleted documents included; empty when it does not occur."""
    terms = reader._terms
    if field not in terms._fieldmap:
        return NONE
    entry = terms._tindex.get(terms._keycoder(field, term.encode("utf-8")))
    if entry is None:
        return NONE
    if entry[0]:
        documents, weights, _ = pickle.loads(entry[_TERM_BYTES:])  # noqa: S301
        return SegmentPostings(np.array(documents, np.int32), np.array(weights, np.float32))
    position, length = _EXTENT.unpack_from(entry, _TERM_BYTES)
    return _blocks(terms._postfile.get(position, length))


def _blocks(content: bytes) -> SegmentPostings:
    """A posting list: magic number, then blocks of length, description and data."""
    ids: list[NDArray[np.int32]] = []
    counts: list[NDArray[np.float32]] = []
    stream = BytesIO(content)
    at = 4
    while at < len(content):
        (length,) = _INT.unpack_from(content, at)
        stream.seek(at + 4)
        pickle.load(stream)  # noqa: S301
        deltas, weights, _ = pickle.load(stream)  # noqa: S301
        ids.append(np.cumsum(np.asarray(deltas, np.int32), dtype=np.int32))
        # One number stands for a block of equal counts, None for a block of ones.
        same = weights is None or isinstance(weights, float)
        counts.append(
            np.full(len(deltas), 1.0 if weights is None else weights, np.float32)
            if same
            else np.asarray(weights, np.float32)
        )
        at += 4 + abs(length)
    if len(ids) == 1:
        return SegmentPostings(ids[0], counts[0])
    return SegmentPostings(np.concatenate(ids), np.concatenate(counts))


def document_count(reader: Any, field: str, term: str) -> int:
    """How many documents hold a term, deleted ones included; one look into the dictionary."""
    terms = reader._terms
    if field not in terms._fieldmap:
        return 0
    entry = terms._tindex.get(terms._keycoder(field, term.encode("utf-8")))
    return 0 if entry is None else int(_UINT.unpack_from(entry, _COUNT_AT)[0])


def terms_with_prefix(reader: Any, field: str, prefix: str) -> Iterator[tuple[str, float]]:
    """Terms of a field that begin with `prefix`, in order, with their largest count."""
    start = prefix.encode("utf-8")
    for name, term in reader._terms.terms_from(field, start):
        if name != field or not term.startswith(start):
            return
        yield term.decode("utf-8"), reader._terms.term_info(field, term).max_weight()


def number_column(reader: Any, name: str) -> NDArray[np.int32]:
    """A number per document of the segment."""
    count = reader.doc_count_all()
    if not reader.has_column(name):
        return np.zeros(count, np.int32)
    column = reader.column_reader(name, translate=False)
    raw = column._dbfile.get(column._basepos, column._count * 4)
    out = np.zeros(count, np.int32)  # trailing defaults are not written
    values = np.frombuffer(bytes(raw), dtype=">i4")
    out[: len(values)] = values
    return out


def text_column(reader: Any, name: str) -> tuple[NDArray[np.int32], list[str]]:
    """A code per document of the segment, and the texts the codes stand for."""
    count = reader.doc_count_all()
    if not reader.has_column(name):
        return np.zeros(count, np.int32), [""]
    column = reader.column_reader(name, translate=False)
    kind = {"B": "u1", "H": ">u2"}[column._typecode]
    raw = column._dbfile.get(column._basepos, count * column._itemsize)
    codes = np.frombuffer(bytes(raw), dtype=kind).astype(np.int32)
    return codes, [text.decode("utf-8") for text in column._uniques]
