"""Read one file in this process. The web process uses `docs_import.isolated` instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import PurePath

from docs_import.document import ParsedDocument, Record
from docs_import.errors import DocumentUnreadable
from docs_import.file_types import LABELS, foreign
from docs_import.guide_forms import form_records
from docs_import.headings import mark_headings
from docs_import.limits import Limits
from docs_import.markdown_body import write
from docs_import.metadata import Metadata, recognise
from docs_import.particulars import standing_warning
from docs_import.question_pages import question_records
from docs_import.raw import RawDocument
from docs_import.sniff import FileType, sniff
from docs_import.xml_parser import too_deep

Reader = Callable[[bytes, Limits], RawDocument]

# Format -> module and function of its reader. Imported when needed: some parsers are heavy, and
# a text file does not pay for them.
_READERS: Mapping[FileType, tuple[str, str]] = {
    FileType.DOCX: ("from_docx", "read_docx"),
    FileType.DOC: ("from_office", "read_doc"),
    FileType.ODT: ("from_odt", "read_odt"),
    FileType.PPTX: ("from_pptx", "read_pptx"),
    FileType.MHT: ("from_mht", "read_mht"),
    FileType.EML: ("from_eml", "read_eml"),
    FileType.RTF: ("from_rtf", "read_rtf"),
    FileType.PDF: ("from_pdf", "read_pdf"),
    FileType.OFD: ("from_ofd", "read_ofd"),
    FileType.HTML: ("from_html", "read_html"),
    FileType.MARKDOWN: ("from_markdown", "read_markdown"),
    FileType.TEXT: ("from_text", "read_text"),
    FileType.XLSX: ("from_xlsx", "read_workbook"),
    FileType.XLS: ("from_xlsx", "read_workbook"),
    FileType.CSV: ("from_csv", "read_csv"),
    FileType.IMAGE: ("from_image", "read_image"),
}
# Documents that may be nothing but pairs of questions and answers, or one form.
_TAKEN_APART = frozenset(
    {
        FileType.DOCX,
        FileType.DOC,
        FileType.ODT,
        FileType.RTF,
        FileType.HTML,
        FileType.MHT,
        FileType.MARKDOWN,
        FileType.TEXT,
    }
)
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
    if kind not in _READERS:
        raise foreign(LABELS[kind], "")
    module, name = _READERS[kind]
    reader: Reader = getattr(import_module(f"docs_import.{module}"), name)
    return reader(data, limits)


def _finish(kind: FileType, raw: RawDocument, filename: str, limits: Limits) -> ParsedDocument:
    stem = PurePath(filename.replace("\\", "/")).stem
    if raw.scanned:
        return ParsedDocument(
            kind.value, stem, "", Metadata(), (*raw.warnings, SCAN), raw.pages, needs_ocr=True
        )
    _check_size(raw, limits)
    metadata = recognise(raw.blocks, raw.hints)
    ended = standing_warning(raw.hints) if raw.hints else ""
    title = metadata.title.value if metadata.title else stem
    blocks = mark_headings(raw.blocks, title)
    warnings = (*raw.warnings, ended) if ended else raw.warnings
    apart: tuple[Record, ...] = ()
    if kind in _TAKEN_APART and not raw.records:
        taken = question_records(blocks, title, stem, metadata, limits)
        if not taken.records:
            taken = form_records(blocks, title, metadata, limits)
        apart = taken.records
        warnings += _left_out(taken.left_out)
    return ParsedDocument(
        file_type=kind.value,
        title=title,
        markdown=write(blocks),
        metadata=metadata,
        warnings=warnings,
        pages=raw.pages,
        tables=sum(block.kind == "table" for block in blocks),
        headings=sum(block.kind == "heading" for block in blocks),
        picture_pages=raw.picture_pages,
        records=raw.records or apart,
        is_all_records=bool(apart),
        attachments=raw.attachments,
    )


def _left_out(texts: Sequence[str]) -> tuple[str, ...]:
    if not texts:
        return ()
    shown = "；".join(f"“{text[:40]}”" for text in texts[:3]) + ("等" if len(texts) > 3 else "")
    return (f"不属于任何一条的文字没有收录：{shown}。",)


def _check_size(raw: RawDocument, limits: Limits) -> None:
    cells = (cell for block in raw.blocks for row in block.rows for cell in row)
    size = sum(len(block.text) for block in raw.blocks) + sum(map(len, cells))
    size += sum(len(record.title) + len(record.body) for record in raw.records)
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
