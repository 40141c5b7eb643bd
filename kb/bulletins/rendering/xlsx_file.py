"""A bulletin as XLSX: one sheet a table, numbers as numbers, charts that the spreadsheet draws."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from kb.bulletins.issuing import parts
from kb.bulletins.issuing.parts import Bulletin, Cell, Chart, Column, Table
from kb.bulletins.issuing.wording import date_words
from kb.bulletins.rendering.docx_chart import GREYS, PATTERNS
from kb.bulletins.rendering.legal import legal
from kb.bulletins.rendering.same_bytes import MADE, repacked

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_MAX_NAME = 31
TEXTS = "正文"
_A4 = 9
_CHART_ROWS = 18
_TEXT_WIDTH, _ROW_POINTS = 72, 17
# No spreadsheet has rows higher than 409 points.
_ROW_LINES, _BREAKS = 24, "。；，、"
_PAGE_ROWS = 44  # of the sheet of charts, at most
_KINDS = {parts.PIE: "pie", parts.BARS: "bar", parts.TREND: "line"}
_OUR_PATTERNS = {"ltUpDiag": "light_upward_diagonal", "smGrid": "small_grid"} | {
    "ltHorz": "light_horizontal",
    "pct25": "percent_25",
}


def as_xlsx(bulletin: Bulletin) -> bytes:
    """The file's bytes: texts on the first sheet, a sheet a table, then the charts."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": legal(bulletin.header.title), "created": MADE})
    sheets = _Sheets(book)
    sheets.texts(bulletin)
    for table in bulletin.tables:
        sheets.table(table)
    charts = list(bulletin.charts)
    if charts:
        sheets.charts(charts)
    book.close()
    return repacked(out.getvalue())


