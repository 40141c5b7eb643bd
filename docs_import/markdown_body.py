r"""The canonical body: Markdown that our reader, and any other, takes the same way.

Blocks are separated by one empty line. A heading is `#`…, a list `- item`, a table a pipe table
whose line breaks inside cells are `<br>`; everything else is one line of text. Characters that
would mean something to Markdown are escaped, so write → read gives the same blocks. The comment
`<!-- page: 3 -->` stands before the first block of page 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docs_import.document import Block

_PAIRED = re.compile(r"[`*_]")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)", re.MULTILINE)
_LINK = re.compile(r"\]\(|^\[[^\]]*\]:", re.MULTILINE)
_LINE_START = re.compile(r"^[-+*#~=]")
_CLOSING = re.compile(r"(?<!\\)#$")
_STRUCK = re.compile("~{2,}")
_BLANK = re.compile(r"\s+")


def escape(text: str) -> str:
    """Return `text` so that Markdown shows exactly these characters.

    People correct the body as it is written, so only what would mean something is escaped: one
    star, a bracket that is no link and 2.2 stay as they are. 1. at the start of a line is
    no list to our reader; a page shows the number as it is printed.
    """
    return _CLOSING.sub(r"\\#", _LINE_START.sub(_escape_start, _inside(text)))


def _inside(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _BACKSLASH.sub(r"\\\\", text)
    if len(_PAIRED.findall(text)) > 1:
        text = _PAIRED.sub(r"\\\g<0>", text)
    if _LINK.search(text):
        text = text.replace("[", "\\[").replace("]", "\\]")
    return _STRUCK.sub(lambda match: "&#126;" * len(match.group()), text)


def _escape_start(match: re.Match[str]) -> str:
    """Keep a dash from becoming a list, a # from becoming a heading."""
    sign = match[0]
    # = and ~ cannot be escaped by a backslash in every Markdown.
    return f"&#{ord(sign)};" if sign in "=~" else "\\" + sign


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space, none at the ends."""
    return _BLANK.sub(" ", text).strip()


def write(blocks: Iterable[Block]) -> str:
    """Return the canonical body of `blocks`; blocks without text are left out."""
    parts: list[str] = []
    page: int | None = None
    for block in blocks:
        body = _write_block(block)
        if not body:
            continue
        if block.page is not None and block.page != page:
            page = block.page
            parts.append(f"<!-- page: {page} -->")
        parts.append(body)
    return "\n\n".join(parts) + "\n" if parts else ""


def _write_block(block: Block) -> str:
    if block.kind == "table":
        return _write_table(block.rows)
    if block.kind == "list":
        items = (one_line(line) for line in block.text.splitlines())
        return "\n".join(f"- {escape(item)}" for item in items if item)
    text = escape(one_line(block.text))
    if block.kind == "heading" and text:
        return f"{'#' * min(max(block.level, 1), 6)} {text}"
    return text


def _write_table(rows: tuple[tuple[str, ...], ...]) -> str:
    if not any(cell.strip() for row in rows for cell in row):
        return ""
    width = max(len(row) for row in rows)
    lines = [_write_row(row, width) for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _write_row(row: tuple[str, ...], width: int) -> str:
    cells = [_write_cell(cell) for cell in row] + [""] * (width - len(row))
    return "| " + " | ".join(cells) + " |"


def _write_cell(cell: str) -> str:
    # The lines of a cell are one text to Markdown, so a star in each of two is a pair.
    lines = (one_line(line) for line in cell.splitlines())
    text = _inside("\n".join(line for line in lines if line))
    return text.replace("|", "\\|").replace("\n", "<br>")
