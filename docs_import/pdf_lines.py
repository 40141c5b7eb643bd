"""Lines of PDF pages into paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from docs_import.document import Block
from docs_import.head_lines import is_date_line, is_number_line, is_organ_line
from docs_import.headings import squeeze
from docs_import.markdown_body import one_line
from docs_import.numbering import Rank, marker

_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*\d{1,4}\s*页?)?[-—–·\s]*"
)
_EDGE = 0.1  # part of the page's height where heads and feet stand
_SENTENCE_END = ("。", "！", "？", "；", "：")


@dataclass(frozen=True)
class TextLine:
    """One line of a page: its text and its box in points, origin below left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Page:
    """One page: number from 1, size in points, lines in reading order."""

    number: int
    width: float
    height: float
    lines: list[TextLine]


def page_blocks(pages: Sequence[Page]) -> list[Block]:
    """Return the paragraphs of all pages; one that runs over a page border is joined."""
    repeated = _repeated(pages)
    blocks: list[Block] = []
    open_text, open_page = "", 0
    right = _right_margin(pages)
    last: TextLine | None = None
    for page, line in _body(pages, repeated):
        if last is not None and open_text and not _begins(last, line, right):
            open_text = _join(open_text, line.text)
        else:
            if open_text:
                blocks.append(Block("paragraph", one_line(open_text), page=open_page))
            open_text, open_page = line.text, page.number
        last = line
    if open_text:
        blocks.append(Block("paragraph", one_line(open_text), page=open_page))
    return blocks


def _body(pages: Sequence[Page], repeated: set[str]) -> Iterator[tuple[Page, TextLine]]:
    for page in pages:
        for line in page.lines:
            if _at_edge(page, line) and (
                _PAGE_NUMBER.fullmatch(line.text) or _shape(line.text) in repeated
            ):
                continue
            yield page, line


def _at_edge(page: Page, line: TextLine) -> bool:
    return line.bottom > page.height * (1 - _EDGE) or line.top < page.height * _EDGE


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", squeeze(text))


def _repeated(pages: Sequence[Page]) -> set[str]:
    """Return the texts that stand at the edge of at least three pages, and half of them."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(line.text) for line in page.lines if _at_edge(page, line)})
    needed = max(3, len(pages) // 2)
    return {text for text, count in counts.items() if count >= needed}


def _right_margin(pages: Sequence[Page]) -> float:
    """Return where full lines end: the right end that a tenth of the lines reach."""
    ends = sorted((line.right for page in pages for line in page.lines), reverse=True)
    return ends[len(ends) // 10] if ends else 0.0


def _begins(last: TextLine, line: TextLine, right: float) -> bool:
    """Tell whether a line begins a paragraph: the one before is not full, or it has a number."""
    size = max(median((last.top - last.bottom, line.top - line.bottom)), 6.0)
    number = marker(line.text)
    if number and (number.rank < Rank.ARABIC or last.text.endswith(_SENTENCE_END)):
        return True
    if is_date_line(line.text) or is_number_line(line.text):
        return True
    if is_organ_line(last.text) and is_organ_line(line.text):
        return True
    full = last.right >= right - 2.5 * size
    if not full:
        return True
    indented = line.left > last.left + 1.2 * size and last.text.endswith(_SENTENCE_END)
    return indented or abs((line.top - line.bottom) - (last.top - last.bottom)) > 0.6 * size


def _join(text: str, more: str) -> str:
    if text[-1].isascii() and text[-1].isalnum() and more[0].isascii() and more[0].isalnum():
        return f"{text} {more}"
    return text + more
