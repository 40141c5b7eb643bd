"""What a reader hands back: blocks, recognised values, and the whole document."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from docs_import.metadata_fields import Found, Metadata

BlockKind = Literal["heading", "paragraph", "list", "table"]
RecordKind = Literal["contact", "qa", "guide", "policy", "notice"]

# A line read with less confidence is shown to a person as a whole.
DOUBTFUL_LINE = 0.9

__all__ = [
    "Attachment",
    "Block",
    "BlockKind",
    "Found",
    "Metadata",
    "ParsedDocument",
    "ReadLine",
    "Record",
    "RecordKind",
]


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
    :ivar confidence: 0 to 1, the mean over the line's characters other than signs.
    :ivar doubtful: half-open character spans of `text` that a person should look at.
    """

    page: int
    box: tuple[float, float, float, float]
    text: str
    confidence: float
    doubtful: tuple[tuple[int, int], ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Tell whether the line as a whole was read with too little confidence."""
        return self.confidence < DOUBTFUL_LINE

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ReadLine:
        """Rebuild from `dataclasses.asdict`; an unknown key raises TypeError."""
        left, top, right, bottom = data["box"]
        spans = tuple((start, end) for start, end in data.get("doubtful", ()))
        return cls(**(data | {"box": (left, top, right, bottom), "doubtful": spans}))


@dataclass(frozen=True)
class Record:
    """One row of a table whose headers are known: an entry of its own.

    :ivar body: Markdown; "" where the facts say everything.
    :ivar facts: by the names of the card's fields (phone, place, materials …).
    :ivar variants: other ways in which people ask for it (相似问).
    :ivar values: what else the row states: document_number, issuing_authority, issued_on,
        published_on, valid_from, valid_until (YYYY-MM-DD), category, unit, audience, number.
    :ivar row: as the person sees it in the table, from 1.
    :ivar fault: Chinese, why this row cannot be taken; "" when it can.
    :ivar cells: (header, text) of every column as the table gives it, to hand the row back.
    """

    kind: RecordKind
    title: str
    body: str = ""
    facts: Mapping[str, str | list[str]] = field(default_factory=dict)
    variants: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    fault: str = ""
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file inside a mail, a web archive or an OFD: its name (data, never a path) and bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class ParsedDocument:
    """A read document.

    :ivar markdown: the canonical body (see `docs_import.markdown_body`); "" for a scan, and for
        tables that are `records` from the first row to the last.
    :ivar warnings: Chinese sentences on what could not be taken over.
    :ivar needs_ocr: True when every page is a picture without text; `markdown` is then "".
    :ivar picture_pages: pages that are pictures without text, from 1; their text is missing
        from `markdown`.
    :ivar is_all_records: True for a page of questions and for a form: `records` say what
        `markdown` says, and are meant to take its place.
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
    records: tuple[Record, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_all_records: bool = False

    def to_json(self) -> str:
        """Return the document as one JSON object; the bytes of attachments as Base64."""
        data = asdict(self)
        data["attachments"] = [
            {"name": each.name, "data": base64.b64encode(each.data).decode("ascii")}
            for each in self.attachments
        ]
        return json.dumps(data, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ParsedDocument:
        """Rebuild what `to_json` wrote.

        :raises ValueError: `text` is not such an object.
        """
        data: dict[str, Any] = json.loads(text)
        try:
            data["metadata"] = Metadata.from_dict(data["metadata"])
            data["warnings"] = tuple(data["warnings"])
            data["picture_pages"] = tuple(data.get("picture_pages", ()))
            data["read_lines"] = tuple(map(ReadLine.from_dict, data.get("read_lines", ())))
            data["records"] = tuple(_record(each) for each in data.get("records", ()))
            data["attachments"] = tuple(
                Attachment(each["name"], base64.b64decode(each["data"], validate=True))
                for each in data.get("attachments", ())
            )
            return cls(**data)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a parsed document: {error}") from error


def _record(data: dict[str, Any]) -> Record:
    cells = tuple((label, text) for label, text in data.get("cells", ()))
    return Record(**data | {"variants": tuple(data["variants"]), "cells": cells})