class _Sheets:
    """Sheets of one workbook with its formats and the names that are taken."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "border": 1, "bg_color": "#EEEEEE"})
        self.plain = book.add_format({"border": 1})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.middle = book.add_format({"border": 1, "align": "center"})
        self.middle_head = book.add_format(
            {"bold": True, "border": 1, "bg_color": "#EEEEEE", "align": "center"}
        )
        self.right = book.add_format({"border": 1, "align": "right"})
        self.count_head = book.add_format(
            {"bold": True, "border": 1, "bg_color": "#EEEEEE", "align": "right"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._decimals: dict[int, Any] = {0: self.plain}
        self._taken: set[str] = set()

    def number(self, decimals: int) -> Any:
        """The format of numbers with so many decimals."""
        if decimals not in self._decimals:
            shown = {"border": 1, "num_format": f"0.{'0' * decimals}"}
            self._decimals[decimals] = self.book.add_format(shown)
        return self._decimals[decimals]

    def add(self, name: str) -> Any:
        """A sheet with a name that a spreadsheet takes, each once."""
        short = _FORBIDDEN.sub(" ", legal(name)).strip()[:_MAX_NAME] or "表"
        found, number = short, 1
        while found.lower() in self._taken:
            number += 1
            found = f"{short[: _MAX_NAME - 4]}({number})"
        self._taken.add(found.lower())
        sheet = self.book.add_worksheet(found)
        # As it is printed: all columns on one page, however many pages long.
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        return sheet

    def texts(self, bulletin: Bulletin) -> None:
        """Header, headings and paragraphs, a row each, or several where it would be too high."""
        sheet, header = self.add(TEXTS), bulletin.header
        sheet.set_column(0, 0, _TEXT_WIDTH)
        sheet.write_string(0, 0, legal(header.title), self.title)
        day = date_words(header.issued_on) if header.issued_on else "草稿，未印发"
        lines = [header.subtitle, header.issue, f"{header.issuer}　{day}", *header.correction]
        lines.append(bulletin.opening.text)
        for section in bulletin.sections:
            lines.append(section.heading)
            lines += [paragraph.text for paragraph in section.paragraphs]
        for row, line in enumerate((one for whole in lines for one in _pieces(whole)), 1):
            sheet.write_string(row, 0, legal(line), self.wrapped)
            # Not every spreadsheet makes a row as high as its wrapped text by itself.
            sheet.set_row(row, _ROW_POINTS * max(1, -(-_width(line) // _TEXT_WIDTH)))

    def table(self, table: Table) -> None:
        """The caption, the head with units, rows and totals."""
        sheet = self.add(table.caption)
        sheet.write_string(0, 0, legal(table.caption), self.title)
        for at, column in enumerate(table.columns):
            unit = f"（{column.unit}）" if column.unit else ""
            text = f"{column.head}{unit}"
            sheet.write_string(1, at, text, self._head_of(column))
            sheet.set_column(at, at, _column_width(column, text))
        rows = [*table.rows, *([table.total] if table.total else [])]
        for at, row in enumerate(rows, 2):
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(sheet, at, place, cell, column)
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(1)
        if table.note:
            sheet.write_string(len(rows) + 2, 0, legal(table.note))

    def _head_of(self, column: Column) -> Any:
        heads = {parts.TEXT: self.head, parts.ORDINAL: self.middle_head}
        return heads.get(column.holds, self.count_head)

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell, kind: Column) -> None:
        if cell.value is None:
            shown = self.plain if kind.holds == parts.TEXT else self.right
            sheet.write_string(row, column, legal(cell.text), shown)
            return
        if kind.holds == parts.ORDINAL:  # not against the name that follows it
            sheet.write_number(row, column, cell.value, self.middle)
            return
        has_decimals = kind.holds in (parts.RATE, parts.CHANGE)
        # As many as are printed in the other forms.
        decimals = len(cell.text.rstrip("%").partition(".")[2]) if has_decimals else 0
        sheet.write_number(row, column, cell.value, self.number(decimals))

    def charts(self, charts: Sequence[Chart]) -> None:
        """The numbers of each chart, and the chart beside them."""
        sheet = self.add("图")
        sheet.set_column(0, 0, 30)
        row, page, breaks = 0, 0, []
        for chart in charts:
            below = row + max(len(chart.places), _CHART_ROWS) + 2
            if row > page and below - page > _PAGE_ROWS:  # no page ends within a chart
                breaks.append(row)
                page = row
            sheet.write_string(row, 0, legal(chart.caption), self.title)
            for at, (name, value) in enumerate(zip(chart.places, chart.values, strict=True), 1):
                sheet.write_string(row + at, 0, legal(name), self.plain)
                sheet.write_number(row + at, 1, value, self.plain)
            last = row + len(chart.places)
            sheet.insert_chart(row, 3, self._drawn(sheet.get_name(), chart, row + 1, last))
            row = below
        sheet.set_h_pagebreaks(breaks)

    def _drawn(self, sheet: str, chart: Chart, first: int, last: int) -> Any:
        drawn = self.book.add_chart({"type": _KINDS[chart.kind]})
        series: dict[str, Any] = {
            "name": legal(chart.caption),
            "categories": [sheet, first, 0, last, 0],
            "values": [sheet, first, 1, last, 1],
            "data_labels": {"value": True},
        }
        if chart.kind == parts.PIE:
            series["points"] = [_look(at) for at in range(len(chart.places))]
        elif chart.kind == parts.BARS:
            series |= {"fill": {"color": f"#{GREYS[0]}"}, "gap": 50}
            drawn.set_y_axis({"reverse": True})
        else:
            series |= {"line": {"color": f"#{GREYS[0]}"}, "marker": {"type": "circle"}}
        drawn.add_series(series)
        drawn.set_title({"name": legal(chart.caption), "name_font": {"size": 12}})
        if chart.kind != parts.PIE:
            drawn.set_legend({"none": True})
        return drawn


def _column_width(column: Column, head: str) -> int:
    if column.holds == parts.ORDINAL:
        return _width(head) + 4
    return 30 if column.holds == parts.TEXT else max(14, _width(head) + 2)


def _width(text: str) -> int:
    """How many digits wide a text stands; a Chinese character is two."""
    return sum(1 if character.isascii() else 2 for character in text)


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces of at most as many lines as fit a row, broken after a stop."""
    most = _TEXT_WIDTH * _ROW_LINES // 2  # Chinese characters
    while len(text) > most:
        cut = max(text.rfind(stop, most // 2, most) for stop in _BREAKS) + 1 or most
        yield text[:cut]
        text = text[cut:]
    yield text


def _look(at: int) -> dict[str, Any]:
    pattern = PATTERNS[at % len(PATTERNS)]
    if pattern:
        return {
            "pattern": {
                "pattern": _OUR_PATTERNS[pattern],
                "fg_color": f"#{GREYS[0]}",
                "bg_color": "#FFFFFF",
            }
        }
    return {"fill": {"color": f"#{GREYS[at % len(GREYS)]}"}, "border": {"color": "#333333"}}
