"""Rows of recognised lines into blocks: paragraphs joined over lines and pages, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docs_import.document import Block
from docs_import.head_lines import is_date_line, is_number_line, is_organ_line
from docs_import.markdown_body import one_line
from docs_import.numbering import Rank, marker
from docs_import.ocr.grids import table, table_runs
from docs_import.ocr.page_rows import Row

_SENTENCE_END = ("。", "！", "？", "；", "：")
_FULL_LINE = 0.6  # of the page's width: shorter lines do not tell where the margin is
_SHORT_BY = 2.5  # heights of writing short of the margin: the paragraph ends here
_INDENT = 1.2
_OTHER_SIZE = 0.35


def blocks_of(pages: Sequence[Sequence[Row]]) -> list[Block]:
    """Return the blocks of all pages in reading order, each with its page."""
    blocks: list[Block] = []
    text, page = "", 0
    last: Row | None = None
    edges = _margins([row for rows in pages for row in rows])
    for row, cells in _pieces(pages):
        if not cells and text and last and not _begins(last, row, edges):
            text = _join(text, row.text)
            last = row
            continue
        if text:
            blocks.append(Block("paragraph", one_line(text), page=page))
        if cells:
            blocks.append(Block("table", "", rows=cells, page=row.page))
            text, last = "", None
        else:
            text, page, last = row.text, row.page, row
    if text:
        blocks.append(Block("paragraph", one_line(text), page=page))
    return blocks


def _pieces(
    pages: Sequence[Sequence[Row]],
) -> Iterator[tuple[Row, tuple[tuple[str, ...], ...]]]:
    """Rows of prose with no cells, and the first row of each table with all its cells."""
    for rows in pages:
        runs = dict(table_runs(rows))
        at = 0
        while at < len(rows):
            end = runs.get(at)
            yield rows[at], table(rows[at:end]) if end else ()
            at = end or at + 1


def _margins(rows: Sequence[Row]) -> dict[int, tuple[float, float]]:
    """Where full lines begin and end on each page: scans lie a little differently each time."""
    margins: dict[int, tuple[float, float]] = {}
    for page in {row.page for row in rows}:
        full = [row.box for row in rows if row.page == page and row.box.width >= _FULL_LINE]
        if full:
            lefts, rights = sorted(b.left for b in full), sorted(b.right for b in full)
            margins[page] = (lefts[len(lefts) // 10], rights[-1 - len(rights) // 10])
    return margins


def _begins(last: Row, row: Row, margins: dict[int, tuple[float, float]]) -> bool:
    """Tell whether a row begins a paragraph."""
    number = marker(row.text)
    if number and (number.rank < Rank.ARABIC or last.text.endswith(_SENTENCE_END)):
        return True
    if is_date_line(row.text) or is_number_line(row.text):
        return True
    if is_organ_line(last.text) and is_organ_line(row.text):
        return True
    if _is_centred_on(last, row):
        return False
    if last.page not in margins:
        return True
    if last.box.right < margins[last.page][1] - _SHORT_BY * last.size:
        return True
    if row.page in margins and row.box.left > margins[row.page][0] + _INDENT * row.size:
        return True
    return abs(row.size - last.size) > _OTHER_SIZE * min(row.size, last.size)


def _is_centred_on(last: Row, row: Row) -> bool:
    """A title in large writing over several centred lines is one."""
    if last.page != row.page or marker(row.text) or last.text.endswith(_SENTENCE_END):
        return False
    middles = [(one.box.left + one.box.right) / 2 for one in (last, row)]
    is_even = abs(last.size - row.size) < _OTHER_SIZE * min(row.size, last.size)
    are_middle = all(abs(middle - 0.5) < 0.04 for middle in middles)
    starts = min(last.box.left, row.box.left)
    is_near = row.box.top - last.box.bottom < 1.6 * row.size
    return is_even and are_middle and starts > 0.15 and is_near and not is_organ_line(row.text)


def _join(text: str, more: str) -> str:
    # A Latin word ends with its line; a number that is too long for the line goes on.
    are_letters = all(char.isascii() and char.isalpha() for char in (text[-1], more[0]))
    return f"{text} {more}" if are_letters else text + more
