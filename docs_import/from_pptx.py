"""Presentations: the slides in their order, each with its title as a heading, and the notes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree

from docs_import.archive import broken
from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.office_package import OfficePackage
from docs_import.raw import RawDocument
from docs_import.tables import Cell, fill, table_blocks
from docs_import.xml_parser import too_deep

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLES = frozenset({"title", "ctrTitle"})
_FRAME = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})  # date, foot, number of a slide
_MAX_SPAN = 200


def read_pptx(data: bytes, limits: Limits) -> RawDocument:
    """Read a PPTX; a slide is a page, hidden slides are skipped with a warning.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    package = OfficePackage(data, limits)
    show = package.part("ppt/presentation.xml")
    if show is None:
        raise broken()
    targets = _relations(package, "ppt/presentation.xml")
    names = [targets.get(each.get(_R_ID) or "", "") for each in show.iter(P + "sldId")]
    blocks: list[Block] = []
    hidden: list[int] = []
    warnings: list[str] = []
    for page, name in enumerate(names, 1):
        slide = package.part(name)
        if slide is None:
            continue
        if slide.get("show") == "0":
            hidden.append(page)
            continue
        blocks += _Slide(page, limits, warnings).read(slide)
        notes = next((t for t in _relations(package, name).values() if "notesSlide" in t), "")
        blocks += _notes(package.part(notes) if notes else None, page, limits, warnings)
    if hidden:
        warnings.append(f"第 {'、'.join(map(str, hidden))} 张幻灯片是隐藏的，没有读取。")
    if package.has_macros():
        warnings.append("文件带有宏或嵌入的程序，已忽略，只读取文字。")
    return RawDocument(blocks, Hints(), tuple(dict.fromkeys(warnings)), pages=len(names))


def _relations(package: OfficePackage, name: str) -> dict[str, str]:
    """Return id -> name of the parts a part refers to; what lies outside is left out."""
    folder, _, last = name.rpartition("/")
    root = package.part(f"{folder}/_rels/{last}.rels")
    if root is None:
        return {}
    return {
        each.get("Id") or "": posixpath.normpath(
            (each.get("Target") or "").lstrip("/")
            if (each.get("Target") or "").startswith("/")
            else posixpath.join(folder, each.get("Target") or "")
        )
        for each in root
        if each.get("TargetMode") != "External"
    }


class _Slide:
    def __init__(self, page: int, limits: Limits, warnings: list[str]) -> None:
        self.page = page
        self.limits = limits
        self.warnings = warnings

    def read(self, slide: etree._Element) -> list[Block]:
        """Return the title, then the other shapes from top to bottom as the file has them."""
        titles: list[Block] = []
        blocks: list[Block] = []
        tree = slide.find(f"{P}cSld/{P}spTree")
        for shape in _shapes(tree, self.limits, 0) if tree is not None else ():
            kind = _placeholder(shape)
            if kind in _FRAME:
                continue
            if shape.tag == P + "graphicFrame":
                for table in shape.iter(A + "tbl"):
                    blocks += table_blocks(fill(_rows(table), self.limits), page=self.page)
                blocks += self._diagram(shape)
            elif kind in _TITLES and not titles:
                text = one_line(" ".join(line for line, _ in self.lines(shape)))
                titles += [Block("heading", text, 2, page=self.page)] if text else []
            else:
                blocks += self.paragraphs(shape)
        return [*titles, *blocks]

    def paragraphs(self, shape: etree._Element) -> list[Block]:
        """Return the paragraphs of a shape; those with a dot before them as a list."""
        blocks: list[Block] = []
        for line, is_item in self.lines(shape):
            last = blocks[-1] if blocks else None
            if is_item and last is not None and last.kind == "list":
                blocks[-1] = Block("list", f"{last.text}\n{line}", page=self.page)
            else:
                blocks.append(Block("list" if is_item else "paragraph", line, page=self.page))
        return blocks

    def lines(self, shape: etree._Element) -> Iterator[tuple[str, bool]]:
        """Yield (text, whether it has a dot) of each paragraph that has text."""
        for paragraph in shape.iter(A + "p"):
            text, said = clean_text(_words(paragraph))
            self.warnings += said
            dotted = paragraph.find(f"{A}pPr/{A}buChar") is not None
            for line in text.split("\n"):
                if words := one_line(line):
                    yield words, dotted

    def _diagram(self, shape: etree._Element) -> list[Block]:
        """A chart or a drawn diagram keeps its words in other parts: say so."""
        if shape.find(f".//{A}tbl") is None:
            self.warnings.append(f"第 {self.page} 张幻灯片有图表或图示，其中的文字没有读取。")
        return []


def _shapes(tree: etree._Element, limits: Limits, depth: int) -> Iterator[etree._Element]:
    if depth > limits.max_depth:
        raise too_deep()
    for child in tree:
        if child.tag == P + "grpSp":
            yield from _shapes(child, limits, depth + 1)
        elif child.tag in (P + "sp", P + "graphicFrame"):
            yield child


def _placeholder(shape: etree._Element) -> str:
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return "" if found is None else found.get("type") or "body"


def _words(paragraph: etree._Element) -> str:
    parts: list[str] = []
    for child in paragraph.iter(A + "t", A + "br", A + "tab"):
        parts.append((child.text or "") if child.tag == A + "t" else "\n")
    return "".join(parts)


def _rows(table: etree._Element) -> Iterator[list[Cell]]:
    """Yield the rows of a table; the cells that a merged one covers are left to `fill`."""
    for row in table.iterchildren(A + "tr"):
        cells: list[Cell] = []
        for cell in row.iterchildren(A + "tc"):
            if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                continue
            lines = (one_line(_words(paragraph)) for paragraph in cell.iter(A + "p"))
            text = "\n".join(line for line in lines if line)
            cells.append(Cell(text, _span(cell, "gridSpan"), _span(cell, "rowSpan")))
        yield cells


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value), _MAX_SPAN + 1) if value.isdigit() and len(value) < 10 else 1


def _notes(
    root: etree._Element | None, page: int, limits: Limits, warnings: list[str]
) -> list[Block]:
    tree = None if root is None else root.find(f"{P}cSld/{P}spTree")
    if tree is None:
        return []
    slide = _Slide(page, limits, warnings)
    shapes = (shape for shape in _shapes(tree, limits, 0) if _placeholder(shape) == "body")
    blocks = [block for shape in shapes for block in slide.paragraphs(shape)]
    return [Block("paragraph", "备注：", page=page), *blocks] if blocks else []
