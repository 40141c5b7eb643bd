"""The declared fields as a Whoosh schema. Text arrives cut, so Whoosh analyses nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from whoosh import columns, fields, formats

from ..schema import FIELDS, NUMBER_COLUMNS, TEXT_COLUMNS


class CountedTerms(fields.FieldType):
    """A field given as term -> count; the count is stored as the posting's weight."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = False
        self.stored = False
        self.unique = False
        self.vector = None
        self.spelling = False

    def index(self, value: Counter[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, count in value.items():
            yield term.encode("utf-8"), count, float(count), b""

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode("utf-8")


def whoosh_schema() -> fields.Schema:
    """key: item id, to delete by. ref: (item_id, rev), or the marker, stored."""
    parts: dict[str, Any] = {"key": fields.ID(), "ref": fields.STORED()}
    parts.update({spec.name: CountedTerms() for spec in FIELDS})
    parts.update({name: fields.COLUMN(columns.NumericColumn("i")) for name in NUMBER_COLUMNS})
    parts.update({name: fields.COLUMN(columns.RefBytesColumn()) for name in TEXT_COLUMNS})
    return fields.Schema(**parts)
