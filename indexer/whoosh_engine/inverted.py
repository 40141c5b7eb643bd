"""Documents turned into posting lists: arrays of term numbers, sorted once per field.

Every occurrence is one number, `term << 32 | document`; sorting them brings the documents of a
term together in order, and equal neighbours are counted. Nothing is done per posting in Python.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..normalise import CJK_RUN
from ..schema import FIELDS, NUMBER_COLUMNS, TEXT_COLUMNS, PreparedItem, PreparedPassage

KEY_FIELD = "key"
MARKER_KEY = "\x00marker"
_PAIR_TEXT_CHARS = 1_000_000  # characters whose pairs are found at a time


class FieldPostings(NamedTuple):
    """All postings of one field of a segment.

    :param terms: distinct, in the order of their bytes.
    :param starts: where each term's postings begin, and where the last one's end.
    :param docs: ascending within a term; `counts` says how often, beside it.
    """

    name: str
    terms: Sequence[bytes]
    starts: NDArray[np.int64]
    docs: NDArray[np.uint32]
    counts: NDArray[np.uint32]


class Inverted:
    """What will be one segment. Documents are numbered from 0 as they are added."""

    def __init__(self) -> None:
        self.documents = 0
        self.numbers = {name: array("i") for name in NUMBER_COLUMNS}
        self.texts: dict[str, list[bytes]] = {name: [] for name in TEXT_COLUMNS}
        self.stored: list[bytes] = []
        vocabularies = {spec.group: _Vocabulary() for spec in FIELDS if spec.group != "grams"}
        self._pairs = {spec.name: _Pairs() for spec in FIELDS if spec.group == "grams"}
        self._words = {
            spec.name: _Words(vocabularies[spec.group]) for spec in FIELDS if spec.group != "grams"
        }
        self._words[KEY_FIELD] = _Words(_Vocabulary())

    def add(self, item: PreparedItem) -> None:
        """Add the documents of one item."""
        texts = {name: text.encode() for name, text in item.texts.items()}
        stored = stored_ref(item.item_id, item.rev)
        for passage in item.passages:
            self._post(passage)
            self._document(item.item_id, stored, passage.numbers, texts)

    def add_marker(self, marker: int, fingerprint: str) -> None:
        """Add the document that says what the commit is; ordinal -1 marks it."""
        stored = stored_ref(marker, fingerprint)
        self._document(MARKER_KEY, stored, {"ordinal": -1, "first": 1}, {})

    def _post(self, passage: PreparedPassage) -> None:
        for name, terms in passage.terms.items():
            if terms:
                self._words[name].add(self.documents, terms)
        for name, text in passage.gram_texts.items():
            if text:
                self._pairs[name].add(self.documents, text)

    def _document(
        self, key: str, stored: bytes, numbers: dict[str, int], texts: dict[str, bytes]
    ) -> None:
        self._words[KEY_FIELD].add(self.documents, (key,))
        self.stored.append(stored)
        for name, column in self.numbers.items():
            column.append(numbers.get(name, 0))
        for name, values in self.texts.items():
            values.append(texts.get(name, b""))
        self.documents += 1

    def add_postings(self, postings: FieldPostings) -> None:
        """Add postings of another segment whose documents were renumbered for this one."""
        fields: dict[str, Any] = self._pairs if postings.name in self._pairs else self._words
        fields[postings.name].add_postings(postings)

    def add_columns(
        self,
        numbers: dict[str, NDArray[np.int32]],
        texts: dict[str, list[bytes]],
        stored: list[bytes],
    ) -> None:
        """Add documents of another segment; their postings were added before."""
        for name, values in numbers.items():
            self.numbers[name].frombytes(values.astype(np.int32, copy=False).tobytes())
        for name, column in texts.items():
            self.texts[name].extend(column)
        self.stored.extend(stored)
        self.documents += len(stored)

    def fields(self) -> Iterator[FieldPostings]:
        """Every field that has postings, by name. Each can be asked for once: it is let go."""
        fields: dict[str, _Words | _Pairs] = self._pairs | self._words
        self._pairs, self._words = {}, {}
        for name in sorted(fields):
            found = fields.pop(name).postings(name)
            if found.terms:
                yield found


def stored_ref(first: object, second: object) -> bytes:
    """The stored value of a document as Whoosh keeps it."""
    return zlib.compress(pickle.dumps({"ref": (first, second)}, 2), 1)


class _Vocabulary(dict[str, int]):
    """Term -> number, given out as terms are met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _Occurrences:
    """Four bytes an occurrence: the term's number; documents with how many follow each other."""

    def __init__(self) -> None:
        self._terms, self._docs, self._lengths = array("I"), array("I"), array("I")

    def _extend(
        self, terms: NDArray[np.uint32], docs: NDArray[np.uint32], lengths: NDArray[np.uint32]
    ) -> None:
        self._terms.frombytes(terms.astype(np.uint32, copy=False).tobytes())
        self._docs.frombytes(docs.astype(np.uint32, copy=False).tobytes())
        self._lengths.frombytes(lengths.astype(np.uint32, copy=False).tobytes())

    def _counted(
        self, name: str, ranks: NDArray[np.uint64] | None
    ) -> tuple[NDArray[np.int64], FieldPostings]:
        """Rank of each distinct term, and the postings, still without the terms."""
        terms = np.asarray(self._terms, np.uint32)
        keys = terms.astype(np.uint64) if ranks is None else ranks[terms]
        keys <<= np.uint64(32)
        keys |= np.repeat(np.asarray(self._docs), np.asarray(self._lengths))
        keys.sort()
        first = _changes(keys)
        counts = np.diff(first, append=len(keys)).astype(np.uint32)
        keys = keys[first]
        docs = keys.astype(np.uint32)
        keys >>= np.uint64(32)
        starts = _changes(keys)
        distinct = keys[starts].astype(np.int64)
        starts = np.append(starts, len(docs))
        return distinct, FieldPostings(name, (), starts, docs, counts)


