"""Tables of a DOCX into grids: merged, missing, nested and removed cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from docs_import.docx_package import W
from docs_import.docx_text import WRAPPERS
from docs_import.tables import Cell, too_many_cells

_MAX_SPAN = 200

Words = Callable[[etree._Element], str]


def is_layout(table: etree._Element) -> bool:
    """Tell whether a table only places things: it has one cell, or one column with tables in it."""
    rows = [cells(row) for row in table_rows(table)]
    if sum(map(len, rows)) <= 1:
        return True
    return all(len(row) <= 1 for row in rows) and table.find(f"{W}tr/{W}tc/{W}tbl") is not None


def table_rows(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows that are left when all revisions are accepted."""
    for child in table:
        if child.tag == W + "tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag == W + "sdt":
            content = child.find(W + "sdtContent")
            yield from () if content is None else table_rows(content)
        elif child.tag in WRAPPERS:
            yield from table_rows(child)


def cells(row: etree._Element) -> list[etree._Element]:
    """Return the cells of a row, those in content controls too."""
    found: list[etree._Element] = []
    for child in row:
        if child.tag == W + "tc":
            if child.find(f"{W}tcPr/{W}cellDel") is None:
                found.append(child)
        elif child.tag == W + "sdt":
            content = child.find(W + "sdtContent")
            found += [] if content is None else cells(content)
        elif child.tag in WRAPPERS:
            found += cells(child)
    return found


def read_rows(table: etree._Element, words: Words) -> Iterator[list[Cell]]:
    """Yield the rows; a cell merged downwards has its first cell's text in each row.

    :param words: the text of one cell.
    :raises DocumentUnreadable: too_complex; a span of a hundred million is an attack.
    """
    above: dict[int, str] = {}  # column -> text of the merge that is open there
    for row in table_rows(table):
        before = _skipped(row, "gridBefore")
        line = [Cell("", before)] if before else []
        column = before
        for cell in cells(row):
            span = _span(cell.find(f"{W}tcPr/{W}gridSpan"))
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            text = words(cell)
            if merge is None:
                above.pop(column, None)
            elif merge.get(W + "val") == "restart" or column not in above:
                above[column] = text
            else:
                text = text or above[column]
            line.append(Cell(text, span))
            column += span
        yield line


def _skipped(row: etree._Element, name: str) -> int:
    element = row.find(f"{W}trPr/{W}{name}")
    return 0 if element is None else _span(element)


def _span(element: etree._Element | None) -> int:
    value = "1" if element is None else (element.get(W + "val") or "1").strip()
    if not value.isdigit():
        return 1
    if len(value) > 4 or int(value) > _MAX_SPAN:
        raise too_many_cells()
    return max(int(value), 1)
