"""Read one file in this process. The web process uses `docs_import.isolated` instead."""

from __future__ import annotations

from pathlib import PurePath

from docs_import.document import Block, ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.from_html import read_html
from docs_import.from_markdown import read_markdown
from docs_import.from_text import read_text
from docs_import.headings import mark_headings
from docs_import.limits import Limits
from docs_import.markdown_body import write
from docs_import.metadata import Metadata, recognise
from docs_import.raw import RawDocument
from docs_import.sniff import FileType, sniff
from docs_import.xml_parser import too_deep

SCAN = "这份文件是扫描件，没有文字层，需要文字识别或人工录入"


def read_bytes(data: bytes, filename: str, limits: Limits | None = None) -> ParsedDocument:
    """Return the document in a file's bytes.

    :param filename: for its suffix, which must agree with the content, and for the title of last
        resort; no path is opened.
    :raises DocumentUnreadable: the file is no document we can read; `code` says why.
    """
    limits = limits or Limits()
    kind = sniff(data, filename, limits)
    try:
        raw = _read(kind, data, limits)
    except RecursionError as error:
        raise too_deep() from error
    return _finish(kind, raw, filename, limits)


def _read(kind: FileType, data: bytes, limits: Limits) -> RawDocument:
    # The DOCX and PDF parsers are heavy; a text file does not pay for them.
    if kind is FileType.DOCX:
        from docs_import.from_docx import read_docx

        return read_docx(data, limits)
    if kind is FileType.PDF:
        from docs_import.from_pdf import read_pdf

        return read_pdf(data, limits)
    readers = {
        FileType.HTML: read_html,
        FileType.MARKDOWN: read_markdown,
        FileType.TEXT: read_text,
    }
    return readers[kind](data, limits)


def _finish(kind: FileType, raw: RawDocument, filename: str, limits: Limits) -> ParsedDocument:
    stem = PurePath(filename.replace("\\", "/")).stem
    if raw.scanned:
        return ParsedDocument(
            kind.value, stem, "", Metadata(), (*raw.warnings, SCAN), raw.pages, needs_ocr=True
        )
    _check_size(raw.blocks, limits)
    metadata = recognise(raw.blocks, raw.hints)
    title = metadata.title.value if metadata.title else stem
    blocks = mark_headings(raw.blocks, title)
    return ParsedDocument(
        file_type=kind.value,
        title=title,
        markdown=write(blocks),
        metadata=metadata,
        warnings=raw.warnings,
        pages=raw.pages,
        tables=sum(block.kind == "table" for block in blocks),
        headings=sum(block.kind == "heading" for block in blocks),
    )


def _check_size(blocks: list[Block], limits: Limits) -> None:
    size = sum(len(b.text) + sum(len(cell) for row in b.rows for cell in row) for b in blocks)
    if not size:
        raise DocumentUnreadable(
            "no_text", "没有读到文字。如果内容是图片或由脚本显示，请把文字复制到新文件后再上传。"
        )
    if size > limits.max_characters:
        raise DocumentUnreadable(
            "too_complex",
            f"正文有 {size} 字，超过 {limits.max_characters} 字的上限。请拆成几个文件后再上传。",
            characters=size,
        )
