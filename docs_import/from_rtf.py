"""RTF: paragraphs and tables; characters read by the file's own code page, GBK included."""

from __future__ import annotations

from striprtf.striprtf import rtf_to_text

from docs_import.archive import broken
from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.headings import MAX_TITLE
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.numbering import marker
from docs_import.raw import RawDocument
from docs_import.rtf_marks import (
    CELL,
    CELL_EDGE,
    JOINS_ABOVE,
    JOINS_LEFT,
    MARKS,
    ROW,
    TABLE,
    TITLE,
    marked,
)
from docs_import.tables import Cell, fill, table_blocks


def read_rtf(data: bytes, limits: Limits) -> RawDocument:
    """Read an RTF file; pictures, headers and field codes are left out.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    try:
        text = rtf_to_text(marked(data.decode("latin-1")), errors="replace")
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise broken() from error
    # Characters beyond the first 65,536 are written as two halves.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text, warnings = clean_text(text)
    return RawDocument(_Reader(limits).read(text), Hints(), warnings)


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.blocks: list[Block] = []
        self.rows: list[list[Cell]] = []
        self.cells: list[str] = []
        self.edges: list[str] = []  # how the cells of this row join others
        self.joins = ""
        self.in_row = False

    def read(self, text: str) -> list[Block]:
        """Return the blocks of the text with its marks."""
        buffer = ""
        for part in MARKS.split(text):
            if part == TABLE:
                if not self.in_row:
                    self._paragraphs(buffer)
                    buffer = ""
                    self.in_row = True
                self.edges, self.joins = [], ""
            elif part in (JOINS_ABOVE, JOINS_LEFT):
                self.joins += part
            elif part == CELL_EDGE:
                self.edges.append(self.joins)
                self.joins = ""
            elif part == CELL:
                self.cells.append(buffer)
                buffer = ""
            elif part == ROW:
                self._row(buffer)
                buffer = ""
            else:
                buffer += part
        self._paragraphs(buffer)
        self._table()
        return self.blocks

    def _paragraphs(self, text: str) -> None:
        lines = [line for line in text.split("\n") if one_line(line.replace(TITLE, ""))]
        if lines:
            self._table()
        self.blocks += [self._line(line) for line in lines]

    def _line(self, line: str) -> Block:
        words = one_line(line.replace(TITLE, ""))
        has_title = any(block.level == 1 for block in self.blocks)
        if TITLE in line and not has_title and len(words) <= MAX_TITLE and not marker(words):
            return Block("heading", words, 1)
        return Block("paragraph", words)

    def _row(self, rest: str) -> None:
        texts = [*self.cells, rest] if rest.strip() else self.cells
        row: list[Cell] = []
        for at, text in enumerate(texts):
            lines = text.replace(TITLE, "").split("\n")
            words = "\n".join(words for line in lines if (words := one_line(line)))
            joins = self.edges[at] if at < len(self.edges) else ""
            above = self.rows[-1] if self.rows else []
            if JOINS_ABOVE in joins and at < len(above) and not words:
                words = above[at].text
            if JOINS_LEFT in joins and row and not words:
                words = row[-1].text
            row.append(Cell(words))
        if row:
            self.rows.append(row)
        self.cells, self.edges, self.in_row = [], [], False

    def _table(self) -> None:
        if self.rows:
            self.blocks += table_blocks(fill(self.rows, self.limits))
        self.rows = []
