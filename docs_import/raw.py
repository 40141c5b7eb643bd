"""What a format's reader gives back, before headings and metadata are recognised."""

from __future__ import annotations

from dataclasses import dataclass, field

from docs_import.document import Attachment, Block, Record
from docs_import.hints import Hints


@dataclass
class RawDocument:
    """Blocks in reading order and what the file says about itself.

    :ivar scanned: True when the pages are pictures without a text layer.
    :ivar picture_pages: of a document with text, the pages that are pictures without any.
    """

    blocks: list[Block]
    hints: Hints = field(default_factory=Hints)
    warnings: tuple[str, ...] = ()
    pages: int | None = None
    scanned: bool = False
    picture_pages: tuple[int, ...] = ()
    records: tuple[Record, ...] = ()
    attachments: tuple[Attachment, ...] = ()
