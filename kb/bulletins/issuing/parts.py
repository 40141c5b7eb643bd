"""What a bulletin consists of. Every number that was counted carries its address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

Number = int | float | None
COUNT, RATE, CHANGE, TEXT, ORDINAL = "count", "rate", "change", "text", "ordinal"
PIE, BARS, TREND = "pie", "bars", "trend"


@dataclass(frozen=True)
class Figure:
    """A counted number as it is printed: its address (kb.bulletins.addresses), value and words."""

    address: str
    value: Number
    text: str


Piece = str | Figure


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of words and figures; ``is_item`` when it begins with 1. or （一）."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """As it is printed."""
        return "".join(one if isinstance(one, str) else one.text for one in self.pieces)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, what stands in it, and its unit (件, %)."""

    head: str
    holds: str = COUNT
    unit: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: what is printed; the number and its address where it is a figure."""

    text: str
    value: Number = None
    address: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a head, rows and perhaps a line of totals; ``key`` names it for good."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart of one row of figures; ``unit`` is 件 or %.

    :ivar places: names along the chart, as many as ``figures``.
    """

    key: str
    kind: str
    caption: str
    unit: str
    places: tuple[str, ...]
    figures: tuple[Figure, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers; what could not be divided counts as 0 only for drawing."""
        return tuple(float(one.value or 0) for one in self.figures)


@dataclass(frozen=True)
class Section:
    """A heading (一、 level 1, （一） level 2) with what stands under it."""

    key: str
    level: int
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Header:
    """The red head and what stands under it, and the record at the end.

    :ivar issue: 期号, e.g. ``2025年第39期（总第160期）``; empty while it is a draft.
    :ivar issued_on: ``None`` while it is a draft.
    :ivar copies: 抄送, a line each.
    """

    hotline: str
    kind: str
    issuer: str
    title: str
    subtitle: str
    issue: str = ""
    issued_on: date | None = None
    copies: tuple[str, ...] = ()
    correction: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bulletin:
    """One edition, ready to print."""

    header: Header
    opening: Paragraph
    sections: tuple[Section, ...] = field(default=())

    @property
    def tables(self) -> Iterator[Table]:
        """All tables in their order."""
        return (table for section in self.sections for table in section.tables)

    @property
    def charts(self) -> Iterator[Chart]:
        """All charts in their order."""
        return (chart for section in self.sections for chart in section.charts)

    def figures(self) -> Iterator[Figure]:
        """Every figure that is printed: in the texts, in the tables, in the charts."""
        yield from _figures(self.opening.pieces)
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from _figures(paragraph.pieces)
            for table in section.tables:
                for row in (*table.rows, table.total):
                    yield from (
                        Figure(one.address, one.value, one.text) for one in row if one.address
                    )
            for chart in section.charts:
                yield from (one for one in chart.figures if one.address)


def _figures(pieces: Sequence[Piece]) -> Iterator[Figure]:
    return (one for one in pieces if isinstance(one, Figure))
