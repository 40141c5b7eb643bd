"""Word documents: the text as its reader sees it, with the numbers Word makes itself.

Revisions are taken as accepted; comments, hidden text, page heads and the table of contents are
left out; text boxes follow the paragraph that holds them, notes the one that cites them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from docs_import.document import Block
from docs_import.docx_numbering import Numbering, read_numbering
from docs_import.docx_package import DocxPackage, W
from docs_import.docx_styles import (
    DEFAULT,
    Style,
    half_points,
    number_of,
    outline_level,
    read_styles,
    switch,
)
from docs_import.docx_tables import cells, is_layout, read_rows, table_rows
from docs_import.docx_text import WRAPPERS, TextReader, has_whole_fields, text_boxes
from docs_import.errors import DocumentUnreadable
from docs_import.headings import MAX_TITLE
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.markdown_body import one_line
from docs_import.raw import RawDocument
from docs_import.tables import fill, table_blocks, too_many_cells
from docs_import.type_headings import Paragraph, as_blocks, join_titles
from docs_import.xml_parser import too_deep

_USUAL_SIZE = 21  # half-points, where a file says nothing: 五号
_HEAVY_FONTS = ("黑体", "simhei", "小标宋", "heiti")
_NOTES = {"footnote": "word/footnotes.xml", "endnote": "word/endnotes.xml"}


def read_docx(data: bytes, limits: Limits) -> RawDocument:
    """Read a DOCX.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    package = DocxPackage(data, limits)
    root = package.part(package.main())
    body = None if root is None else root.find(W + "body")
    if body is None:
        raise DocumentUnreadable(
            "corrupt", "这个 DOCX 里没有正文（缺少 word/document.xml）。请用 Word 另存后再上传。"
        )
    walker = _Walker(package, body, limits)
    walker.children(body, 0)
    warnings = list(walker.warnings())
    if package.has_macros():
        warnings.append("文件带有宏或嵌入的程序，已忽略，只读取文字。")
    return RawDocument(as_blocks(join_titles(walker.items)), Hints(), tuple(warnings))


