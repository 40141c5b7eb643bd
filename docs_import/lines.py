"""Plain text into blocks: one paragraph a line, or by its spaces when it came on one line."""

from __future__ import annotations

import re

from docs_import.document import Block
from docs_import.markdown_body import one_line
from docs_import.numbering import marker

# A text of more characters than this on one line lost its line breaks on the way.
_LONG_LINE = 300
_CJK = r"[一-鿿〇]"
_BREAK = re.compile(
    rf"(?<=[。；！？：”）》])[ \t　]+|(?<={_CJK})[ \t　]+(?={_CJK}|[（《“【])|[ \t　]{{2,}}"
)
_BEFORE_MARKER = re.compile(r"[ \t　]+")


def text_blocks(text: str) -> list[Block]:
    """Return the paragraphs of a plain text."""
    blocks: list[Block] = []
    for line in re.split(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text):
        pieces = _pieces(line) if len(line) > _LONG_LINE else [line]
        blocks += [Block("paragraph", words) for piece in pieces if (words := one_line(piece))]
    return blocks


def _pieces(line: str) -> list[str]:
    """Break a long line where spaces stand for the paragraph ends it has lost."""
    pieces: list[str] = []
    for part in _BREAK.split(line.strip()):
        start = 0
        for gap in _BEFORE_MARKER.finditer(part):
            if marker(part[gap.end() :][:12]) is not None:
                pieces.append(part[start : gap.start()])
                start = gap.end()
        pieces.append(part[start:])
    return pieces
