"""Lines and tables of PDF pages into paragraphs, headings and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from docs_import.document import Block
from docs_import.head_lines import is_date_line, is_number_line, is_organ_line
from docs_import.headings import squeeze
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.numbering import Marker, Rank, marker
from docs_import.pdf_lines import Page, TextLine, join
from docs_import.pdf_long_tables import LongTable
from docs_import.pdf_tables import PageTable
from docs_import.tables import fill, table_blocks
from docs_import.type_headings import Paragraph, as_blocks

_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·\s]*"
)
_ROMAN_NUMBER = re.compile(r"[-—–·\s]*[ivxIVX]{1,6}[-—–·\s]*")
_LEADER = re.compile(r"\s*[.…·。]{4,}\s*(\d{1,4})$")
_EDGE = 0.1  # part of the page's height where heads and feet stand
_NUMBER_EDGE = 0.13  # 公文 print their number right below the text
_SENTENCE_END = ("。", "！", "？", "；", "：")


@dataclass(frozen=True)
class _Margins:
    """Where the lines of a column usually begin and end, in points."""

    left: float
    right: float


def page_blocks(pages: Sequence[Page], limits: Limits | None = None) -> list[Block]:
    """Return the blocks of all pages; what runs over a page border is joined."""
    limits = limits or Limits()
    writer = _Writer(_margins(pages), limits)
    repeated = _repeated(pages)
    for page in pages:
        for item in _body(page, repeated):
            writer.take(page, item)
    return writer.blocks()


def _body(page: Page, repeated: set[str]) -> Iterator[TextLine | PageTable]:
    """Yield the lines and tables of a page downwards, without its head, foot and number."""
    tables = sorted(page.tables, key=lambda table: -table.top)
    for line in page.lines:
        while tables and tables[0].top > line.top and line.column < 2:
            yield tables.pop(0)
        if _is_page_number(page, line) or (_at_edge(page, line) and _shape(line.text) in repeated):
            continue
        yield line
    yield from tables


def _at_edge(page: Page, line: TextLine, edge: float = _EDGE) -> bool:
    return line.bottom > page.height * (1 - edge) or line.top < page.height * edge


def _is_page_number(page: Page, line: TextLine) -> bool:
    is_number = _PAGE_NUMBER.fullmatch(line.text) or _ROMAN_NUMBER.fullmatch(line.text)
    return bool(is_number) and _at_edge(page, line, _NUMBER_EDGE)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", squeeze(text))


def _repeated(pages: Sequence[Page]) -> set[str]:
    """Return the texts that stand at the edge of at least three pages, and half of them."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(line.text) for line in page.lines if _at_edge(page, line)})
    needed = max(3, len(pages) // 2)
    return {text for text, count in counts.items() if count >= needed}


def _margins(pages: Sequence[Page]) -> dict[int, _Margins]:
    """Return the margins by column: where most lines begin, and what a tenth of them reach."""
    by_column: dict[int, list[TextLine]] = {}
    for page in pages:
        for line in page.lines:
            by_column.setdefault(line.column, []).append(line)
    found = {}
    for column, lines in by_column.items():
        ends = sorted((line.right for line in lines), reverse=True)
        starts = Counter(round(line.left) for line in lines if len(line.text) > 8)
        usual = [place for place, count in starts.items() if count >= 0.2 * starts.total()]
        left = min(usual or [round(line.left) for line in lines])
        found[column] = _Margins(left, ends[len(ends) // 10])
    return found


class _Writer:
    """Takes lines and tables in order and makes paragraphs of them."""

    def __init__(self, margins: dict[int, _Margins], limits: Limits) -> None:
        self.margins = margins
        self.limits = limits
        self.done: list[Paragraph | Block] = []
        self.open: Paragraph | None = None
        self.last: TextLine | None = None
        self.long_table: LongTable | None = None
        self.numbers: dict[Rank, int] = {}

    def blocks(self) -> list[Block]:
        self._close()
        self._end_table()
        return as_blocks(self.done)

    def take(self, page: Page, item: TextLine | PageTable) -> None:
        if isinstance(item, TextLine):
            self._line(page, item)
        else:
            self._table(page, item)

    def _line(self, page: Page, line: TextLine) -> None:
        self._end_table()
        if self.open and self.last and not self._begins(self.last, line):
            self.open.text = join(self.open.text, line.text)
            self.open.lines += 1
        else:
            self._close()
            number = marker(line.text)
            if number:
                self.numbers[number.rank] = _value(number)
            self.open = Paragraph(
                line.text, page.number, line.size, line.bold, self._is_centred(line)
            )
        self.last = line

    def _close(self) -> None:
        if self.open:
            self.open.text = one_line(_LEADER.sub(r" \1", self.open.text))
            self.done.append(self.open)
        self.open = self.last = None

    def _table(self, page: Page, table: PageTable) -> None:
        self._close()
        grid = fill([list(row) for row in table.rows], self.limits)
        if self.long_table and self.long_table.goes_on(page.number, table):
            self.long_table.add(page.number, table, grid)
            return
        self._end_table()
        blocks = table_blocks(grid, page=page.number)
        if blocks and blocks[-1].kind == "table":
            self.long_table = LongTable(page.number, table, grid, len(self.done))
        self.done += blocks

    def _end_table(self) -> None:
        """Make the blocks of a table over several pages, once, since each page may be long."""
        if self.long_table and self.long_table.is_longer:
            self.done[self.long_table.at :] = self.long_table.blocks()
        self.long_table = None

    def _is_centred(self, line: TextLine) -> bool:
        margins = self.margins[line.column]
        size = max(line.size, 8.0)
        middle = (margins.left + margins.right) / 2
        return abs((line.left + line.right) / 2 - middle) < size and line.left > (
            margins.left + 1.5 * size
        )

    def _begins(self, last: TextLine, line: TextLine) -> bool:
        """Tell whether a line begins a paragraph: by its number, its place, or the one before."""
        size = max(median((last.top - last.bottom, line.top - line.bottom)), 6.0)
        number = marker(line.text)
        if number and (number.rank < Rank.ARABIC or last.text.endswith(_SENTENCE_END)):
            return True
        if number and _value(number) == self.numbers.get(number.rank, -1) + 1:
            return True
        if is_date_line(line.text) or is_number_line(line.text) or _LEADER.search(last.text):
            return True
        if is_organ_line(last.text) and is_organ_line(line.text):
            return True
        if _differ(last, line, size):
            return True
        if self._is_centred(last) and self._is_centred(line):
            return not _same_title(last, line)
        margins = self.margins[line.column]
        if last.right < self.margins[last.column].right - 2.5 * size:
            return True
        indented = line.left > margins.left + 1.2 * size
        if indented and last.left <= self.margins[last.column].left + 1.2 * size:
            return True
        return indented and last.text.endswith(_SENTENCE_END)


def _value(number: Marker) -> int:
    """Return the number of 12. or （3）; -1 where it is not written in digits."""
    digits = re.search(r"\d+", number.label)
    return int(digits[0]) if digits else -1


def _differ(last: TextLine, line: TextLine, size: float) -> bool:
    if last.size and line.size:
        return abs(last.size - line.size) > 0.14 * max(last.size, line.size)
    return abs((line.top - line.bottom) - (last.top - last.bottom)) > 0.6 * size


def _same_title(last: TextLine, line: TextLine) -> bool:
    """Tell whether two centred lines are one title, broken where it was too long."""
    if is_number_line(last.text) or is_date_line(last.text) or last.text.endswith("文件"):
        return False
    near = last.bottom - line.top < 1.2 * (line.top - line.bottom)
    return near and last.bold == line.bold
