"""The text of a row as Markdown: cells with line breaks, with web markup, as sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from docs_import.document import Block
from docs_import.from_html import read_html
from docs_import.headings import mark_headings
from docs_import.limits import Limits
from docs_import.lines import text_blocks
from docs_import.markdown_body import write

# What an editor of an old knowledge base wrote is kept as a web page.
_MARKUP = re.compile(
    r"</(?:p|div|span|br|table|ul|ol|li|strong|b|a|h[1-6]|td)>|<br\s*/?>", re.IGNORECASE
)
_ITEM_NUMBER = re.compile(r"^\s*(?:[（(]?\d{1,2}[）).、．](?!\d)|[①-⑳]|[-•·●■]|序号：\d{1,3}，)\s*")
_ARROW = re.compile(r"[→➔]")
_ITEM_END = re.compile(r"[；;→➔\s]+$")
_INLINE_NUMBER = re.compile(
    r"(?<=[；;。，,\s])(?=(?:[（(]?\d{1,2}[）)、．]|\d{1,2}\.(?!\d)|[①-⑳]))"
)


class _Row(Protocol):
    def one_line(self, meaning: str) -> str: ...


def body_of(text: str, limits: Limits, *, title: str = "", after: Iterable[str] = ()) -> str:
    """Return a cell's text as Markdown, and one paragraph for each line after it."""
    blocks = mark_headings(_blocks(text, limits), title) if text else []
    return write([*blocks, *(Block("paragraph", line) for line in after)])


def sections(parts: Sequence[tuple[str, str]], limits: Limits) -> str:
    """Return (heading, text) pairs as sections of a body."""
    blocks: list[Block] = []
    for label, text in parts:
        blocks += [Block("heading", label, 2), *_blocks(text, limits)]
    return write(blocks)


def labelled_lines(row: _Row, meanings: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return 电话：0799-1234567 for each of the columns that says something."""
    pairs = zip(labels, (row.one_line(meaning) for meaning in meanings), strict=True)
    return [f"{label}：{text}" for label, text in pairs if text]


def split_items(text: str, *, questions: bool = False) -> list[str]:
    """Return the items of a cell: by line, by number, by ；, or by →.

    :param questions: True for ways to ask, which also end with ？ or stand between | signs.
    """
    pattern = r"[\n；;|｜]|(?<=[？?])" if questions else r"\n"
    parts = re.split(pattern, text if questions else _INLINE_NUMBER.sub("\n", text))
    if not questions and len(parts) == 1:
        # An arrow inside one of several items (身份证（正→反面）；户口簿) parts none of them.
        parts = re.split(r"[；;]", text)
        if len(parts) == 1 and _ARROW.search(text):
            parts = re.split(r"[→➔]", text)
    items = (_ITEM_END.sub("", _ITEM_NUMBER.sub("", part)).strip() for part in parts)
    return [item for item in items if item]


def _blocks(text: str, limits: Limits) -> list[Block]:
    if _MARKUP.search(text):
        return read_html(f"<meta charset=utf-8><body>{text}".encode(), limits).blocks
    return text_blocks(text)
