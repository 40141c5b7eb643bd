"""OpenDocument text: headings, paragraphs, lists and tables of content.xml."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from docs_import.archive import broken
from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.errors import DocumentUnreadable
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.office_package import OfficePackage
from docs_import.raw import RawDocument
from docs_import.tables import Cell, fill, table_blocks, too_many_cells
from docs_import.xml_parser import too_deep

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, OFFICE = f"{{{_NS}text:1.0}}", f"{{{_NS}table:1.0}}", f"{{{_NS}office:1.0}}"
_DRAW = f"{{{_NS}drawing:1.0}}"
# Containers that only group: sections, indexes, frames and text boxes, the rows of a header.
_GROUPS = frozenset(
    {
        TEXT + "section", TEXT + "index-body", TEXT + "list-header", _DRAW + "frame",
        _DRAW + "text-box", _DRAW + "g",
    }
)  # fmt: skip
# Comments, deleted text, foot notes' marks and figures of the layout.
_SKIPPED = frozenset(
    {OFFICE + "annotation", OFFICE + "annotation-end", TEXT + "tracked-changes", TEXT + "note"}
)
_MAX_SPAN = 200


def read_odt(data: bytes, limits: Limits) -> RawDocument:
    """Read an ODT; deleted text and comments are left out.

    :raises DocumentUnreadable: corrupt, encrypted, too_complex.
    """
    package = OfficePackage(data, limits)
    manifest = package.part("META-INF/manifest.xml")
    if manifest is not None and any("encryption-data" in str(each.tag) for each in manifest.iter()):
        raise DocumentUnreadable("encrypted", "文档设有打开密码，无法读取。请去掉密码后再上传。")
    root = package.part("content.xml")
    body = None if root is None else root.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise broken()
    walker = _Walker(limits)
    walker.children(body, 0)
    warnings = list(dict.fromkeys(walker.cleaned))
    if body.find(f"{TEXT}tracked-changes") is not None:
        warnings.append("文件带有修订痕迹，已按接受全部修订读取。")
    if package.has_macros():
        warnings.append("文件带有宏或嵌入的程序，已忽略，只读取文字。")
    return RawDocument(walker.blocks, Hints(), tuple(warnings))


class _Walker:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.blocks: list[Block] = []
        self.cleaned: list[str] = []
        self.cells = 0

    def children(self, parent: etree._Element, depth: int) -> None:
        """Read what stands below an element into blocks.

        :raises DocumentUnreadable: too_complex.
        """
        if depth > self.limits.max_depth:
            raise too_deep()
        for child in parent:
            if child.tag == TEXT + "h":
                level = child.get(TEXT + "outline-level") or "1"
                for line in self.lines(child):
                    at = int(level) if level.isdigit() and len(level) < 3 else 1
                    self.blocks.append(Block("heading", line, min(max(at, 1), 6)))
            elif child.tag == TEXT + "p":
                self.blocks += [Block("paragraph", line) for line in self.lines(child)]
                for frame in child.iter(_DRAW + "text-box"):
                    self.children(frame, depth + 1)
            elif child.tag == TEXT + "list":
                items = [line for item in child for line in self._item(item, depth + 1)]
                if items:
                    self.blocks.append(Block("list", "\n".join(items)))
            elif child.tag == TABLE + "table":
                self._table(child)
            elif child.tag in _GROUPS or child.tag.endswith("-index"):
                self.children(child, depth + 1)

    def _item(self, item: etree._Element, depth: int) -> Iterator[str]:
        if depth > self.limits.max_depth:
            raise too_deep()
        for child in item:
            if child.tag == TEXT + "list":
                for inner in child:
                    yield from self._item(inner, depth + 1)
            elif child.tag in (TEXT + "p", TEXT + "h"):
                yield from self.lines(child)

    def lines(self, paragraph: etree._Element) -> list[str]:
        """Return the lines of a paragraph that have text."""
        text, said = clean_text(_words(paragraph, 0))
        self.cleaned += said
        return [words for line in text.split("\n") if (words := one_line(line))]

    def _table(self, table: etree._Element) -> None:
        grid = fill(self._rows(table), self.limits)
        self.cells += sum(map(len, grid))
        if self.cells > self.limits.max_cells:
            raise too_many_cells()
        self.blocks += table_blocks(grid)

    def _rows(self, table: etree._Element) -> Iterator[list[Cell]]:
        for row in table.iter(TABLE + "table-row"):
            if next(row.iterancestors(TABLE + "table")) is table:
                cells = row.iterchildren(TABLE + "table-cell")
                yield [
                    self._cell(cell)
                    for cell in cells
                    for _ in range(_number(cell, "number-columns-repeated"))
                ]

    def _cell(self, cell: etree._Element) -> Cell:
        lines = [line for p in cell.iter(TEXT + "p", TEXT + "h") for line in self.lines(p)]
        across = _number(cell, "number-columns-spanned")
        return Cell("\n".join(lines), across, _number(cell, "number-rows-spanned"))


def _number(cell: etree._Element, name: str) -> int:
    value = cell.get(TABLE + name) or "1"
    return min(int(value), _MAX_SPAN + 1) if value.isdigit() and len(value) < 10 else 1


def _words(element: etree._Element, depth: int) -> str:
    if depth > 50:
        raise too_deep()
    parts = [element.text or ""]
    for child in element:
        if child.tag in (TEXT + "line-break",):
            parts.append("\n")
        elif child.tag in (TEXT + "s", TEXT + "tab"):
            parts.append(" ")
        elif child.tag not in _SKIPPED and not str(child.tag).startswith(_DRAW):
            parts.append(_words(child, depth + 1))
        parts.append(child.tail or "")
    return "".join(parts)
