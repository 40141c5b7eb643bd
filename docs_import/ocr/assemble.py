"""A document of pages that were recognised, corrected or typed, and of those that had text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from docs_import.clean import clean_text
from docs_import.document import Block, ParsedDocument, ReadLine
from docs_import.errors import DocumentUnreadable
from docs_import.headings import mark_headings
from docs_import.hints import Hints
from docs_import.lines import text_blocks
from docs_import.markdown_body import write
from docs_import.markdown_read import read
from docs_import.metadata import recognise
from docs_import.ocr.page_rows import body_rows
from docs_import.ocr.paragraphs import blocks_of


@dataclass(frozen=True)
class CheckedPage:
    """A page picture as people left it.

    :ivar lines: in reading order, their texts as corrected; an empty text takes a line out.
    :ivar ratio: height of the page as a multiple of its width.
    :ivar typed: what a person typed instead of lines, paragraphs by line.
    """

    number: int
    lines: tuple[ReadLine, ...] = ()
    ratio: float = 1.414
    typed: str = ""


def document(
    filename: str,
    file_type: str,
    pages: Sequence[CheckedPage],
    text_body: str = "",
    page_count: int | None = None,
) -> ParsedDocument:
    """Return the document of a scan: headings marked and values recognised as of any other.

    :param filename: for the title of last resort.
    :param text_body: canonical Markdown of the pages that have a text layer.
    :raises DocumentUnreadable: no_text, when there is nothing on any page.
    """
    blocks = _merged(pages, text_body)
    if not any(block.text or block.rows for block in blocks):
        raise DocumentUnreadable("no_text", "各页都没有文字，没有可以生成草稿的内容。")
    metadata = recognise(blocks, Hints())
    stem = PurePath(filename.replace("\\", "/")).stem
    title = metadata.title.value if metadata.title else stem
    blocks = mark_headings(blocks, title)
    return ParsedDocument(
        file_type=file_type,
        title=title,
        markdown=write(blocks),
        metadata=metadata,
        pages=page_count or len(pages),
        tables=sum(block.kind == "table" for block in blocks),
        headings=sum(block.kind == "heading" for block in blocks),
        read_lines=tuple(line for page in pages for line in page.lines if line.text.strip()),
    )


def plain_text(page: CheckedPage) -> str:
    """Return the text of one page, a paragraph or a table's row a line, to be typed over."""
    lines: list[str] = []
    for block in blocks_of(body_rows([page.lines], [page.ratio])):
        lines += ["　".join(filter(None, row)) for row in block.rows] or [block.text]
    return "\n".join(lines)


def _merged(pages: Sequence[CheckedPage], text_body: str) -> list[Block]:
    """The blocks of all pages in the order of the pages."""
    blocks = [
        # The headings of a text layer are found again together with the others.
        replace(placed.block, kind="paragraph", level=0)
        if placed.block.kind == "heading"
        else placed.block
        for placed in read(text_body)
    ]
    recognised = [page for page in pages if not page.typed]
    rows = body_rows([page.lines for page in recognised], [page.ratio for page in recognised])
    blocks += blocks_of(rows)
    for page in pages:
        text, _ = clean_text(page.typed)
        blocks += [replace(block, page=page.number) for block in text_blocks(text)]
    return sorted(blocks, key=lambda block: block.page or 1)
