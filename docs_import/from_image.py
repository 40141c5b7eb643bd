"""Photographs and scans of pages."""

from __future__ import annotations

from docs_import.limits import Limits
from docs_import.ocr.pictures import count_frames
from docs_import.raw import RawDocument


def read_image(data: bytes, limits: Limits) -> RawDocument:
    """Return an image as pages without text, to be recognised or typed.

    :returns: one page, or as many as a TIFF from a scanner has.
    :raises DocumentUnreadable: corrupt, too_large.
    """
    return RawDocument([], pages=count_frames(data), scanned=True)
