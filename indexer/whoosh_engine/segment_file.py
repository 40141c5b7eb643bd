"""Writes a segment in Whoosh's own format (W3, 2.7.4 is pinned) straight from arrays.

Whoosh's writer takes several microseconds a posting and some twenty a term in Python. Here a
term costs a few, whatever its postings. Stock Whoosh reads, deletes in and merges the result.
Differences a reader cannot see: long blocks hold arrays where Whoosh pickles tuples, keys are
hashed by CRC 32 where Whoosh takes MD5 (the file says which), and the parts are written into
the compound file at once, not copied there.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from struct import Struct, pack
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh import columns
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from .inverted import FieldPostings, Inverted

BLOCK = 8192  # postings
_SHORT = 16  # so few postings are smaller as a tuple
_AT_A_TIME = 1_000_000  # postings turned into Python numbers at a time
_LENGTHS = Struct("!ii")  # of key and value, before them
# Inlined?, weight, documents, shortest, longest, highest weight, first and last document.
_TERM = Struct("!BfIBBfII")
_EXTENT = Struct("!qi")
_BLOCK_LENGTH = Struct("!i")
# Pickles written by hand, for they are most of a small block: (postings, last document, ...
_BLOCK_INFO = Struct("<4sici")
_TABLE = Struct("!qi")  # position and slots of a hash table
_TABLES = 256
_CRC32 = 1
_SLOT = np.dtype([("hash", ">u4"), ("position", ">i8")])


def write_segment(storage: FileStorage, index_name: str, content: Inverted) -> Any:
    """Write what was inverted as one compound file.

    :returns: Whoosh's description of the segment, for the table of contents.
    """
    segment = W3Codec().new_segment(storage, index_name)
    segment.set_doc_count(content.documents)
    segment._fieldlengths = {}
    segment.compound = True
    file = storage.create_file(segment.make_filename(segment.COMPOUND_EXT))
    compound = _Compound(file)
    terms = _TermFile()
    with compound.part(segment.make_filename(W3Codec.POSTS_EXT)):
        for postings in content.fields():
            terms.start_field(postings.name)
            _write_field(postings, terms, compound)
    with compound.part(segment.make_filename(W3Codec.TERMS_EXT)):
        terms.write(compound)
    for name, data in _columns(content):
        with compound.part(W3Codec.column_filename(segment, name)):
            compound.write(data)
    compound.finish()
    return segment


class _Compound:
    """The parts of a segment one after the other in one file, and where each lies."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._directory: dict[str, dict[str, int]] = {}
        self._start = 0
        self.position = 0  # within the part
        self._file.write_long(0)  # where the directory lies and its length: written at the end
        self._file.write_int(0)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start, self.position = self._file.tell(), 0
        yield
        self._directory[name] = {"offset": start, "length": self.position}

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.position += len(data)

    def finish(self) -> None:
        CompoundStorage.write_dir(self._file, 0, self._directory)


def _write_field(postings: FieldPostings, terms: _TermFile, compound: _Compound) -> None:
    starts, docs, counts = postings.starts, postings.docs, postings.counts
    deltas = _deltas(starts, docs)
    weights = np.add.reduceat(counts, starts[:-1]).tolist()
    highest = np.maximum.reduceat(counts, starts[:-1]).tolist()
    first, last = docs[starts[:-1]].tolist(), docs[starts[1:] - 1].tolist()
    for begin, end in _stretches(starts):
        base = int(starts[begin])
        bounds = (starts[begin : end + 1] - base).tolist()
        part = slice(base, int(starts[end]))
        lists = _Lists(deltas[part], counts[part], docs[part])
        written: list[bytes] = []
        offset = compound.position
        for at in range(begin, end):
            low, high = bounds[at - begin], bounds[at - begin + 1]
            if high - low == 1:
                value = _inlined(first[at], weights[at])
            else:
                block = lists.blocks(low, high, highest[at])
                written.append(block)
                value = _TERM.pack(
                    0, weights[at], high - low, 0, 0, highest[at], first[at], last[at]
                ) + _EXTENT.pack(offset, len(block))
                offset += len(block)
            terms.add(postings.terms[at], value)
        compound.write(b"".join(written))