class _Walker:
    def __init__(self, package: DocxPackage, body: etree._Element, limits: Limits) -> None:
        self.numbering: Numbering = read_numbering(package.part("word/numbering.xml"))
        self.styles = read_styles(package.part("word/styles.xml"))
        self.notes = {kind: package.part(name) for kind, name in _NOTES.items()}
        self.limits = limits
        self.text = TextReader(has_fields=has_whole_fields(body))
        self.items: list[Paragraph | Block] = []
        self.cells = 0
        self.carried = ""  # text of a paragraph whose end a revision has removed

    def warnings(self) -> Iterator[str]:
        if self.text.revisions:
            yield f"文件带有修订痕迹（{self.text.revisions} 处删除），已按接受全部修订读取。"
        if self.text.pictures:
            yield f"文件里有 {self.text.pictures} 张图片，图中的文字没有读入，请核对。"
        yield from dict.fromkeys(self.text.warnings)

    def children(self, parent: etree._Element, depth: int) -> None:
        """Read the paragraphs and tables below an element.

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
            elif child.tag in WRAPPERS:
                self.children(child, depth + 1)

    def _paragraph(self, paragraph: etree._Element, depth: int) -> None:
        text = self.carried + self.text.words(paragraph)
        self.carried = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self.carried = text
        elif not self._style(paragraph).contents:
            number, bullet = self._number(paragraph, bool(text.strip()))
            lines = [line for part in text.split("\n") if (line := one_line(part))]
            if lines:
                lines[0] = f"{number}{lines[0]}"
                self._add(paragraph, lines, bullet)
        for box in text_boxes(paragraph):
            self.children(box, depth + 1)
        self._add_notes()

    def _add(self, paragraph: etree._Element, lines: list[str], bullet: bool) -> None:
        if bullet:
            last = self.items[-1] if self.items else None
            text = "\n".join(lines)
            if isinstance(last, Block) and last.kind == "list":
                self.items[-1] = Block("list", f"{last.text}\n{text}")
            else:
                self.items.append(Block("list", text))
            return
        level = self._level(paragraph)
        if level and len(lines[0]) <= MAX_TITLE:
            self.items.append(Block("heading", " ".join(lines), level))
            return
        size, bold, centred = self._look(paragraph)
        self.items += [Paragraph(line, None, size, bold, centred) for line in lines]

    def _add_notes(self) -> None:
        """Put the notes that were cited below what cites them."""
        cited = [*self.text.cited]
        for sign, kind, note_id in cited:
            root = self.notes.get(kind)
            for note in () if root is None else root.iterchildren(W + kind):
                if note.get(W + "id") == note_id:
                    words = "".join(self.text.words(part) for part in note.iter(W + "p"))
                    self.items.append(Paragraph(f"{sign} {one_line(words)}", None, 0.0))
        self.text.cited.clear()  # also what notes cite: one may cite itself

    def _style(self, paragraph: etree._Element) -> Style:
        return self.styles.get(_style_name(paragraph), self.styles[DEFAULT])

    def _level(self, paragraph: etree._Element) -> int:
        outline = paragraph.find(f"{W}pPr/{W}outlineLvl")
        own = 0 if outline is None else outline_level(outline)
        return own or self._style(paragraph).level

    def _look(self, paragraph: etree._Element) -> tuple[float, bool, bool]:
        """Return how a paragraph is set: size in points, heavy, centred."""
        style = self._style(paragraph)
        align = paragraph.find(f"{W}pPr/{W}jc")
        centred = style.centred if align is None else align.get(W + "val") == "center"
        sizes: list[int] = []
        heavy: list[bool] = []
        for run in paragraph.iter(W + "r"):
            if not any((part.text or "").strip() for part in run.iterchildren(W + "t")):
                continue
            letters = run.find(W + "rPr")
            sizes.append(half_points(letters) or style.size or _USUAL_SIZE)
            bold = switch(letters, "b")
            heavy.append(bool(style.bold if bold is None else bold) or _is_heavy(letters))
        size = max(sizes, default=style.size or _USUAL_SIZE) / 2
        return size, bool(heavy) and all(heavy), centred

    def _number(self, paragraph: etree._Element, has_text: bool) -> tuple[str, bool]:
        """Return the automatic number of a paragraph, and whether it is a dot."""
        style = self._style(paragraph)
        number_id, depth = number_of(paragraph.find(W + "pPr"))
        if not number_id and style.number_id:
            number_id = style.number_id
            depth = style.depth if depth is None else depth
        if number_id in ("", "0") or not has_text:
            return "", False
        if depth is None:
            depth = self.numbering.depth_of(number_id, _style_name(paragraph))
        return self.numbering.text(number_id, depth), self.numbering.is_bullet(number_id, depth)

    def _table(self, table: etree._Element, depth: int) -> None:
        if is_layout(table):
            for row in table_rows(table):
                for cell in cells(row):
                    self.children(cell, depth + 1)
            return
        grid = fill(read_rows(table, self._cell), self.limits)
        self.cells += sum(map(len, grid))
        if self.cells > self.limits.max_cells:
            raise too_many_cells()
        self.items += table_blocks(grid)
        self._add_notes()

    def _cell(self, cell: etree._Element) -> str:
        return "\n".join(self._cell_lines(cell, 0))

    def _cell_lines(self, parent: etree._Element, depth: int) -> Iterator[str]:
        if depth > self.limits.max_depth:
            raise too_deep()
        for child in parent:
            if child.tag == W + "p":
                words = self.text.words(child)
                number, _ = self._number(child, bool(words.strip()))
                for part in f"{number}{words}".split("\n"):
                    if line := one_line(part):
                        yield line
                for box in text_boxes(child):
                    yield from self._cell_lines(box, depth + 1)
            elif child.tag == W + "tbl":
                for row in table_rows(child):
                    inner = (" ".join(self._cell_lines(cell, depth + 1)) for cell in cells(row))
                    if line := one_line(" ".join(inner)):
                        yield line
            elif child.tag in WRAPPERS or child.tag in (W + "sdt", W + "sdtContent"):
                yield from self._cell_lines(child, depth + 1)


def _style_name(paragraph: etree._Element) -> str:
    name = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if name is None else name.get(W + "val") or ""


def _is_heavy(letters: etree._Element | None) -> bool:
    fonts = None if letters is None else letters.find(W + "rFonts")
    names = "" if fonts is None else (fonts.get(W + "eastAsia") or "").lower()
    return any(name in names for name in _HEAVY_FONTS)
