"""What a reader hands back: blocks, recognised values, and the whole document."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from docs_import.metadata_fields import Found, Metadata

BlockKind = Literal["heading", "paragraph", "list", "table"]

__all__ = ["Block", "BlockKind", "Found", "Metadata", "ParsedDocument", "ReadLine"]


@dataclass(frozen=True)
class Block:
    """One piece of a document in reading order.

    :ivar kind: heading, paragraph, list (one item per line of `text`) or table.
    :ivar text: plain text on one line; items by line for a list; "" for a table.
    :ivar level: 1 (the document's title) to 6 for a heading, else 0.
    :ivar rows: a table's cells, all rows equally wide; the first row is the header, and a
        header of empty cells means that the table has none.
    :ivar page: page the block begins on, from 1; None where the format has no pages.
    """

    kind: BlockKind
    text: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    page: int | None = None


@dataclass(frozen=True)
class ReadLine:
    """One line recognised on the picture of a page.

    :ivar page: from 1.
    :ivar box: left, top, right, bottom as fractions of the page as a reader holds it.
    :ivar confidence: 0 to 1, the mean over the line's characters.
    :ivar doubtful: half-open character spans of `text` that a person should look at.
    """

    page: int
    box: tuple[float, float, float, float]
    text: str
    confidence: float
    doubtful: tuple[tuple[int, int], ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ReadLine:
        """Rebuild from `dataclasses.asdict`; an unknown key raises TypeError."""
        left, top, right, bottom = data["box"]
        spans = tuple((start, end) for start, end in data.get("doubtful", ()))
        return cls(**(data | {"box": (left, top, right, bottom), "doubtful": spans}))


@dataclass(frozen=True)
class ParsedDocument:
    """A read document.

    :ivar markdown: the canonical body (see `docs_import.markdown_body`).
    :ivar warnings: Chinese sentences on what could not be taken over.
    :ivar needs_ocr: True when every page is a picture without text; `markdown` is then "".
    :ivar picture_pages: pages that are pictures without text, from 1; their text is missing
        from `markdown`.
    :ivar read_lines: lines recognised on pictures, in reading order.
    """

    file_type: str
    title: str
    markdown: str
    metadata: Metadata = field(default_factory=Metadata)
    warnings: tuple[str, ...] = ()
    pages: int | None = None
    tables: int = 0
    headings: int = 0
    needs_ocr: bool = False
    picture_pages: tuple[int, ...] = ()
    read_lines: tuple[ReadLine, ...] = ()

    def to_json(self) -> str:
        """Return the document as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ParsedDocument:
        """Rebuild what `to_json` wrote.

        :raises ValueError: `text` is not such an object.
        """
        data: dict[str, Any] = json.loads(text)
        try:
            metadata = Metadata.from_dict(data.pop("metadata"))
            warnings = tuple(data.pop("warnings"))
            pictures = tuple(data.pop("picture_pages", ()))
            lines = tuple(ReadLine.from_dict(line) for line in data.pop("read_lines", ()))
            return cls(
                metadata=metadata,
                warnings=warnings,
                picture_pages=pictures,
                read_lines=lines,
                **data,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a parsed document: {error}") from error