def _deltas(starts: NDArray[np.int64], docs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each document as its distance from the one before; the first of a block in full."""
    deltas = np.diff(docs, prepend=np.uint32(0))
    deltas[starts[:-1]] = docs[starts[:-1]]
    long = np.flatnonzero(np.diff(starts) > BLOCK)
    for low, high in zip(starts[long].tolist(), starts[long + 1].tolist(), strict=True):
        deltas[low:high:BLOCK] = docs[low:high:BLOCK]
    return deltas


def _stretches(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Spans of whole terms of about `_AT_A_TIME` postings."""
    begin, count = 0, len(starts) - 1
    while begin < count:
        end = int(np.searchsorted(starts, starts[begin] + _AT_A_TIME, side="right")) - 1
        end = min(max(end, begin + 1), count)
        yield begin, end
        begin = end


class _Lists:
    """A stretch of postings, as arrays for long blocks and as lists for short ones."""

    def __init__(
        self, deltas: NDArray[np.uint32], counts: NDArray[np.uint32], docs: NDArray[np.uint32]
    ) -> None:
        self._deltas, self._counts, self._docs = deltas, counts, docs
        self._delta_list, self._count_list = deltas.tolist(), counts.tolist()

    def blocks(self, low: int, high: int, highest: int) -> bytes:
        """The posting list of one term."""
        out = [WHOOSH3_HEADER_MAGIC]
        for start in range(low, high, BLOCK):
            end = min(start + BLOCK, high)
            if high - low > BLOCK:
                highest = int(self._counts[start:end].max())
            data = pickle.dumps((*self._block(start, end, highest), None), 4)
            info = _block_info(end - start, int(self._docs[end - 1]), highest)
            length = len(info) + len(data)
            # The last block's length is negative.
            out += (_BLOCK_LENGTH.pack(-length if end == high else length), info, data)
        return b"".join(out)

    def _block(self, start: int, end: int, highest: int) -> tuple[Any, Any]:
        if end - start <= _SHORT:
            counts = self._count_list[start:end]
            deltas = tuple(self._delta_list[start:end])
            return deltas, _weights(tuple(counts), min(counts), highest)
        packed = self._counts[start:end]
        return _packed(self._deltas[start:end]), _weights(packed, int(packed.min()), highest)


def _weights(counts: Any, lowest: int, highest: int) -> Any:
    """None for ones, one number for all alike, else a number for each."""
    if highest == 1:
        return None
    if lowest == highest:
        return float(highest)
    return counts if isinstance(counts, tuple) else _packed(counts)


def _packed(values: NDArray[np.uint32]) -> array[int]:
    """As narrow an array as holds the values."""
    highest = int(values.max())
    for code, kind in (("B", np.uint8), ("H", np.uint16)):
        if highest <= np.iinfo(kind).max:
            return array(code, values.astype(kind).tobytes())
    return array("I", values.tobytes())


def _block_info(postings: int, last: int, highest: int) -> bytes:
    """The pickle of (postings, last document, highest weight, compression, lengths)."""
    return _BLOCK_INFO.pack(b"\x80\x02(J", postings, b"J", last) + _info_tail(highest)


@lru_cache(maxsize=1024)
def _info_tail(weight: int) -> bytes:
    return pack(">cd", b"G", weight) + b"K\x00K\x00K\x00t."


def _inlined(doc: int, weight: int) -> bytes:
    """The entry of a term of one posting: with the pickle of ((doc,), (weight,), (b"",))."""
    info = _TERM.pack(1, weight, 1, 0, 0, weight, doc, doc)
    return b"".join((info, b"\x80\x03J", doc.to_bytes(4, "little"), _inlined_tail(weight)))


@lru_cache(maxsize=1024)
def _inlined_tail(weight: int) -> bytes:
    return b"\x85" + pack(">cd", b"G", weight) + b"\x85C\x00\x85\x87."


class _TermFile:
    """Whoosh's ordered hash: entries in order, hash tables, an index of positions."""

    _HEADER = b"HSH3" + bytes([_CRC32]) + bytes(8)

    def __init__(self) -> None:
        self._fields: dict[str, int] = {}
        self._prefix = b""
        self._entries: list[bytes] = []
        self._joined: list[bytes] = []
        self._lengths = array("I")
        self._hashes = array("I")

    def start_field(self, name: str) -> None:
        """Terms that follow are of this field; fields come in the order of their numbers."""
        self._flush()
        number = self._fields[name] = len(self._fields)
        self._prefix = number.to_bytes(2, "big")

    def add(self, term: bytes, value: bytes) -> None:
        """Terms of a field come in order."""
        key = self._prefix + term
        entry = _LENGTHS.pack(len(key), len(value)) + key + value
        self._entries.append(entry)
        self._lengths.append(len(entry))
        self._hashes.append(crc32(key))

    def _flush(self) -> None:
        # Small pieces of memory cost as much again as they hold.
        self._joined.append(b"".join(self._entries))
        self._entries = []

    def write(self, compound: _Compound) -> None:
        self._flush()
        compound.write(self._HEADER)
        for entries in self._joined:
            compound.write(entries)
        lengths = np.asarray(self._lengths, np.int64)
        positions = np.cumsum(lengths) - lengths + len(self._HEADER)
        sizes, slots = _hash_tables(np.asarray(self._hashes), positions)
        starts = compound.position + (np.cumsum(sizes) - sizes) * _SLOT.itemsize
        compound.write(slots.tobytes())
        compound.write(b"".join(map(_TABLE.pack, starts.tolist(), sizes.tolist())))
        wide = bool(len(positions)) and positions[-1] >= 1 << 31
        extras = pickle.dumps(
            {
                "fieldmap": self._fields,
                "indextype": "q" if wide else "i",
                "indexlen": len(positions),
            },
            2,
        )
        index = positions.astype(">i8" if wide else ">i4").tobytes()
        compound.write(extras + index + pack("!i", len(extras) + len(index)))


def _hash_tables(
    hashes: NDArray[np.uint32], positions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """A table for each low byte, twice as many slots as entries, linear probing.

    :returns: slots of each table, and all slots one table after the other.
    """
    tables = hashes & 0xFF
    sizes = 2 * np.bincount(tables, minlength=_TABLES)
    starts = np.cumsum(sizes) - sizes
    homes = (hashes >> 8) % sizes[tables]
    order = np.lexsort((homes, tables))
    hashes, positions, tables, homes = hashes[order], positions[order], tables[order], homes[order]
    # In order of their homes each takes its own slot, or the next after the one before. Twice
    # the room for each table, so that what runs over its end does not run into the next one.
    steps = np.arange(len(order))
    taken = np.maximum.accumulate(2 * starts[tables] + homes - steps) + steps
    taken -= 2 * starts[tables]
    slots = np.zeros(sizes.sum(), _SLOT)
    inside = taken < sizes[tables]
    places = (starts[tables] + taken)[inside]
    slots["hash"][places], slots["position"][places] = hashes[inside], positions[inside]
    for entry in np.flatnonzero(~inside):  # the few that go on at the beginning
        place = starts[tables[entry]]
        while slots["position"][place]:
            place += 1
        slots["hash"][place], slots["position"][place] = hashes[entry], positions[entry]
    return sizes, slots


def _columns(content: Inverted) -> Iterator[tuple[str, bytes]]:
    """Every column of the segment, a value per document."""
    for name, numbers in content.numbers.items():
        yield name, np.asarray(numbers).astype(">i4").tobytes()
    for name, texts in content.texts.items():
        yield name, _column(columns.RefBytesColumn(), texts)
    yield "_stored", _column(columns.VarBytesColumn(), content.stored)


def _column(kind: Any, values: list[bytes]) -> bytes:
    out = BytesIO()
    writer = kind.writer(StructFile(out))
    for number, value in enumerate(values):
        writer.add(number, value)
    writer.finish(len(values))
    return out.getvalue()
