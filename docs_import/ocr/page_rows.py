"""The recognised lines of a page as rows of boxes, without heads, feet and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from docs_import.document import ReadLine
from docs_import.headings import squeeze
from docs_import.ocr.straight import Box

_EDGE = 0.1  # part of the page's height where heads and feet stand
_PAGE_NUMBER = re.compile(
    r"[-—–·一\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共，,]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·一\s]*"
)
_SAME_ROW = 0.5  # of a line's height between two middles
_NEVER = frozenset({""})


@dataclass(frozen=True)
class Cell:
    """Some words and where they stand; lengths in widths of the page."""

    text: str
    box: Box


@dataclass(frozen=True)
class Row:
    """What stands side by side, from the left."""

    page: int
    cells: tuple[Cell, ...]

    @property
    def box(self) -> Box:
        """Around all of it."""
        boxes = [cell.box for cell in self.cells]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

    @property
    def text(self) -> str:
        """All words, a space between what stands apart."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def size(self) -> float:
        """The height of its writing."""
        return max(cell.box.height for cell in self.cells)


def body_rows(pages: Sequence[Sequence[ReadLine]], ratios: Sequence[float]) -> list[list[Row]]:
    """Return the rows of every page in the order of its lines.

    :param pages: the lines of each page in reading order; an empty text takes a line out.
    :param ratios: height of each page as a multiple of its width.
    """
    repeated = _repeated(pages)
    return [
        _rows([line for line in lines if not _is_edge_matter(line, repeated)], ratio)
        for lines, ratio in zip(pages, ratios, strict=True)
    ]


def _rows(lines: Sequence[ReadLine], ratio: float) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        left, top, right, bottom = line.box
        cell = Cell(line.text.strip(), Box(left, top * ratio, right, bottom * ratio))
        if not cell.text:
            continue
        if rows and _is_beside(rows[-1], cell.box):
            rows[-1] = Row(line.page, (*rows[-1].cells, cell))
        else:
            rows.append(Row(line.page, (cell,)))
    return rows


def _is_beside(row: Row, box: Box) -> bool:
    """Lines come in reading order: what goes on to the right at one height is one row."""
    last = row.cells[-1].box
    near = _SAME_ROW * min(last.height, box.height)
    return abs(last.middle - box.middle) < near and box.left > last.left


def _is_edge_matter(line: ReadLine, repeated: set[str]) -> bool:
    return _is_at_edge(line) and (
        bool(_PAGE_NUMBER.fullmatch(line.text.strip())) or _shape(line.text) in repeated
    )


def _is_at_edge(line: ReadLine) -> bool:
    return line.box[3] < _EDGE or line.box[1] > 1 - _EDGE


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", squeeze(text))


def _repeated(pages: Sequence[Sequence[ReadLine]]) -> set[str]:
    """Return the texts that stand at the edge of at least three pages, and half of them."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_shape(line.text) for line in lines if _is_at_edge(line)})
    needed = max(3, len(pages) // 2)
    return {text for text, count in counts.items() if count >= needed} - _NEVER
