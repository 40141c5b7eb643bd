"""A table of a PDF that goes on over its pages, as one."""

from __future__ import annotations

from docs_import.document import Block
from docs_import.pdf_tables import PageTable
from docs_import.tables import table_blocks

_NEAR = 6  # points


class LongTable:
    """The rows of a table page by page; its blocks are made once, when it has ended.

    :ivar at: the place of its blocks among those of the document.
    :ivar is_longer: whether a further page was added to the first.
    """

    def __init__(self, page: int, table: PageTable, grid: list[list[str]], at: int) -> None:
        self.at = at
        self.is_longer = False
        self._first_page = self._page = page
        self._table = table
        self._rows = _told(grid)

    def goes_on(self, page: int, table: PageTable) -> bool:
        """Tell whether a table of a later page continues it: the same columns."""
        if page <= self._page or len(self._table.columns) != len(table.columns):
            return False
        one = [place - self._table.left for place in self._table.columns]
        two = [place - table.left for place in table.columns]
        return all(abs(a - b) < _NEAR for a, b in zip(one, two, strict=True))

    def add(self, page: int, table: PageTable, grid: list[list[str]]) -> None:
        """Take the rows of the next page; the header is said once."""
        rows, before = _told(grid), self._rows
        header = next((at for at, row in enumerate(before) if len(set(row)) > 1), 0)
        again = 0
        while again < len(rows) and before[header + again : header + again + 1] == [rows[again]]:
            again += 1
        rows = rows[again:]
        if rows and not rows[0][0]:  # a merged cell that the page border has cut
            filled = next((at for at, cell in enumerate(rows[0]) if cell), 0)
            rows[0] = before[-1][:filled] + rows[0][filled:]
        before += rows
        self._page, self._table, self.is_longer = page, table, True

    def blocks(self) -> list[Block]:
        """The blocks of the whole table."""
        return table_blocks(self._rows, page=self._first_page)


def _told(grid: list[list[str]]) -> list[list[str]]:
    """The rows that say something."""
    return [[cell.strip() for cell in row] for row in grid if any(cell.strip() for cell in row)]
