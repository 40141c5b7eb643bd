"""A reply cut into sentences and clauses that keep their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kb.conflicts.layout import level

_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;]?")
_COMMA_CLAUSE = re.compile(r"[^，,：:。！!？?；;]+")


@dataclass(frozen=True)
class Piece:
    """``text[start:end]`` of the draft, levelled."""

    text: str
    start: int
    end: int

    def clauses(self) -> Iterator["Piece"]:
        """What stands between its commas."""
        for found in _COMMA_CLAUSE.finditer(self.text):
            yield _stripped(found[0], self.start + found.start())


class Draft:
    """A text as the checks read it: one width of digits, every character in its place.

    :ivar raw: as it was written; ``text`` levelled.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = level(raw)

    @cached_property
    def sentences(self) -> tuple[Piece, ...]:
        """Its sentences in order, without surrounding blanks; empty ones left out."""
        found = (_stripped(match[0], match.start()) for match in _SENTENCE.finditer(self.text))
        return tuple(piece for piece in found if re.search(r"\w", piece.text))


def _stripped(said: str, start: int) -> Piece:
    begin = start + len(said) - len(said.lstrip())
    text = said.strip()
    return Piece(text, begin, begin + len(text))
