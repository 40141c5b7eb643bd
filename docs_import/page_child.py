"""The process that draws one page and nothing else: `python -m docs_import.page_child`.

Standard input: one line of JSON {"limits", "page", "width"}, then the file's bytes. Standard
output: one line of JSON, {"pages", "width", "height", "text", "boxes"} or {"error": …}, then the
PNG. Started by `docs_import.page_image`.
"""

from __future__ import annotations

import ctypes
import io
import json
import sys
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageOps

from docs_import.child import begin, reported
from docs_import.errors import DocumentUnreadable
from docs_import.from_pdf import open_pdf
from docs_import.limits import Limits
from docs_import.page_text import Box

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_MAX_PIXELS = 12_000_000
_MAX_SOURCE_PIXELS = 90_000_000
_MAX_CHARACTERS = 20_000
_GRID = 10_000


def main() -> int:
    """Draw, write the answer, exit 0; anything unexpected ends with a traceback and exit 1."""
    header, limits, data = begin()
    answer: dict[str, Any]
    png = b""
    try:
        answer, png = _draw(data, header["page"], header["width"], limits)
    except (DocumentUnreadable, MemoryError) as error:
        answer = reported(error)
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n" + png)
    sys.stdout.buffer.flush()
    return 0


def _draw(data: bytes, page: int, width: int, limits: Limits) -> tuple[dict[str, Any], bytes]:
    if b"%PDF-" in data[:1024]:
        pages, image, text, boxes = _pdf_page(data, page, width, limits)
    else:
        pages, image = _picture(data, page, width)
        text, boxes = "", []
    out = io.BytesIO()
    image.save(out, "PNG")
    size = {"width": image.width, "height": image.height}
    return {"pages": pages, **size, "text": text, "boxes": boxes}, out.getvalue()


def _pdf_page(
    data: bytes, number: int, width: int, limits: Limits
) -> tuple[int, Image.Image, str, list[Box]]:
    document = open_pdf(data, limits)
    try:
        _check(number, len(document))
        page = document[number - 1]
        wide, high = page.get_size()
        scale = min(width / max(wide, 1), (_MAX_PIXELS / max(wide * high, 1)) ** 0.5)
        text, boxes = _characters(page)
        image = page.render(scale=scale).to_pil().convert("RGB")
        return len(document), image, text, boxes
    except pdfium.PdfiumError as error:
        raise DocumentUnreadable(
            "corrupt", "这一页已损坏，显示不出来。请下载原件查看。", page=number
        ) from error
    finally:
        document.close()


def _characters(page: pdfium.PdfPage) -> tuple[str, list[Box]]:
    """Return the page's characters and their boxes; one of PDFium's for each of ours."""
    textpage = page.get_textpage()
    text: list[str] = []
    boxes: list[Box] = []
    for at in range(min(textpage.count_chars(), _MAX_CHARACTERS)):
        code = pdfium_c.FPDFText_GetUnicode(textpage, at)
        text.append(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " ")
        left, bottom, right, top = textpage.get_charbox(at, loose=True)
        across = _on_page(page, left, top), _on_page(page, right, bottom)
        xs, ys = sorted(p[0] for p in across), sorted(p[1] for p in across)
        boxes.append((xs[0], ys[0], xs[1], ys[1]))
    textpage.close()
    return "".join(text), boxes


def _on_page(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Turn PDF coordinates into fractions of the page as shown: cropped and rotated."""
    right, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, right, down)
    return _fraction(right.value), _fraction(down.value)


def _fraction(place: int) -> float:
    return min(max(place, 0), _GRID) / _GRID


def _picture(data: bytes, number: int, width: int) -> tuple[int, Image.Image]:
    Image.MAX_IMAGE_PIXELS = _MAX_SOURCE_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            pages = getattr(source, "n_frames", 1)
            _check(number, pages)
            source.seek(number - 1)
            if source.width * source.height > _MAX_SOURCE_PIXELS:
                raise Image.DecompressionBombError
            high = min(width * source.height // source.width + 1, _MAX_PIXELS // width)
            source.draft("RGB", (width, high))
            image = ImageOps.exif_transpose(source).convert("RGB")
            image.thumbnail((width, max(high, 1)))
            return pages, image
    except Image.DecompressionBombError as error:
        raise DocumentUnreadable(
            "too_complex", "图片的像素过多，不能显示。请下载原件查看。"
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DocumentUnreadable(
            "unsupported", "这种文件没有可显示的页面图。请下载原件查看。"
        ) from error


def _check(number: int, pages: int) -> None:
    if not 1 <= number <= pages:
        raise DocumentUnreadable(
            "no_page", f"原件只有 {pages} 页，没有第 {number} 页。", pages=pages
        )


if __name__ == "__main__":
    raise SystemExit(main())
