"""One bulletin from figures, a header and what people have written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kb.bulletins.issuing.outline import Part, parts_of
from kb.bulletins.issuing.parts import (
    TEXT,
    Bulletin,
    Cell,
    Column,
    Header,
    Paragraph,
    Section,
    Table,
)
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tabulating import trend
from kb.bulletins.issuing.tokens import printed
from kb.terms import BulletinKind

_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Edit:
    """What a person made of a section: its text with figures named, or left out altogether."""

    text: str | None = None
    is_left_out: bool = False


@dataclass(frozen=True)
class Written:
    """All that is not counted: kind, header, edits by section, rates of the issues before."""

    kind: BulletinKind
    header: Header
    edits: Mapping[str, Edit] = field(default_factory=dict)
    earlier: Sequence[tuple[str, float | None]] = ()
    changes: Sequence[Mapping[str, str]] = ()


def assemble(source: Source, written: Written) -> Bulletin:
    """The bulletin as it is printed; sections with nothing in them are left out.

    :raises NoSuchFigure: an edited text names a figure that there is not.
    """
    parts = [part for part in parts_of(written.kind) if not is_left_out(part, written)]
    sections = [_section(part, source, written) for part in parts]
    sections += _corrected(written.changes)
    return Bulletin(written.header, opening(source, written), tuple(_numbered(_kept(sections))))


def _corrected(changes: Sequence[Mapping[str, str]]) -> list[Section]:
    """更正情况: every figure that reads differently from the edition before."""
    if not changes:
        return []
    columns = (Column("数字", TEXT), Column("原为", TEXT), Column("现为", TEXT))
    rows = tuple((Cell(one["name"]), Cell(one["before"]), Cell(one["after"])) for one in changes)
    return [Section("changes", 1, "更正情况", (), (Table("changes", "更正的数字", columns, rows),))]


def from_stored(stored: Mapping[str, Any]) -> Bulletin:
    """The bulletin of a stored draft or snapshot: kind, document, edits, header, changes.

    :raises NoSuchFigure: an edited text names a figure that there is not.
    """
    document = stored["document"]
    return assemble(Source(document), written_from(stored))


def written_from(stored: Mapping[str, Any]) -> Written:
    """All of a stored draft or snapshot that is not counted."""
    head = dict(stored["header"])
    if head.get("issued_on"):
        head["issued_on"] = date.fromisoformat(head["issued_on"])
    for name in ("copies", "correction"):
        head[name] = tuple(head.get(name, ()))
    return Written(
        BulletinKind(stored["kind"]),
        Header(**head),
        {
            key: Edit(one.get("text"), one.get("is_left_out", False))
            for key, one in stored["edits"].items()
        },
        [(name, value) for name, value in stored["document"].get("trend", ())],
        stored.get("changes", ()),
    )


def opening(source: Source, written: Written) -> Paragraph:
    """现将…通报如下."""
    words, name = source.words, written.header.hotline
    span = "" if words.span in words.long else f"（{words.span}）"
    return Paragraph((f"现将{words.long}{span}{name}（以下简称12345热线）运行情况通报如下：",))


def text_of(part: Part, source: Source, written: Written) -> str:
    """The text of a section with its figures named: a person's, or the draft."""
    edited = _edit(written, part).text
    return "\n".join(part.text(source)) if edited is None else edited


def is_left_out(part: Part, written: Written) -> bool:
    """Tell whether a person wants the section not printed."""
    return _edit(written, part).is_left_out


def _edit(written: Written, part: Part) -> Edit:
    return written.edits.get(part.key, Edit())


def _section(part: Part, source: Source, written: Written) -> Section:
    lines = [line.strip() for line in text_of(part, source, written).splitlines()]
    paragraphs = [printed(line, source) for line in lines if line]
    if part.numbered and len(paragraphs) > 1:
        paragraphs = [
            Paragraph((f"{at}．", *paragraph.pieces)) for at, paragraph in enumerate(paragraphs, 1)
        ]
    charts = part.charts(source)
    if part.key == "overall":
        charts = trend(written.earlier, source)
    tables = tuple(part.tables(source))
    return Section(part.key, part.level, part.heading, tuple(paragraphs), tables, tuple(charts))


def _kept(sections: Sequence[Section]) -> list[Section]:
    """Those with something in them, or with something under them."""
    kept: list[Section] = []
    for at, section in enumerate(sections):
        below = []
        for later in sections[at + 1 :]:
            if later.level <= section.level:
                break
            below.append(later)
        if any(one.paragraphs or one.tables or one.charts for one in (section, *below)):
            kept.append(section)
    return kept


def _numbered(sections: Sequence[Section]) -> list[Section]:
    """Headings with 一、 and （一）; captions of tables and charts with their numbers."""
    found, first, second, tables, charts = [], 0, 0, 0, 0
    for section in sections:
        if section.level == 1:
            first, second = first + 1, 0
            heading = f"{numeral(first)}、{section.heading}"
        else:
            second += 1
            heading = f"（{numeral(second)}）{section.heading}"
        renamed_tables, renamed_charts = [], []
        for table in section.tables:
            tables += 1
            renamed_tables.append(replace(table, caption=f"表{tables}　{table.caption}"))
        for chart in section.charts:
            charts += 1
            caption = f"图{charts}　{chart.caption}（{chart.unit}）"
            renamed_charts.append(replace(chart, caption=caption))
        found.append(
            replace(
                section,
                heading=heading,
                tables=tuple(renamed_tables),
                charts=tuple(renamed_charts),
            )
        )
    return found


def numeral(number: int) -> str:
    """一 … 十, 十一 … 九十九."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")
