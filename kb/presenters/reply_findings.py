"""Findings of a reply as a page shows them: the text in pieces, the doubtful ones marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.replies.finding import Finding, Severity


@dataclass(frozen=True)
class Piece:
    """A piece of the reply; ``numbers`` of the findings it belongs to, from 1, none if plain."""

    text: str
    numbers: tuple[int, ...] = ()
    severity: str = ""


@dataclass(frozen=True)
class FindingsPage:
    """:ivar pieces: together the reply; ``rows`` the findings with their numbers."""

    pieces: tuple[Piece, ...]
    rows: tuple[tuple[int, Finding], ...]

    @property
    def serious(self) -> int:
        """How many should be mended."""
        return sum(finding.severity is Severity.SERIOUS for _, finding in self.rows)


def findings_page(reply: str, findings: Sequence[Finding]) -> FindingsPage:
    """Number the findings and cut the reply at their edges.

    Only what has a place in the reply is marked; the worse severity shows where two meet.
    """
    rows = tuple(enumerate(findings, start=1))
    marks = [(n, f) for n, f in rows if f.end > f.start and f.end - f.start < len(reply)]
    edges = sorted({0, len(reply), *(e for _, f in marks for e in (f.start, f.end))})
    pieces = []
    for start, end in pairwise(edges):
        here = [(n, f) for n, f in marks if f.start <= start and end <= f.end]
        severity = min((list(Severity).index(f.severity) for _, f in here), default=None)
        name = "" if severity is None else list(Severity)[severity].value
        pieces.append(Piece(reply[start:end], tuple(n for n, _ in here), name))
    return FindingsPage(tuple(pieces), rows)
