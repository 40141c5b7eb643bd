"""Word documents: the text as its reader sees it, with the numbers Word makes itself.

Revisions are taken as accepted, comments and hidden text are left out, text boxes follow the
paragraph that holds them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.docx_numbering import Numbering, read_numbering
from docs_import.docx_package import DocxPackage, W
from docs_import.docx_styles import Style, number_of, read_styles
from docs_import.errors import DocumentUnreadable
from docs_import.headings import MAX_TITLE
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.numbering import marker
from docs_import.raw import RawDocument
from docs_import.tables import Cell, fill, table_blocks, too_many_cells
from docs_import.xml_parser import too_deep

_WRAPPERS = frozenset(
    W + name
    for name in ("ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "customXml", "dir", "bdo")
)
_REMOVED = frozenset(W + name for name in ("del", "moveFrom"))
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LARGE = 36  # half-points: 小二 and above is a title, body text is 三号 (32) or smaller
_MAX_SPAN = 200


def read_docx(data: bytes, limits: Limits) -> RawDocument:
    """Read a DOCX.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    package = DocxPackage(data, limits)
    root = package.part("word/document.xml")
    body = None if root is None else root.find(W + "body")
    if body is None:
        raise DocumentUnreadable(
            "corrupt", "这个 DOCX 里没有正文（缺少 word/document.xml）。请用 Word 另存后再上传。"
        )
    walker = _Walker(
        read_numbering(package.part("word/numbering.xml")),
        read_styles(package.part("word/styles.xml")),
        limits,
    )
    walker.children(body, 0)
    warnings = list(walker.warnings())
    if package.has_macros():
        warnings.append("文件带有宏或嵌入的程序，已忽略，只读取文字。")
    return RawDocument(walker.blocks, Hints(), tuple(warnings))


