"""Tables among the rows of a page: three rows and more whose cells stand under each other."""

from __future__ import annotations

from collections.abc import Sequence

from docs_import.ocr.page_rows import Row

_LEAST_ROWS = 3
_GAP = 0.5  # of a line's height: nearer pieces are one cell, cut by the recogniser
_NEAR = 2.2  # of a line's height between two rows of a table


def table_runs(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Return the half-open ranges of rows that are tables."""
    runs: list[tuple[int, int]] = []
    at = 0
    while at < len(rows):
        end = _run_end(rows, at)
        if end is None:
            at += 1
        else:
            runs.append((at, end))
            at = end
    return runs


def table(rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """Return the cells of rows that are a table; a row that only goes on joins the one above."""
    columns = _columns(rows)
    grid: list[list[str]] = []
    for row in rows:
        cells = [""] * len(columns)
        for cell in row.cells:
            place = _column_of((cell.box.left + cell.box.right) / 2, columns)
            cells[place] += cell.text
        if grid and not cells[0] and grid[-1][0]:
            grid[-1] = [above + below for above, below in zip(grid[-1], cells, strict=True)]
        else:
            grid.append(cells)
    return tuple(tuple(cells) for cells in grid)


def _run_end(rows: Sequence[Row], start: int) -> int | None:
    """Where the table that begins at a row ends; None where none begins."""
    if len(rows[start].cells) < 2:
        return None
    end = start + 1
    while end < len(rows) and _goes_on(rows, start, end):
        end += 1
    while len(rows[end - 1].cells) < 2 and not _hangs(rows[end - 1], rows[start:end]):
        end -= 1
    full = [row for row in rows[start:end] if len(row.cells) > 1]
    return end if len(full) >= _LEAST_ROWS else None


def _goes_on(rows: Sequence[Row], start: int, at: int) -> bool:
    """Another row of the table: its cells keep to the columns and leave two at least."""
    row, last = rows[at], rows[at - 1]
    if row.box.top - last.box.bottom > _NEAR * row.size:
        return False
    columns = _columns(rows[start : at + 1])
    if len(columns) < 2 or len(columns) < max(len(one.cells) for one in rows[start : at + 1]):
        return False
    return len(row.cells) > 1 or _hangs(row, rows[start:at])


def _hangs(row: Row, above: Sequence[Row]) -> bool:
    """A single cell that goes on below one that is not the first: 3 lines in one cell."""
    columns = _columns(above)
    left = row.cells[0].box.left
    return len(columns) > 1 and left >= columns[1][0] - _GAP * row.size


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The intervals that the cells cover, those that overlap made one."""
    spans = sorted((cell.box.left, cell.box.right) for row in rows for cell in row.cells)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(right, columns[-1][1]))
        else:
            columns.append((left, right))
    return columns


def _column_of(middle: float, columns: Sequence[tuple[float, float]]) -> int:
    return max(place for place, (left, _) in enumerate(columns) if place == 0 or middle >= left)
