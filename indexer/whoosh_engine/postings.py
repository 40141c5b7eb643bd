"""Reads postings and columns of one Whoosh segment as arrays.

The only place that touches Whoosh's insides (2.7.4 is pinned): its public matcher yields one
posting per Python call, while whole blocks decode some hundred times faster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.reading import TermNotFound


class SegmentPostings(NamedTuple):
    """Sorted document numbers of one segment and the count in each."""

    ids: NDArray[np.int32]
    counts: NDArray[np.float32]


NONE = SegmentPostings(np.empty(0, np.int32), np.empty(0, np.float32))


def read_postings(reader: Any, field: str, term: str) -> SegmentPostings:
    """All postings of a term, deleted documents included; empty when it does not occur."""
    try:
        matcher = reader._terms.matcher(field, term.encode("utf-8"), reader.schema[field].format)
    except (TermNotFound, KeyError):
        return NONE
    if not isinstance(matcher, W3LeafMatcher):
        return _one_by_one(matcher)
    ids: list[NDArray[np.int32]] = []
    counts: list[NDArray[np.float32]] = []
    while not matcher._atend:
        matcher._read_data()
        deltas, weights, _ = matcher._data
        ids.append(np.cumsum(np.asarray(deltas, dtype=np.int32), dtype=np.int32))
        # One number stands for a block of equal counts, None for a block of ones.
        same = weights is None or isinstance(weights, float)
        counts.append(
            np.full(len(deltas), 1.0 if weights is None else weights, np.float32)
            if same
            else np.asarray(weights, dtype=np.float32)
        )
        matcher._next_block()
    return SegmentPostings(np.concatenate(ids), np.concatenate(counts))


def _one_by_one(matcher: Any) -> SegmentPostings:
    ids: list[int] = []
    counts: list[float] = []
    while matcher.is_active():
        ids.append(matcher.id())
        counts.append(matcher.weight())
        matcher.next()
    return SegmentPostings(np.asarray(ids, np.int32), np.asarray(counts, np.float32))


def document_count(reader: Any, field: str, term: str) -> int:
    """How many documents hold a term, deleted ones included; one look into the dictionary."""
    try:
        return int(reader._terms.doc_frequency(field, term.encode("utf-8")))
    except (TermNotFound, KeyError):
        return 0


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