class _Walker:
    def __init__(self, numbering: Numbering, styles: dict[str, Style], limits: Limits) -> None:
        self.numbering = numbering
        self.styles = styles
        self.limits = limits
        self.blocks: list[Block] = []
        self.cells = 0
        self.revisions = 0
        self.cleaned: list[str] = []

    def warnings(self) -> Iterator[str]:
        if self.revisions:
            yield f"文件带有修订痕迹（{self.revisions} 处删除），已按接受全部修订读取。"
        yield from dict.fromkeys(self.cleaned)

    def children(self, parent: etree._Element, depth: int) -> None:
        """Read the paragraphs and tables below an element into blocks.

        :raises DocumentUnreadable: too_complex.
        """
        if depth > self.limits.max_depth:
            raise too_deep()
        for child in parent:
            if child.tag == W + "p":
                self._paragraph(child, depth)
            elif child.tag == W + "tbl":
                self._table(child, depth)
            elif child.tag == W + "sdt":
                content = child.find(W + "sdtContent")
                if content is not None:
                    self.children(content, depth + 1)
            elif child.tag in _WRAPPERS:
                self.children(child, depth + 1)

    def _paragraph(self, paragraph: etree._Element, depth: int) -> None:
        text = self._words(paragraph)
        number, bullet = self._number(paragraph, bool(text.strip()))
        lines = [one_line(line) for line in text.split("\n")]
        lines = [line for line in lines if line]
        if lines:
            lines[0] = f"{number}{lines[0]}"
            self._add(paragraph, lines, bullet)
        for box in _text_boxes(paragraph):
            self.children(box, depth + 1)

    def _add(self, paragraph: etree._Element, lines: list[str], bullet: bool) -> None:
        if bullet:
            last = self.blocks[-1] if self.blocks else None
            text = "\n".join(lines)
            if last is not None and last.kind == "list":
                self.blocks[-1] = Block("list", f"{last.text}\n{text}")
            else:
                self.blocks.append(Block("list", text))
            return
        level = self._level(paragraph, lines[0])
        if level:
            self.blocks.append(Block("heading", " ".join(lines), level))
        else:
            self.blocks += [Block("paragraph", line) for line in lines]

    def _level(self, paragraph: etree._Element, text: str) -> int:
        """Return the heading level by style, or 1 for a centred line in large type."""
        properties = paragraph.find(W + "pPr")
        style = self.styles.get(_style_name(properties), Style())
        if style.level and len(text) <= MAX_TITLE:
            return style.level
        centred = properties is not None and _value(properties, "jc") == "center"
        if centred and len(text) <= MAX_TITLE and not marker(text):
            sizes = [int(size.get(W + "val") or 0) for size in paragraph.iter(W + "sz")
                     if (size.get(W + "val") or "").isdigit()]  # fmt: skip
            has_title = any(block.kind == "heading" and block.level == 1 for block in self.blocks)
            if sizes and max(sizes) >= _LARGE and not has_title and not text.endswith("文件"):
                return 1
        return 0

    def _number(self, paragraph: etree._Element, has_text: bool) -> tuple[str, bool]:
        """Return the automatic number of a paragraph, and whether it is a dot."""
        properties = paragraph.find(W + "pPr")
        style = self.styles.get(_style_name(properties), Style())
        number_id, depth = number_of(properties)
        if not number_id and style.number_id:
            number_id, depth = style.number_id, depth or style.depth
        if number_id in ("", "0") or not has_text:
            return "", False
        return self.numbering.text(number_id, depth), self.numbering.is_bullet(number_id, depth)

    def _words(self, parent: etree._Element) -> str:
        parts: list[str] = []
        for child in parent:
            if child.tag == W + "r":
                parts.append(_run(child))
            elif child.tag in _WRAPPERS:
                parts.append(self._words(child))
            elif child.tag == W + "sdt":
                content = child.find(W + "sdtContent")
                parts.append("" if content is None else self._words(content))
            elif child.tag in _REMOVED:
                self.revisions += 1
        text, warnings = clean_text("".join(parts))
        self.cleaned += warnings
        return text

    def _table(self, table: etree._Element, depth: int) -> None:
        if _is_layout(table):
            for cell in table.iterfind(f"{W}tr/{W}tc"):
                self.children(cell, depth + 1)
            return
        grid = fill(self._rows(table), self.limits)
        grid = _merged_down(grid, table)
        self.cells += sum(map(len, grid))
        if self.cells > self.limits.max_cells:
            raise too_many_cells()
        self.blocks += table_blocks(grid)

    def _rows(self, table: etree._Element) -> Iterator[list[Cell]]:
        for row in table.iterchildren(W + "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            yield [self._cell(cell) for cell in _cells(row)]

    def _cell(self, cell: etree._Element) -> Cell:
        lines: list[str] = []
        for paragraph in cell.iter(W + "p"):
            words = self._words(paragraph)
            number, _ = self._number(paragraph, bool(words.strip()))
            lines += [line for part in f"{number}{words}".split("\n") if (line := one_line(part))]
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        return Cell("\n".join(lines), _span(span))


def _run(run: etree._Element) -> str:
    properties = run.find(W + "rPr")
    if properties is not None and properties.find(W + "vanish") is not None:
        return ""
    parts: list[str] = []
    for child in run:
        if child.tag == W + "t":
            parts.append(child.text or "")
        elif child.tag in (W + "tab", W + "ptab"):
            parts.append(" ")
        elif child.tag in (W + "br", W + "cr"):
            parts.append("\n")
        elif child.tag == W + "noBreakHyphen":
            parts.append("-")
        elif child.tag == W + "sym":
            parts.append(_symbol(child))
    return "".join(parts)


def _symbol(element: etree._Element) -> str:
    """Return 〔 □ √ from a symbol font when the code is a real character."""
    code = element.get(W + "char") or ""
    try:
        char = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return char if not "\ue000" <= char <= "\uf8ff" else ""


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes of a paragraph once: Word writes each twice, for old readers too."""
    for box in paragraph.iter(W + "txbxContent"):
        ancestors = [a.tag for a in box.iterancestors()]
        if _MC + "Fallback" in ancestors:
            continue
        nearest = next((a for a in box.iterancestors(W + "p")), None)
        if nearest is paragraph:
            yield box


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == W + "tc":
            yield child
        elif child.tag == W + "sdt":
            content = child.find(W + "sdtContent")
            if content is not None:
                yield from content.iterchildren(W + "tc")


def _is_layout(table: etree._Element) -> bool:
    """A table of one cell, or with tables inside, only places things."""
    cells = table.findall(f"{W}tr/{W}tc")
    return len(cells) <= 1 or table.find(f"{W}tr/{W}tc/{W}tbl") is not None


def _merged_down(grid: list[list[str]], table: etree._Element) -> list[list[str]]:
    """Give the cells of a vertical merge the text of its first cell."""
    rows = [row for row in table.iterchildren(W + "tr") if row.find(f"{W}trPr/{W}del") is None]
    for at, row in enumerate(rows):
        column = 0
        for cell in _cells(row):
            span = _span(cell.find(f"{W}tcPr/{W}gridSpan"))
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(W + "val") != "restart"
            if goes_on and at > 0:
                for place in range(column, min(column + span, len(grid[at]))):
                    grid[at][place] = grid[at - 1][place]
            column += span
    return grid


def _span(element: etree._Element | None) -> int:
    """Return a grid span.

    :raises DocumentUnreadable: too_complex; a span of a hundred million is an attack.
    """
    value = "1" if element is None else (element.get(W + "val") or "1").strip()
    if not value.isdigit():
        return 1
    if len(value) > 4 or int(value) > _MAX_SPAN:
        raise too_many_cells()
    return max(int(value), 1)


def _style_name(properties: etree._Element | None) -> str:
    return (_value(properties, "pStyle") or "") if properties is not None else ""


def _value(properties: etree._Element, name: str) -> str | None:
    child = properties.find(W + name)
    return None if child is None else child.get(W + "val")
