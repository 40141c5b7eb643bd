"""A printed bulletin as plain data and back: an issued edition keeps its words, not their recipe.

Later releases word sentences and lay out sections anew; what was issued reads as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from kb.bulletins.issuing.assembling import from_stored
from kb.bulletins.issuing.parts import (
    Bulletin,
    Cell,
    Chart,
    Column,
    Figure,
    Header,
    Paragraph,
    Section,
    Table,
)

PRINTED = "printed"
Plain = Mapping[str, Any]


def as_plain(bulletin: Bulletin) -> dict[str, Any]:
    """The bulletin as JSON can hold it."""
    plain = asdict(bulletin)
    day = bulletin.header.issued_on
    plain["header"]["issued_on"] = day.isoformat() if day else None
    return plain


def printed_of(snapshot: Plain) -> Bulletin:
    """The bulletin of an edition as it was printed; of one kept before this was, made again."""
    kept = snapshot.get(PRINTED)
    return from_plain(kept) if kept is not None else from_stored(snapshot)


def from_plain(plain: Plain) -> Bulletin:
    """The bulletin from :func:`as_plain`."""
    return Bulletin(
        _header(plain["header"]),
        _paragraph(plain["opening"]),
        tuple(_section(one) for one in plain["sections"]),
    )


def _header(plain: Plain) -> Header:
    day = plain["issued_on"]
    lists = {name: tuple(plain[name]) for name in ("copies", "correction")}
    return Header(
        **{**plain, **lists, "issued_on": date.fromisoformat(day) if day else None},
    )


def _paragraph(plain: Plain) -> Paragraph:
    return Paragraph(
        tuple(one if isinstance(one, str) else Figure(**one) for one in plain["pieces"])
    )


def _section(plain: Plain) -> Section:
    return Section(
        plain["key"],
        plain["level"],
        plain["heading"],
        tuple(_paragraph(one) for one in plain["paragraphs"]),
        tuple(_table(one) for one in plain["tables"]),
        tuple(_chart(one) for one in plain["charts"]),
    )


def _table(plain: Plain) -> Table:
    made = {
        "columns": tuple(Column(**one) for one in plain["columns"]),
        "rows": tuple(_cells(row) for row in plain["rows"]),
        "total": _cells(plain["total"]),
    }
    return Table(**{**plain, **made})


def _cells(row: Sequence[Plain]) -> tuple[Cell, ...]:
    return tuple(Cell(**one) for one in row)


def _chart(plain: Plain) -> Chart:
    figures = tuple(Figure(**one) for one in plain["figures"])
    return Chart(**{**plain, "places": tuple(plain["places"]), "figures": figures})
