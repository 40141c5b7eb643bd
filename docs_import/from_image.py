"""Photographs and scans of pages."""

from __future__ import annotations

from docs_import.limits import Limits
from docs_import.raw import RawDocument


def read_image(data: bytes, limits: Limits) -> RawDocument:
    """Return an image as one page without text, to be recognised or typed."""
    return RawDocument([], pages=1, scanned=True)
