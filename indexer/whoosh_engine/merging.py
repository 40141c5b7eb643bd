"""Reads a whole segment back as arrays, so that it can become part of a new one."""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import columns
from whoosh.codec.whoosh3 import W3Codec

from ..schema import NUMBER_COLUMNS, TEXT_COLUMNS
from .inverted import FieldPostings, Inverted
from .postings import number_column, text_column

# As segment_file.py writes an entry: lengths of key and value, number of the field; the term;
# flags, weight, documents, shortest, longest, highest weight, first and last document.
_HEAD = Struct("!iiH")
_LENGTHS_BYTES = 8
_TERM = Struct("!BfIBBfII")
_EXTENT = Struct("!qi")
_BLOCK_LENGTH = Struct("!i")


def add_segment(content: Inverted, reader: Any) -> None:
    """Add the live documents of a segment and their postings, renumbered.

    :param reader: Whoosh's reader of that segment.
    """
    live = np.ones(reader.doc_count_all(), np.bool_)
    if reader.has_deletions():
        live[list(reader.segment().deleted_docs())] = False
    numbers = np.where(live, np.cumsum(live) - 1 + content.documents, -1)
    for postings in _fields(reader):
        if postings.name in reader.schema:
            content.add_postings(_renumbered(postings, numbers))
    documents = np.flatnonzero(live)
    stored = reader._perdoc.column_reader("_stored", columns.VarBytesColumn())
    texts = {name: text_column(reader, name) for name in TEXT_COLUMNS}
    content.add_columns(
        {name: number_column(reader, name)[documents] for name in NUMBER_COLUMNS},
        {
            name: [values[code].encode() for code in codes[documents].tolist()]
            for name, (codes, values) in texts.items()
        },
        [stored[document] for document in documents.tolist()],
    )


def _renumbered(postings: FieldPostings, numbers: NDArray[np.int64]) -> FieldPostings:
    """With new document numbers; documents whose number is -1 and terms without any left out."""
    docs = numbers[postings.docs]
    kept = docs >= 0
    lengths = np.diff(np.concatenate(([0], np.cumsum(kept)))[postings.starts])
    terms = [term for term, left in zip(postings.terms, lengths.tolist(), strict=True) if left]
    starts = np.concatenate(([0], np.cumsum(lengths[lengths > 0])))
    return FieldPostings(
        postings.name, terms, starts, docs[kept].astype(np.uint32), postings.counts[kept]
    )


def _fields(reader: Any) -> Iterator[FieldPostings]:
    """Every posting of a segment, field by field."""
    table = reader._terms._tindex
    begin = table.startofdata
    entries = table.dbfile.get(begin, table.endofdata - begin)
    name = reader.segment().make_filename(W3Codec.POSTS_EXT)
    posts = reader._terms._postfile.get(0, reader.storage().file_length(name))
    at, field, gathered = 0, -1, _Gathered()
    while at < len(entries):
        key_length, value_length, number = _HEAD.unpack_from(entries, at)
        if number != field:
            if field >= 0:
                yield gathered.postings(reader._terms._fieldunmap[field])
            field, gathered = number, _Gathered()
        value = at + _LENGTHS_BYTES + key_length
        gathered.terms.append(entries[at + _HEAD.size : value])
        gathered.add(entries, value, posts)
        at = value + value_length
    if field >= 0:
        yield gathered.postings(reader._terms._fieldunmap[field])


class _Gathered:
    """Postings of one field as they are read."""

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self._starts = array("q", (0,))
        self._docs, self._counts = array("I"), array("I")

    def add(self, entries: bytes, at: int, posts: bytes) -> None:
        """The postings of the term whose entry has its value there."""
        inlined, weight, documents, _, _, _, first, _ = _TERM.unpack_from(entries, at)
        if documents == 1:
            self._docs.append(first)
            self._counts.append(int(weight))
        elif inlined:
            docs, weights, _ = pickle.loads(entries[at + _TERM.size :])  # noqa: S301
            self._docs.extend(docs)
            self._counts.extend(map(int, weights))
        else:
            self._add_blocks(posts, _EXTENT.unpack_from(entries, at + _TERM.size)[0])
        self._starts.append(len(self._docs))

    def _add_blocks(self, posts: bytes, at: int) -> None:
        at += 4  # the magic number
        length = 0
        while length >= 0:
            (length,) = _BLOCK_LENGTH.unpack_from(posts, at)
            at += _BLOCK_LENGTH.size
            block = BytesIO(posts[at : at + abs(length)])
            at += abs(length)
            # Pickles of our own folder, closed to others, as every segment is.
            info = pickle.load(block)  # noqa: S301
            data = block.read()
            deltas, weights, _ = pickle.loads(zlib.decompress(data) if info[3] else data)  # noqa: S301
            self._docs.extend(accumulate(deltas))
            if weights is None or isinstance(weights, float):
                self._counts.extend([int(weights or 1)] * info[0])
            else:
                self._counts.extend(map(int, weights))

    def postings(self, name: str) -> FieldPostings:
        return FieldPostings(
            name,
            self.terms,
            np.asarray(self._starts),
            np.asarray(self._docs),
            np.asarray(self._counts),
        )
