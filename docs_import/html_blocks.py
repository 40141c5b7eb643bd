"""HTML elements into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from docs_import.document import Block
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.tables import Cell, fill, table_blocks, too_many_cells
from docs_import.xml_parser import too_deep

SKIPPED = frozenset({
    "script", "style", "noscript", "nav", "footer", "form", "button", "select", "option",
    "iframe", "svg", "template", "head", "textarea", "object", "embed", "video", "audio",
    "canvas", "map", "input",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
    "fieldset", "figure", "figcaption", "header", "hr", "html", "li", "main", "p", "pre",
    "section", "ul", "ol", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption",
    "h1", "h2", "h3", "h4", "h5", "h6", "details", "summary",
})  # fmt: skip
_HEADING = re.compile(r"h([1-6])$")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MAX_SPAN = 1_000


def is_hidden(element: html.HtmlElement) -> bool:
    """Tell whether the page keeps an element from being seen."""
    return bool(_HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


def own_text(element: html.HtmlElement) -> str:
    """Return the words of a small element without scripts, on one line."""
    if element.tag in SKIPPED:
        return ""
    parts = element.xpath(".//text()[not(ancestor::script or ancestor::style)]")
    return one_line("".join(parts))


def short_text(element: html.HtmlElement, limit: int) -> str:
    """Return the words of an element on one line, or "" when it has more than `limit`."""
    parts: list[str] = []
    size = 0
    for node in element.iter():
        if not isinstance(node.tag, str):
            continue
        texts = [] if node.tag in SKIPPED else [node.text]
        for text in (*texts, None if node is element else node.tail):
            if text:
                parts.append(text)
                size += len(text.strip())
        if size > limit:
            return ""
    return one_line("".join(parts))


class Walker:
    """Turns one element into blocks in reading order."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.blocks: list[Block] = []
        self.inline: list[str] = []
        self.level = 0
        self.cells = 0

    def walk(self, element: html.HtmlElement) -> list[Block]:
        """Return the blocks of an element.

        :raises DocumentUnreadable: too_complex.
        """
        self._children(element, 0)
        self._flush()
        return self.blocks

    def _children(self, element: html.HtmlElement, depth: int) -> None:
        if depth > self.limits.max_depth:
            raise too_deep()
        self._say(element.text)
        number = 0
        for child in element:
            if isinstance(child.tag, str) and child.tag == "li" and element.tag == "ol":
                number += 1
                self._flush()
                self._say(f"{number}.")
            if isinstance(child.tag, str) and child.tag not in SKIPPED and not is_hidden(child):
                self._element(child, depth + 1)
            self._say(child.tail)

    def _element(self, element: html.HtmlElement, depth: int) -> None:
        tag = element.tag
        if tag == "br":
            self._flush()
        elif tag == "table":
            self._flush()
            self._table(element, depth)
        elif tag == "ul" and _is_plain_list(element):
            self._flush()
            items = [text for li in element.iter("li") if (text := own_text(li))]
            if items:
                self.blocks.append(Block("list", "\n".join(items)))
        elif heading := _HEADING.match(tag):
            self._flush()
            self.level = int(heading[1])
            self._children(element, depth)
            self._flush()
            self.level = 0
        elif tag in _BLOCKS:
            self._flush()
            self._children(element, depth)
            self._flush()
        else:
            self._children(element, depth)

    def _say(self, text: str | None) -> None:
        if text:
            self.inline.append(text)

    def _flush(self) -> None:
        text = one_line("".join(self.inline))
        self.inline = []
        if not text:
            return
        if self.level:
            self.blocks.append(Block("heading", text, self.level))
        else:
            self.blocks.append(Block("paragraph", text))

    def _table(self, table: html.HtmlElement, depth: int) -> None:
        if _is_layout(table):
            for row in _rows(table):
                for cell in row.iterchildren("td", "th"):
                    self._children(cell, depth + 1)
                    self._flush()
            return
        caption = table.find("caption")
        if caption is not None and own_text(caption):
            self.blocks.append(Block("paragraph", own_text(caption)))
        rows = list(_rows(table))
        grid = fill(
            ([_cell(cell) for cell in row.iterchildren("td", "th")] for row in rows), self.limits
        )
        self.cells += sum(map(len, grid))
        if self.cells > self.limits.max_cells:
            raise too_many_cells()
        keyed, paired = _names_in_first_column(rows), _names_in_pairs(rows)
        self.blocks += table_blocks(grid, keyed=keyed, paired=keyed and paired)


def _is_plain_list(element: html.HtmlElement) -> bool:
    """A list whose items are single lines; one that holds paragraphs is walked as blocks."""
    return (
        not any(
            isinstance(child.tag, str) and child.tag in _BLOCKS and child.tag not in ("li",)
            for child in element.iterdescendants()
        )
        and element.find(".//br") is None
    )


def _rows(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for child in table:
        if not isinstance(child.tag, str):
            continue
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from child.iterchildren("tr")


def _is_layout(table: html.HtmlElement) -> bool:
    """A table that only places things: one in another, a single cell, articles in cells."""
    if table.find(".//table") is not None:
        return True
    cells = [cell for row in _rows(table) for cell in row.iterchildren("td", "th")]
    if len(cells) <= 1:
        return True
    widest = max(len(own_text(cell)) for cell in cells)
    return len(cells) <= 4 and widest > 1_500


def _cell(element: html.HtmlElement) -> Cell:
    parts: list[str] = []
    for child in element.iter():
        if not isinstance(child.tag, str):
            continue
        if child is not element and (child.tag == "br" or child.tag in _BLOCKS):
            parts.append("\n")
        if child.tag not in SKIPPED and child.text:
            parts.append(" ".join(child.text.split()) if child.text.strip() else " ")
        if child is not element and child.tail:
            parts.append(" ".join(child.tail.split()))
    lines = [one_line(line) for line in "".join(parts).split("\n")]
    text = "\n".join(line for line in lines if line)
    return Cell(text, _span(element, "colspan"), _span(element, "rowspan"), element.tag == "th")


def _span(element: html.HtmlElement, name: str) -> int:
    value = (element.get(name) or "").strip()
    if not value.isdigit():
        return 1
    if len(value) > 6 or int(value) > _MAX_SPAN:
        raise too_many_cells()
    return max(int(value), 1)


def _names_in_first_column(rows: list[html.HtmlElement]) -> bool:
    """A table whose th stand at the beginning of its rows gives names and values.

    A name over several rows is said in the first of them; beside it are values, in any of them.
    """
    open_rows, has_value = 0, True
    for row in rows:
        cells = list(row.iterchildren("td", "th"))
        if not open_rows and cells:
            if cells[0].tag != "th" or not has_value:
                return False
            open_rows, has_value = _span(cells[0], "rowspan"), False
        has_value = has_value or any(cell.tag == "td" for cell in cells)
        open_rows = max(open_rows - 1, 0)
    return bool(rows) and has_value


def _names_in_pairs(rows: list[html.HtmlElement]) -> bool:
    """姓名 | … | 电话 | …: a th that stands behind a value is the name of the next."""
    kinds = ([cell.tag for cell in row.iterchildren("td", "th")] for row in rows)
    return any("th" in kind[kind.index("td") :] for kind in kinds if "td" in kind)
