"""Ruled tables of a page: the drawn lines make cells, the characters inside them the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from docs_import.numbering import marker
from docs_import.pdf_glyphs import Edge, Glyph
from docs_import.pdf_lines import TextLine, join, lines_of
from docs_import.tables import Cell

_SNAP = 3.0
_MAX_EDGES = 4_000
_MAX_CROSSINGS = 10_000  # a large page has 60 rows of 15 columns
_MAX_CELLS = 5_000
_ENDS = ("。", "；", ";", "！", "？")

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class PageTable:
    """A table on one page.

    :ivar rows: its cells in order; merged ones say how many places they take.
    :ivar columns: the places of its vertical lines in points.
    """

    left: float
    bottom: float
    right: float
    top: float
    columns: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


class _Grid:
    """The cells (left, bottom, right, top) of one table, and the box around them."""

    def __init__(self, cells: list[Box]) -> None:
        self.cells = cells
        self.left, self.bottom = min(c[0] for c in cells), min(c[1] for c in cells)
        self.right, self.top = max(c[2] for c in cells), max(c[3] for c in cells)


def tables_of(
    edges: Sequence[Edge], glyphs: Sequence[Glyph], height: float
) -> tuple[list[PageTable], list[Glyph]]:
    """Return the tables of a page and the characters outside of them.

    :param height: of the page in points.
    """
    grids = _grids(edges, height)
    if not grids:
        return [], list(glyphs)
    owners: list[list[list[Glyph]]] = [[[] for _ in grid.cells] for grid in grids]
    outside: list[Glyph] = []
    for glyph in glyphs:
        place = _cell_at(grids, (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2)
        if place is None:
            outside.append(glyph)
        else:
            owners[place[0]][place[1]].append(glyph)
    tables = [_table(grid.cells, inside) for grid, inside in zip(grids, owners, strict=True)]
    return tables, outside


def _grids(edges: Sequence[Edge], height: float) -> list[_Grid]:
    """Return the cells of each table that has at least two columns and two rows."""
    level = sum(edge.is_level for edge in edges)
    if level < 2 or len(edges) - level < 2:
        return []
    # Only pages with ruling lines pay for it.
    from pdfplumber import table as finder

    lines = [_for_finder(edge, height) for edge in edges[:_MAX_EDGES]]
    merged = finder.merge_edges(lines, _SNAP, _SNAP, _SNAP, _SNAP)
    level = sum(edge["orientation"] == "h" for edge in merged)
    if level * (len(merged) - level) > _MAX_CROSSINGS:
        return []
    cells = finder.intersections_to_cells(finder.edges_to_intersections(merged, _SNAP, _SNAP))
    if len(cells) > _MAX_CELLS:
        return []
    grids = []
    for group in finder.cells_to_tables(cells):
        boxes = [(c[0], height - c[3], c[2], height - c[1]) for c in group]
        if len(_places([b[0] for b in boxes])) > 1 and len(_places([b[3] for b in boxes])) > 1:
            grids.append(_Grid(boxes))
    return grids


def _for_finder(edge: Edge, height: float) -> dict[str, float | str]:
    level = edge.is_level
    x = edge.left if level else (edge.left + edge.right) / 2
    y = height - ((edge.bottom + edge.top) / 2 if level else edge.top)
    right = edge.right if level else x
    bottom = y if level else height - edge.bottom
    return {
        "x0": x, "x1": right, "top": y, "bottom": bottom, "width": right - x,
        "height": bottom - y, "orientation": "h" if level else "v",
    }  # fmt: skip


def _cell_at(grids: Sequence[_Grid], x: float, y: float) -> tuple[int, int] | None:
    for number, grid in enumerate(grids):
        if not (grid.left <= x <= grid.right and grid.bottom <= y <= grid.top):
            continue
        for at, (left, bottom, right, top) in enumerate(grid.cells):
            if left <= x <= right and bottom <= y <= top:
                return number, at
    return None


def _places(values: Sequence[float]) -> list[float]:
    """Return the distinct places, those within a few points counted once."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _SNAP:
            kept.append(value)
    return kept


def _nearest(places: Sequence[float], value: float) -> int:
    return max(bisect_left(places, value + _SNAP) - 1, 0)


def _table(grid: Sequence[Box], inside: Sequence[Sequence[Glyph]]) -> PageTable:
    columns = _places([x for box in grid for x in (box[0], box[2])])
    # Rows count from above, so their places are measured downwards.
    rows = _places([-y for box in grid for y in (box[1], box[3])])
    placed: dict[int, dict[int, Cell]] = {at: {} for at in range(len(rows) - 1)}
    for box, glyphs in zip(grid, inside, strict=True):
        row, column = _nearest(rows, -box[3]), _nearest(columns, box[0])
        across = max(_nearest(columns, box[2]) - column, 1)
        down = max(_nearest(rows, -box[1]) - row, 1)
        if row in placed:
            placed[row][column] = Cell(_cell_text(glyphs, box), across, down)
    filled = _with_holes(placed, len(columns) - 1)
    return PageTable(columns[0], -rows[-1], columns[-1], -rows[0], tuple(columns), filled)


def _with_holes(placed: dict[int, dict[int, Cell]], width: int) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows with an empty cell wherever no drawn cell covers a place."""
    covered = {
        (row + down, column + across)
        for row, cells in placed.items()
        for column, cell in cells.items()
        for down in range(cell.down)
        for across in range(cell.across)
    }
    rows = []
    for row, cells in placed.items():
        holes = {at: Cell("") for at in range(width) if (row, at) not in covered}
        rows.append(tuple(cell for _, cell in sorted((cells | holes).items())))
    return tuple(rows)


def _cell_text(glyphs: Sequence[Glyph], box: Box) -> str:
    """Return a cell's words; a line that the cell's side broke is joined again."""
    text = ""
    last: TextLine | None = None
    for line in lines_of(glyphs):
        full = last is not None and last.right > box[2] - 2.2 * (last.top - last.bottom)
        ended = last is not None and (last.text.endswith(_ENDS) and not full)
        if last is None:
            text = line.text
        elif ended or (marker(line.text) is not None and not full) or _begins_item(text, line):
            text += "\n" + line.text
        else:
            text = join(text, line.text)
        last = line
    return text


def _begins_item(text: str, line: TextLine) -> bool:
    return marker(line.text) is not None and text.endswith(_ENDS)
