"""A page of an original as a picture, with the places of its words.

Drawn in a limited child process (`docs_import.page_child`), as a file is read in one. PDF files
have pages, and so have pictures (PNG, JPEG, TIFF, BMP, WEBP, GIF).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from docs_import.isolated import raise_error, run_child
from docs_import.limits import Limits
from docs_import.page_text import Box, PageText, find_clause, find_words
from docs_import.sniff import too_large

MIN_WIDTH = 200
MAX_WIDTH = 2_400
# Two pages at once keep both cores busy; more would only take each other's memory.
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class PageSheet:
    """One drawn page.

    :ivar pages: how many the file has.
    :ivar width: of the picture in pixels, as is `height`.
    """

    pages: int
    width: int
    height: int
    text: PageText
    png: bytes


def has_pages(head: bytes) -> bool:
    """Tell by a file's first 1,024 bytes whether it is of a kind that has pages to draw."""
    return b"%PDF-" in head or head.startswith(
        (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")
    ) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")  # fmt: skip


def draw(path: Path, page: int, width: int, limits: Limits | None = None) -> PageSheet:
    """Draw one page.

    :param page: from 1.
    :param width: of the picture in pixels; brought into 200 to 2,400.
    :raises DocumentUnreadable: no_page when the file has no such page; encrypted, corrupt,
        too_large, unsupported, timeout, out_of_memory, crashed as when it is read.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise too_large(size, limits)
    width = min(max(width, MIN_WIDTH), MAX_WIDTH)
    header = json.dumps({"limits": asdict(limits), "page": page, "width": width})
    with _AT_ONCE:
        data = header.encode() + b"\n" + path.read_bytes()
        output = run_child("docs_import.page_child", data, limits)
    line, _, png = output.partition(b"\n")
    answer = json.loads(line)
    raise_error(answer)
    boxes = tuple(tuple(box) for box in answer["boxes"])
    text = PageText(answer["text"], boxes)
    return PageSheet(answer["pages"], answer["width"], answer["height"], text, png)


def render(path: Path, page: int, width: int) -> bytes:
    """Return a page as PNG bytes; see `draw`."""
    return draw(path, page, width).png


def word_boxes(path: Path, page: int, words: Iterable[str] | str) -> list[Box]:
    """Return where words stand on a page, as fractions (left, top, right, bottom) of it.

    :param words: several words, each marked wherever it stands; or one clause, marked once.
    :raises DocumentUnreadable: as `draw`.
    """
    text = draw(path, page, MIN_WIDTH).text
    return find_clause(text, words) if isinstance(words, str) else find_words(text, words)
