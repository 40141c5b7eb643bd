"""PDF with a text layer: lines joined into paragraphs, page heads and numbers taken out.

PDFium is not thread-safe: in this process every call is made under one lock.
"""

from __future__ import annotations

import threading

import pypdfium2 as pdfium

from docs_import.errors import DocumentUnreadable
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.pdf_blocks import page_blocks
from docs_import.pdf_glyphs import edges, glyphs, look_of, placing
from docs_import.pdf_lines import Page, lines_of
from docs_import.pdf_pictures import picture_pages
from docs_import.pdf_tables import tables_of
from docs_import.raw import RawDocument

_LOCK = threading.Lock()
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SCANNED_BELOW = 10  # characters on a page: a scanner's watermark at most
_ODD_SHARE = 0.3


def read_pdf(data: bytes, limits: Limits) -> RawDocument:
    """Read the text layer of a PDF.

    :returns: `scanned` is set when no page holds more than a few characters; otherwise
        `picture_pages` are those that are pictures.
    :raises DocumentUnreadable: encrypted, corrupt, too_complex.
    """
    with _LOCK:
        pages = _pages(data, limits)
        pictures = _pictures(data, limits, pages)
    if all(_characters(page) < _SCANNED_BELOW for page in pages):
        return RawDocument([], Hints(), (), len(pages), scanned=True)
    raw = RawDocument(page_blocks(pages, limits), Hints(), tuple(_warnings(pages)), len(pages))
    raw.picture_pages = pictures
    return raw


def _pictures(data: bytes, limits: Limits, pages: list[Page]) -> tuple[int, ...]:
    """The pages whose text must be recognised: pictures with a watermark's words at most."""
    bare = [page.number for page in pages if _characters(page) < _SCANNED_BELOW]
    if not bare:
        return ()
    document = open_pdf(data, limits)
    try:
        return picture_pages(document, bare)
    finally:
        document.close()


def _characters(page: Page) -> int:
    return sum(map(len, _texts(page)))


def _texts(page: Page) -> list[str]:
    cells = [cell.text for table in page.tables for row in table.rows for cell in row]
    return [line.text for line in page.lines] + cells


def _warnings(pages: list[Page]) -> list[str]:
    blank = [page.number for page in pages if not any(_texts(page))]
    found: list[str] = []
    if blank:
        shown = "、".join(map(str, blank[:20])) + ("等" if len(blank) > 20 else "")
        found.append(f"第 {shown} 页没有文字层（可能是图片），这些页的内容没有读入。")
    text = "".join(part for page in pages for part in _texts(page))
    odd = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text)
    if odd > len(text) * _ODD_SHARE:
        found.append("文字层的字体没有正确的编码，读出的文字多半是乱码，请核对或改用原文件。")
    return found


def open_pdf(data: bytes, limits: Limits) -> pdfium.PdfDocument:
    """Open a PDF; the caller closes it.

    :raises DocumentUnreadable: encrypted, corrupt, too_complex.
    """
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise DocumentUnreadable(
                "encrypted", "PDF 设有打开密码，无法读取。请去掉密码后再上传。"
            ) from error
        raise broken_pdf() from error
    if 0 < count <= limits.max_pages:
        return document
    document.close()
    if not count:
        raise broken_pdf()
    raise DocumentUnreadable(
        "too_complex",
        f"PDF 有 {count} 页，超过 {limits.max_pages} 页的上限。请拆成几个文件后再上传。",
        pages=count,
    )


def _pages(data: bytes, limits: Limits) -> list[Page]:
    document = open_pdf(data, limits)
    try:
        return [_page(document, number) for number in range(len(document))]
    except pdfium.PdfiumError as error:
        raise broken_pdf() from error
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, at: int) -> Page:
    page = document[at]
    try:
        width, height = page.get_size()
        place = placing(page)
        textpage = page.get_textpage()
        try:
            tables, outside = tables_of(edges(page, place), glyphs(textpage, place), height)
            lines = lines_of(outside, lambda index: look_of(textpage, index), (width, height))
        finally:
            textpage.close()
        return Page(at + 1, width, height, lines, tables)
    finally:
        page.close()


def broken_pdf() -> DocumentUnreadable:
    """The error for a PDF that cannot be opened."""
    return DocumentUnreadable(
        "corrupt", "PDF 已损坏或没有传完整，打不开。请重新下载或另存后再上传。"
    )
