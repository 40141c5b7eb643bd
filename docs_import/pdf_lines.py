"""Characters of a PDF page into lines, and lines into the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from docs_import.clean import clean_text
from docs_import.pdf_glyphs import GUESSED, Glyph, Look

if TYPE_CHECKING:
    from docs_import.pdf_tables import PageTable

_GAP = 1.6  # ems that end a piece of a line
_BLANK = 0.27  # ems between two letters that mean a blank; justified digits stand 0.2 apart
_PLAIN = Look(0.0, False)
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·]")
_WORD = re.compile(r"[A-Za-z]{2,}-$")


@dataclass(frozen=True)
class TextLine:
    """One line of a page: its text and its box in points, origin below left.

    :ivar size: of the type in points; 0.0 where it is not known.
    :ivar column: 0 on a page of one column, else 1 or 2.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float = 0.0
    bold: bool = False
    column: int = 0


@dataclass(frozen=True)
class Page:
    """One page: number from 1, size in points, lines in reading order, ruled tables."""

    number: int
    width: float
    height: float
    lines: list[TextLine]
    tables: list[PageTable] = field(default_factory=list)


def lines_of(
    glyphs: Sequence[Glyph],
    look: Callable[[int], Look] | None = None,
    size: tuple[float, float] | None = None,
) -> list[TextLine]:
    """Return the lines of a page in reading order, two columns one after the other.

    :param look: tells how a character is set.
    :param size: width and height of the page, when columns are to be looked for.
    """
    pieces = [line for run in _runs(glyphs) if (line := _line(run, look)) is not None]
    if size:
        columns = _columns(pieces, size)
        if columns is not None:
            return columns
    return _rows(pieces)


def join(text: str, more: str) -> str:
    """Return two lines as one: no blank between Chinese, no hyphen inside a word."""
    if _WORD.search(text) and more[:1].islower() and more[:1].isascii():
        return text[:-1] + more
    if text[-1:].isascii() and text[-1:].isalnum() and more[:1].isascii() and more[:1].isalnum():
        return f"{text} {more}"
    return text + more


def _runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Cut the characters where the line changes or a wide gap stands."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    em = 0.0  # the tallest character of the run: points and quotes are flat
    for glyph in glyphs:
        if glyph.char.isspace():
            if runs:
                runs[-1].append(glyph)
            continue
        high = max(glyph.top - glyph.bottom, glyph.right - glyph.left)
        if last is None or not _same_run(last, glyph, max(em, high)):
            runs.append([])
            em = 0.0
        em = max(em, high)
        runs[-1].append(glyph)
        last = glyph
    return runs


def _same_run(last: Glyph, glyph: Glyph, em: float) -> bool:
    apart = abs((last.top + last.bottom) - (glyph.top + glyph.bottom)) / 2
    overlap = min(last.top, glyph.top) - max(last.bottom, glyph.bottom)
    if overlap < 0 and apart > 0.6 * em:
        return False
    return -0.6 * em <= glyph.left - last.right <= _GAP * em


