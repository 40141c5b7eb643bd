"""A bulletin as HTML: the sheet that a page shows, and a file that needs nothing else."""

from html import escape
from importlib.resources import files

from kb.bulletins.issuing import parts
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
from kb.bulletins.issuing.wording import date_words
from kb.bulletins.rendering.legal import legal
from kb.bulletins.rendering.svg import Link, as_svg

TYPE = "text/html; charset=utf-8"


def style_sheet() -> str:
    """The CSS of :func:`sheet`."""
    return files("kb.bulletins.rendering").joinpath("sheet.css").read_text("utf-8")


def as_html(bulletin: Bulletin) -> bytes:
    """A page that stands alone; what is not printed on paper is not in it."""
    title = _text(f"{bulletin.header.title}{bulletin.header.subtitle}")
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style_sheet()}</style></head>"
        f"<body>{sheet(bulletin)}</body></html>\n"
    ).encode()


def sheet(bulletin: Bulletin, link: Link | None = None) -> str:
    """The bulletin itself; with ``link`` each figure opens its records.

    A figure for which ``link`` gives nothing has no records of its own.
    """
    body = "".join(_section(section, link) for section in bulletin.sections)
    return (
        f'<article class="sheet">{_head(bulletin.header)}{_paragraph(bulletin.opening, link)}'
        f"{body}{_record(bulletin.header)}</article>"
    )


def section_html(section: Section, link: Link | None = None) -> str:
    """One section of the sheet."""
    return _section(section, link)


def _text(text: str) -> str:
    return escape(legal(text), quote=True)


def _day(header: Header) -> str:
    return date_words(header.issued_on) if header.issued_on else ""


def _head(header: Header) -> str:
    corrected = "".join(f"<p>{_text(line)}</p>" for line in header.correction)
    return (
        f'<header class="redhead"><p>{_text(header.hotline)}</p>'
        f'<p class="kind">{_text(header.kind)}</p></header>'
        f'<p class="issue">{_text(header.issue or "（草稿，未印发）")}</p>'
        f'<p class="issuer"><span>{_text(header.issuer)}</span><span>{_day(header)}</span></p>'
        f'<h1>{_text(header.title)}</h1><p class="under">{_text(header.subtitle)}</p>{corrected}'
    )


def _record(header: Header) -> str:
    copies = "".join(
        f'<p class="first">抄送：{_text(line)}</p>' if at == 0 else f"<p>{_text(line)}</p>"
        for at, line in enumerate(header.copies)
    )
    copied = f'<div class="copied">{copies}</div>' if copies else ""
    made = f"{_day(header)}印发" if header.issued_on else "未印发"
    return (
        f'<footer class="record">{copied}<p class="made"><span>{_text(header.issuer)}</span>'
        f"<span>{made}</span></p></footer>"
    )


def _section(section: Section, link: Link | None) -> str:
    tag = "h2" if section.level == 1 else "h3"
    return "".join(
        (
            f'<{tag} id="s-{section.key}">{_text(section.heading)}</{tag}>',
            *(_paragraph(one, link) for one in section.paragraphs),
            *(_table(one, link) for one in section.tables),
            *(_chart(one, link) for one in section.charts),
        )
    )


def _paragraph(paragraph: Paragraph, link: Link | None) -> str:
    pieces = (
        _text(one) if isinstance(one, str) else _figure(one, link) for one in paragraph.pieces
    )
    return f"<p>{''.join(pieces)}</p>"


def _figure(figure: Figure, link: Link | None) -> str:
    door = link(figure.address) if link is not None else ""
    if not door:
        return f'<data value="{_value(figure.value)}">{_text(figure.text)}</data>'
    return f'<a class="fig" href="{_text(door)}">{_text(figure.text)}</a>'


def _value(value: parts.Number) -> str:
    return "" if value is None else str(value)


def _chart(chart: Chart, link: Link | None) -> str:
    return f"<figure>{as_svg(chart, link)}<figcaption>{_text(chart.caption)}</figcaption></figure>"


def _table(table: Table, link: Link | None) -> str:
    heads = "".join(f'<th scope="col">{_text(column.head)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{_cells(row, table.columns, link)}</tr>" for row in table.rows)
    total = ""
    if table.total:
        total = f"<tfoot><tr>{_cells(table.total, table.columns, link)}</tr></tfoot>"
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    return (
        f'<table data-table="{_text(table.key)}"><caption>{_text(table.caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
        f"{total}</table>{note}"
    )


def _cells(row: tuple[Cell, ...], columns: tuple[Column, ...], link: Link | None) -> str:
    found = []
    for cell, column in zip(row, columns, strict=True):
        look = ' class="l"' if column.holds == parts.TEXT else ""
        words = _text(cell.text)
        door = link(cell.address) if cell.address and link is not None else ""
        if door:
            words = f'<a class="fig" href="{_text(door)}">{words}</a>'
        found.append(f"<td{look}>{words}</td>")
    return "".join(found)
