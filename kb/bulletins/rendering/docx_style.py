"""公文格式 (GB/T 9704-2012): page, fonts, paragraphs, for python-docx.

A4 with margins of 37, 35, 28 and 26 mm; 22 lines of 28 characters, 三号仿宋 on lines of 28 pt.
"""

from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from kb.bulletins.rendering.same_bytes import MADE

# The fonts that Windows, WPS and 公文 systems have; others substitute theirs.
TITLE, BODY, HEAD, SUB, TABLE = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
RED = RGBColor(0xC8, 0x10, 0x1A)
ERHAO, SANHAO, SIHAO, WUHAO = 22, 16, 14, 10.5
LINE = 28
_TEXT_WIDTH = 156
CENTER, LEFT, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def new_document() -> Any:
    """An empty document with the page and the body style of a 公文."""
    document = Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    page.footer_distance = Mm(26)
    grid = page._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        page._sectPr.append(grid)
    # Lines only: with characters too LibreOffice spreads them over the line.
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    normal = document.styles["Normal"]
    normal.font.size = Pt(SANHAO)
    _fonts(normal.element.get_or_add_rPr(), BODY)
    known = document.core_properties
    known.created = known.modified = MADE
    known.author = known.last_modified_by = known.comments = known.keywords = ""
    known.revision = 1
    return document


def _fonts(properties: Any, east: str, latin: str = LATIN) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), latin)
    fonts.set(qn("w:eastAsia"), east)


def add_run(
    paragraph: Any,
    text: str,
    font: str = BODY,
    size: float = SANHAO,
    *,
    bold: bool = False,
    colour: RGBColor | None = None,
    latin: str = LATIN,
) -> Any:
    """Words in a font; East Asian and Latin characters each in theirs."""
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour
    _fonts(run._r.get_or_add_rPr(), font, latin)
    return run


def shape(
    paragraph: Any,
    align: Any = BOTH,
    *,
    line: float | None = LINE,
    indent: bool = False,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> Any:
    """Alignment, exact line height in pt, indent of two characters, space, keep with next."""
    form = paragraph.paragraph_format
    form.alignment = align
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = keep
    if line is not None:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        properties = paragraph._p.get_or_add_pPr()
        found = properties.get_or_add_ind()
        found.set(qn("w:firstLineChars"), "200")
        found.set(qn("w:firstLine"), str(2 * SANHAO * 20))
    return paragraph


def add_rule(document: Any, colour: str, size: int) -> Any:
    """A line as wide as the text, ``size`` in eighths of a point: a paragraph of its own.

    The border of an indented paragraph would begin where its text does.
    """
    paragraph = shape(document.add_paragraph(), LEFT, line=3, keep=True)
    off_grid(paragraph)
    _rule(paragraph, colour, size)
    return paragraph


def off_grid(paragraph: Any) -> None:
    """Let a paragraph have its own line height: the grid would make it a whole line."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    _insert(paragraph, snap, ("spacing", "ind", "jc", "rPr"))


def _rule(paragraph: Any, colour: str, size: int) -> None:
    borders = OxmlElement("w:pBdr")
    border = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "4"), ("color", colour)):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    _insert(paragraph, borders, ("shd", "tabs", "snapToGrid", "spacing", "ind", "jc", "rPr"))


def _insert(paragraph: Any, element: Any, before: tuple[str, ...]) -> None:
    """Put an element where the schema wants it: before these."""
    properties = paragraph._p.get_or_add_pPr()
    later = [one for one in properties if one.tag in {qn(f"w:{name}") for name in before}]
    if later:
        later[0].addprevious(element)
    else:
        properties.append(element)


def tab_at_right(paragraph: Any) -> None:
    """A tab stop at the right margin, so that two words stand at the two ends of a line."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(
        Mm(_TEXT_WIDTH) - Pt(SANHAO), WD_TAB_ALIGNMENT.RIGHT
    )


def page_numbers(document: Any) -> None:
    """``— 1 —`` in 四号宋体: odd pages at the right, even ones at the left, one character in."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align, side in (
        (section.footer, RIGHT, "w:rightChars"),
        (section.even_page_footer, LEFT, "w:leftChars"),
    ):
        footer.is_linked_to_previous = False
        paragraph = shape(footer.paragraphs[0], align, line=None)
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn(side), "100")
        indent.set(qn(side.removesuffix("Chars")), str(SIHAO * 20))
        add_run(paragraph, "— ", TABLE, SIHAO, latin=TABLE)
        run = add_run(paragraph, "", TABLE, SIHAO, latin=TABLE)
        for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = text
            run._r.append(part)
        add_run(paragraph, " —", TABLE, SIHAO, latin=TABLE)