def _line(run: Sequence[Glyph], look: Callable[[int], Look] | None) -> TextLine | None:
    """Return a run of characters as a line; None when nothing of it is visible."""
    text, _ = clean_text(_spaced(run))
    if not text.strip():
        return None
    inked = [glyph for glyph in run if not glyph.char.isspace()]
    how = look(inked[len(inked) // 2].at) if look else _PLAIN
    return TextLine(
        text.strip(),
        min(glyph.left for glyph in inked),
        min(glyph.bottom for glyph in inked),
        max(glyph.right for glyph in inked),
        max(glyph.top for glyph in inked),
        how.size,
        how.bold,
    )


def _spaced(run: Sequence[Glyph]) -> str:
    """Return the characters; a guessed blank counts between Latin words only."""
    parts: list[str] = []
    em = max(glyph.top - glyph.bottom for glyph in run)
    for at, glyph in enumerate(run):
        if glyph.at != GUESSED:
            parts.append(" " if glyph.char.isspace() else glyph.char)
        elif 0 < at < len(run) - 1 and _are_apart(run[at - 1], run[at + 1], em):
            parts.append(" ")
    return "".join(parts)


def _are_apart(before: Glyph, after: Glyph, em: float) -> bool:
    if _CJK.match(before.char) or _CJK.match(after.char):
        return False
    return after.left - before.right > _BLANK * em


def _rows(pieces: Sequence[TextLine]) -> list[TextLine]:
    """Join the pieces on one height, from left to right, and order the rows downwards."""
    rows: list[list[TextLine]] = []
    for piece in sorted(pieces, key=lambda line: -(line.top + line.bottom)):
        if rows and _same_row(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(sorted(row, key=lambda line: line.left)) for row in rows]


def _same_row(row: Sequence[TextLine], piece: TextLine) -> bool:
    bottom, top = min(line.bottom for line in row), max(line.top for line in row)
    overlap = min(top, piece.top) - max(bottom, piece.bottom)
    return overlap >= 0.5 * min(piece.top - piece.bottom, top - bottom)


def _joined(row: Sequence[TextLine]) -> TextLine:
    if len(row) == 1:
        return row[0]
    text = row[0].text
    for before, piece in pairwise(row):
        near = piece.left - before.right < 0.5 * (piece.top - piece.bottom)
        text = text + piece.text if near else f"{text} {piece.text}"
    widest = max(row, key=lambda line: line.right - line.left)
    return replace(
        widest,
        text=text,
        left=row[0].left,
        right=max(line.right for line in row),
        bottom=min(line.bottom for line in row),
        top=max(line.top for line in row),
    )


def _columns(pieces: Sequence[TextLine], size: tuple[float, float]) -> list[TextLine] | None:
    """Return the lines column by column when the page is set in two; None when it is not.

    A list of names and values also stands in two columns, but its lines are short: both columns
    must be nearly as wide as they can be. On two pages side by side one of them suffices.
    """
    if not pieces:
        return None
    left, right = min(line.left for line in pieces), max(line.right for line in pieces)
    found = _sides(pieces, (left + right) / 2, (right - left) / 2, 5, 0.7)
    if found is not None and min(map(_usual_width, found)) >= 0.35 * (right - left):
        return _by_columns(pieces, found)
    if size[0] > 1.3 * size[1]:
        found = _sides(pieces, size[0] / 2, size[0] / 2 - left, 3, 0.95)
        if found is not None and max(map(_usual_width, found)) >= 0.7 * (size[0] / 2 - left):
            return _by_columns(pieces, found)
    return None


_Sides = tuple[list[TextLine], list[TextLine]]


def _sides(
    pieces: Sequence[TextLine], middle: float, half: float, least: int, share: float
) -> _Sides | None:
    """Return the lines on each side of the middle, when there are enough of them."""
    one = [line for line in pieces if line.right <= middle + 0.02 * half]
    two = [line for line in pieces if line.left >= middle - 0.02 * half]
    enough = min(len(one), len(two)) >= least and len(one) + len(two) >= share * len(pieces)
    return (one, two) if enough else None


def _usual_width(lines: Sequence[TextLine]) -> float:
    return median(line.right - line.left for line in lines)


def _by_columns(pieces: Sequence[TextLine], sides: _Sides) -> list[TextLine]:
    """Return the left lines before the right ones, between lines that cross the middle."""
    side_of = {id(line): side for side, lines in enumerate(sides, start=1) for line in lines}
    ordered: list[TextLine] = []
    bands: dict[int, list[TextLine]] = {1: [], 2: []}

    def flush() -> None:
        for column, lines in bands.items():
            ordered.extend(replace(line, column=column) for line in _rows(lines))
            lines.clear()

    for line in sorted(pieces, key=lambda item: -item.top):
        if id(line) in side_of:
            bands[side_of[id(line)]].append(line)
        else:
            flush()
            ordered.append(line)
    flush()
    return ordered
