"""Cut a document along its own structure (编章节条, 一、（一）1., questions, table rows)."""

from __future__ import annotations

from docs_import.headings import mark_headings
from docs_import.lines import text_blocks
from docs_import.markdown_body import write
from docs_import.markdown_read import read
from docs_import.passages import Passage, passages
from docs_import.sections import HEAD, SIGNATURE, sections

__all__ = ["HEAD", "SIGNATURE", "Passage", "cut", "cut_text", "text_to_markdown"]


def cut(markdown: str, title: str = "") -> list[Passage]:
    """Return the passages of a Markdown body in order; [] when it has no text.

    A 条 is one passage, a question with its answer one, a table row with its header one; what is
    longer than 500 characters is cut at paragraphs and sentences, what is shorter than 80 joins
    its neighbour under the same heading.

    :param title: the document's title, so that the line printing it counts as head.
    """
    return passages(sections(read(markdown), title))


def cut_text(title: str, text: str) -> list[Passage]:
    """Return the passages of a plain text; offsets refer to `text_to_markdown(text, title)`."""
    return cut(text_to_markdown(text, title), title)


def text_to_markdown(text: str, title: str = "") -> str:
    """Return a plain text as canonical Markdown with the headings it shows."""
    return write(mark_headings(text_blocks(text), title))