def _changes(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where a value differs from the one before; the first place counts."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))


class _Words(_Occurrences):
    """A field of terms."""

    def __init__(self, vocabulary: _Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def add(self, doc: int, terms: Sequence[str]) -> None:
        self._terms.extend(map(self._vocabulary.__getitem__, terms))
        self._docs.append(doc)
        self._lengths.append(len(terms))

    def add_postings(self, postings: FieldPostings) -> None:
        numbers = map(self._vocabulary.__getitem__, (term.decode() for term in postings.terms))
        terms = np.fromiter(numbers, np.uint32, len(postings.terms))
        repeated = np.repeat(np.repeat(terms, np.diff(postings.starts)), postings.counts)
        self._extend(repeated, postings.docs, postings.counts)

    def postings(self, name: str) -> FieldPostings:
        terms = sorted(self._vocabulary)
        ranks = np.empty(len(terms), np.uint64)
        ranks[[self._vocabulary[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
        distinct, found = self._counted(name, ranks)
        return found._replace(terms=[terms[rank].encode() for rank in distinct.tolist()])


class _Pairs(_Occurrences):
    """A field of character pairs. A pair's number is its two code points, 16 bits each."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[str] = []
        self._waiting_docs: list[int] = []
        self._waiting_chars = 0

    def add(self, doc: int, text: str) -> None:
        self._waiting.append(text)
        self._waiting_docs.append(doc)
        self._waiting_chars += len(text)
        if self._waiting_chars >= _PAIR_TEXT_CHARS:
            self._find()

    def _find(self) -> None:
        joined = "\n".join([*self._waiting, ""])
        codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
        chinese = _is_chinese()[np.minimum(codes, 0xFFFF)]
        places = np.flatnonzero(chinese[:-1] & chinese[1:])
        pairs = codes[places] << np.uint32(16) | codes[places + 1]
        ends = np.cumsum([len(text) + 1 for text in self._waiting])
        lengths = np.diff(np.searchsorted(places, ends), prepend=0)
        self._extend(pairs, np.array(self._waiting_docs), lengths)
        self._waiting, self._waiting_docs, self._waiting_chars = [], [], 0

    def add_postings(self, postings: FieldPostings) -> None:
        joined = b"".join(postings.terms).decode()
        codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
        pairs = codes[::2] << np.uint32(16) | codes[1::2]
        repeated = np.repeat(np.repeat(pairs, np.diff(postings.starts)), postings.counts)
        self._extend(repeated, postings.docs, postings.counts)

    def postings(self, name: str) -> FieldPostings:
        if self._waiting:
            self._find()
        distinct, found = self._counted(name, None)
        codes = np.stack((distinct >> 16, distinct & 0xFFFF), axis=1).astype(np.uint32)
        joined = codes.tobytes().decode("utf-32-le")
        return found._replace(
            terms=[joined[at : at + 2].encode() for at in range(0, len(joined), 2)]
        )


@lru_cache(maxsize=1)
def _is_chinese() -> NDArray[np.bool_]:
    """By code point: what `CJK_RUN` holds."""
    return np.array([bool(CJK_RUN.match(chr(code))) for code in range(1 << 16)])
