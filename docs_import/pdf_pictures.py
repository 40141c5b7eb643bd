"""Pages of a PDF that are pictures: a scan among typed pages, or writing drawn as outlines."""

from __future__ import annotations

from collections.abc import Collection

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_COVERS = 0.25  # part of the page: smaller pictures are seals and logos
_MANY_PATHS = 200  # outlines: as many as a few lines of writing have
_MOST_OBJECTS = 5_000


def picture_pages(document: pdfium.PdfDocument, candidates: Collection[int]) -> tuple[int, ...]:
    """Return those of the pages (from 1) with little or no text that are pictures.

    A page with nothing on it is none. PDFium is not thread-safe: call under the lock.
    """
    return tuple(number for number in sorted(candidates) if _is_picture(document, number))


def _is_picture(document: pdfium.PdfDocument, number: int) -> bool:
    page = document[number - 1]
    try:
        width, height = page.get_size()
        paths, covered = 0, 0.0
        for at, thing in enumerate(page.get_objects(max_depth=2)):
            if at > _MOST_OBJECTS:
                return True
            if thing.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = thing.get_bounds()
                covered += max(right - left, 0) * max(top - bottom, 0)
            paths += thing.type == pdfium_c.FPDF_PAGEOBJ_PATH
        return covered > _COVERS * width * height or paths > _MANY_PATHS
    finally:
        page.close()
