"""Plain text files."""

from __future__ import annotations

import re

from docs_import.charset import decode
from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.errors import DocumentUnreadable
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.lines import text_blocks
from docs_import.raw import RawDocument

_PAGE_MARK = re.compile(r"[=\-—–_*\s]*(?:PAGE|第?)\s*\d{1,5}\s*(?:页|/\s*\d+)?[=\-—–_*\s]*", re.I)


def read_text(data: bytes, limits: Limits) -> RawDocument:
    """Read a text file in any of the character sets of `docs_import.charset`.

    :raises DocumentUnreadable: corrupt; no_text, when nothing but page marks is in it.
    """
    text, _ = decode(data)
    text, warnings = clean_text(text)
    blocks = text_blocks(text)
    if blocks and all(_is_page_mark(block) for block in blocks):
        raise DocumentUnreadable(
            "no_text",
            "文件里只有分页标记，没有正文（多半是从扫描件导出的）。请上传原文件或录入正文。",
        )
    return RawDocument(blocks, Hints(), warnings)


def _is_page_mark(block: Block) -> bool:
    return bool(_PAGE_MARK.fullmatch(block.text))
