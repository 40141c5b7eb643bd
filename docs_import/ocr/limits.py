"""How much the recognition of one file may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from docs_import.limits import MB, Limits

MAX_PAGES = 50
MAX_PIXELS = 40_000_000
DPI = 200


@dataclass(frozen=True)
class OcrLimits(Limits):
    """The child that recognises: about 0.7 GB in use, twice that in reserved addresses.

    :ivar wall_seconds: for one page; on a busy machine a page takes ten times its usual 2 s.
    :ivar cpu_seconds: for the whole life of a child.
    :ivar pages_a_child: after so many pages the child is replaced: it never gives memory back.
    :ivar threads: of the recognising engine.
    """

    memory_bytes: int = 2_560 * MB
    cpu_seconds: int = 900
    wall_seconds: float = 180.0
    open_files: int = 128
    pages_a_child: int = 25
    threads: int = 2
    max_pixels: int = MAX_PIXELS
