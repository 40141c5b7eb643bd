"""What the generators share: one hostile file, ZIPs, and where its traps point."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Traps:
    """What must never be reached.

    :ivar canary: path of a local file; its words must not turn up in any text.
    :ivar address: http address of a listener; it must not be called.
    """

    canary: str
    address: str


@dataclass(frozen=True)
class Hostile:
    """One file of the corpus.

    :ivar group: containers, docx, ofd, pdf, html, text, sheets, images or names.
    :ivar name: what is wrong with it, in English, unique in the corpus.
    :ivar upload: the name it is uploaded under.
    :ivar expected: verdicts that are right: read, needs_ocr, batch, or a code of
        `DocumentUnreadable`.
    :ivar heavy: True when making or reading it takes seconds: left out of the quick test.
    """

    group: str
    name: str
    upload: str
    expected: frozenset[str]
    make: Callable[[Traps], bytes]
    heavy: bool = False


def hostile(
    group: str,
    name: str,
    upload: str,
    expected: str,
    make: Callable[[Traps], bytes] | bytes,
    *,
    heavy: bool = False,
) -> Hostile:
    """Return one file; `expected` lists verdicts by blanks."""
    maker = (lambda _: make) if isinstance(make, bytes) else make
    return Hostile(group, name, upload, frozenset(expected.split()), maker, heavy)


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
