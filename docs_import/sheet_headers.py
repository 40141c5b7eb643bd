"""Find the header row of a table and what its columns mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_WORDS = Path(__file__).parent / "data" / "sheet_headers.toml"
_ROWS_ABOVE = 20  # a title, a note on how to fill it in, a date: the header is not far
_MAX_HEADER = 30
_BRACKETS = re.compile(r"[（(【\[<《][^）)】\]>》]*[）)】\]>》]")
_NOISE = re.compile(r"[\s　*＊:：、，,。.·/\\\-_]+|\d+$|[一二三四五六七八九十]+$")


@dataclass(frozen=True)
class Header:
    """A header row.

    :ivar kind: contact, qa, guide or archive (an old knowledge base written out).
    :ivar at: index of the row.
    :ivar columns: what each column means, "" for one that is not known.
    :ivar labels: each column's header as the table prints it, on one line.
    """

    kind: str
    at: int
    columns: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class _Kind:
    name: str
    needs: tuple[frozenset[str], ...]
    words: Mapping[str, str]
    endings: tuple[tuple[str, str], ...]

    def meaning(self, header: str) -> str:
        """Return what a normalised header means, "" when it is not known."""
        if header in self.words:
            return self.words[header]
        return next((name for end, name in self.endings if header.endswith(end)), "")

    def fits(self, meanings: set[str]) -> bool:
        return any(need <= meanings for need in self.needs)


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Return the header row of a table, None when no row says what the columns are.

    :param rows: all rows from the top, merged cells filled.
    """
    best: tuple[int, Header] | None = None
    for at, row in enumerate(rows[:_ROWS_ABOVE]):
        for score, header in _readings(at, row):
            if best is None or score > best[0]:
                best = score, header
    return best[1] if best else None


def kind_named(text: str) -> str:
    """Return policy, notice, qa, guide or contact for the word in a column of kinds, or ""."""
    return next((name for name, words in _named_kinds().items() if text.strip() in words), "")


def meaning_of(kind: str, label: str) -> str:
    """Return what a label means among the words of one kind of table, "" when it is not known."""
    header = plain_header(label) if len(label) <= _MAX_HEADER else ""
    known = next(each for each in _kinds() if each.name == kind)
    return known.meaning(header) if header else ""


def plain_header(text: str) -> str:
    """Return a header as the vocabulary has it: no spaces, brackets, signs, numbers at the end."""
    text = _BRACKETS.sub("", text)
    before = ""
    while before != text:
        before, text = text, _NOISE.sub("", text)
    return text


def _readings(at: int, row: Sequence[str]) -> Iterator[tuple[int, Header]]:
    labels = tuple(" ".join(cell.split()) for cell in row)
    headers = [plain_header(label) if len(label) <= _MAX_HEADER else "" for label in labels]
    filled = len({label for label in labels if label})
    for kind in _kinds():
        columns = tuple(kind.meaning(header) if header else "" for header in headers)
        known = {column for column in columns if column}
        # A row of values may hold two such words by chance, hardly a third of its cells.
        if kind.fits(known) and 3 * len(known) >= filled:
            yield len(known), Header(kind.name, at, columns, labels)


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text("utf-8"))


@cache
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _kind(name, data) for name, data in _vocabulary().items() if isinstance(data, dict)
        and "columns" in data
    )  # fmt: skip


def _kind(name: str, data: dict[str, Any]) -> _Kind:
    pairs = [(word, meaning) for meaning, words in data["columns"].items() for word in words]
    return _Kind(
        name,
        tuple(frozenset(need) for need in data["needs"]),
        {word: meaning for word, meaning in pairs if not word.startswith("*")},
        tuple((word[1:], meaning) for word, meaning in pairs if word.startswith("*")),
    )


def _named_kinds() -> dict[str, list[str]]:
    named: dict[str, list[str]] = _vocabulary()["kinds"]
    return named
