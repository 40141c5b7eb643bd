"""Photographs and scans of pages."""

from __future__ import annotations

from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.ocr.pictures import count_frames
from docs_import.raw import RawDocument


def read_image(data: bytes, limits: Limits) -> RawDocument:
    """Return an image as pages without text, to be recognised or typed.

    :raises DocumentUnreadable: corrupt, too_large, too_complex.
    """
    pages = count_frames(data, most=limits.max_image_pages + 1)
    if pages > limits.max_image_pages:
        raise DocumentUnreadable(
            "too_complex",
            f"图片文件超过 {limits.max_image_pages} 页的上限。请拆成几个文件后再上传。",
        )
    return RawDocument([], pages=pages, scanned=True)
