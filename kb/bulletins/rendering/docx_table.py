"""Tables in a 公文, and the record (版记) at its end."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from kb.bulletins.issuing import parts
from kb.bulletins.issuing.parts import Cell, Column, Header, Table
from kb.bulletins.issuing.wording import date_words
from kb.bulletins.rendering import docx_style as style
from kb.bulletins.rendering.legal import legal

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WIDTH = 8840  # 156 mm in twentieths of a point
_ROW = 18
# Left and right of a cell, and a digit of the widest font that may stand in for the named one.
_MARGINS, _DIGIT = 216, 136
_NARROW = {parts.ORDINAL: 1.2, parts.COUNT: 2.3, parts.RATE: 2.3, parts.CHANGE: 2.3}
# A table of fewer rows is not cut in two by the end of a page.
_WHOLE = 16
# Of a table at the very end, so many rows stand on one page with the record.
_KEPT_ROWS = 2
_BLACK, _THICK, _THIN = "000000", 8, 4


def add_table(document: Any, table: Table) -> None:
    """The caption, the table with its head on every page, and its note."""
    caption = style.shape(document.add_paragraph(), style.CENTER, before=6, after=2, keep=True)
    style.add_run(caption, legal(table.caption), style.HEAD, style.SIHAO)
    # Between the last paragraph and what ends the body.
    caption._p.addnext(parse_xml(_table(table)))
    note = style.shape(document.add_paragraph(), style.LEFT, line=16 if table.note else 10)
    style.off_grid(note)
    if table.note:
        style.add_run(note, legal(table.note), style.TABLE, style.WUHAO)


def _table(table: Table) -> str:
    """The table as WordprocessingML: cell by cell through python-docx it takes a second."""
    widths = _widths(table)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [*table.rows, *([table.total] if table.total else [])]
    is_whole = len(rows) < _WHOLE
    heads = tuple(Cell(column.head) for column in table.columns)
    plain = [Column(column.head) for column in table.columns]
    lines = [_row(heads, plain, widths, style.HEAD, is_head=True, keep=True)]
    for at, row in enumerate(rows, 1):
        font = style.HEAD if row is table.total else style.TABLE
        keep = is_whole and at < len(rows)
        lines.append(_row(row, table.columns, widths, font, keep=keep))
    return (
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(lines)}</w:tbl>"
    )


def _digits(text: str) -> float:
    """How many digits a number is as wide as: the signs around it are wider than one."""
    return len(text) + text.count("%") / 2 + text.count("+") / 2


def _widths(table: Table) -> list[int]:
    """Twentieths of a point; no number is broken in two, and names take what is left."""
    weights = [_NARROW.get(one.holds, 5.0) for one in table.columns]
    rows = [*table.rows, *([table.total] if table.total else [])]
    widths = []
    for at, (column, weight) in enumerate(zip(table.columns, weights, strict=True)):
        fair = round(_WIDTH * weight / sum(weights))
        longest = max((_digits(row[at].text) for row in rows), default=0)
        is_name = column.holds not in _NARROW
        widths.append(fair if is_name else max(fair, round(_MARGINS + _DIGIT * longest)))
    names = [at for at, one in enumerate(table.columns) if one.holds not in _NARROW]
    over = sum(widths) - _WIDTH
    for at in names:
        widths[at] -= over // len(names)
    return widths


def _row(
    cells: Sequence[Cell],
    columns: Sequence[Column],
    widths: Sequence[int],
    font: str,
    *,
    keep: bool,
    is_head: bool = False,
) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    made = "".join(
        _cell(cell.text, "left" if column.holds == parts.TEXT else "center", width, font, keep)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    )
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{_ROW * 20}" w:hRule="atLeast"/>{head}'
        f"</w:trPr>{made}</w:tr>"
    )


def _cell(text: str, align: str, width: int, font: str, keep: bool) -> str:
    latin = style.LATIN
    fonts = f'w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{font}"'
    size = int(style.WUHAO * 2)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{"<w:keepNext/>" if keep else ""}<w:snapToGrid w:val="0"/>'
        '<w:spacing w:before="0" w:after="0" w:line="300" w:lineRule="exact"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr><w:rFonts {fonts}/><w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(legal(text))}</w:t>'
        "</w:r></w:p></w:tc>"
    )


def _keep_last(document: Any) -> None:
    """Keep the last of the body with what comes next: its last words, or the last rows of a table
    with the paragraph below."""
    found = [one for one in document.element.body if one.tag in (qn("w:p"), qn("w:tbl"))]
    kept = found[-1:]
    if len(found) > 1 and found[-2].tag == qn("w:tbl"):
        rows = found[-2].findall(qn("w:tr"))[-_KEPT_ROWS:]
        kept += [paragraph for row in rows for paragraph in row.iter(qn("w:p"))]
    for paragraph in kept:
        Paragraph(paragraph, document).paragraph_format.keep_with_next = True


def add_record(document: Any, header: Header) -> None:
    """抄送 between lines, then who issued it and when; thick lines outside, a thin one between.

    It stays with what is printed last: alone it would be a page of its own.
    """
    _keep_last(document)
    style.shape(document.add_paragraph(), line=28, keep=True)
    style.add_rule(document, _BLACK, _THICK)
    for at, line in enumerate(header.copies):
        copied = style.shape(document.add_paragraph(), style.LEFT, line=24, keep=True)
        copied.paragraph_format.left_indent = Pt(style.SIHAO * 4)
        copied.paragraph_format.first_line_indent = Pt(-style.SIHAO * 3 if at == 0 else 0)
        style.add_run(copied, legal(f"抄送：{line}" if at == 0 else line), size=style.SIHAO)
    if header.copies:
        style.add_rule(document, _BLACK, _THIN)
    last = style.shape(document.add_paragraph(), style.LEFT, line=24, keep=True)
    style.tab_at_right(last)
    day = f"{date_words(header.issued_on)}印发" if header.issued_on else "未印发"
    style.add_run(last, f"　{legal(header.issuer)}\t{day}", size=style.SIHAO)
    style.add_rule(document, _BLACK, _THICK).paragraph_format.keep_with_next = False
