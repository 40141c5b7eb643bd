"""A bulletin as DOCX in the layout of a 公文."""

import io
from typing import Any

from docx.shared import RGBColor

from kb.bulletins.issuing.parts import Bulletin, Header, Section
from kb.bulletins.issuing.wording import date_words
from kb.bulletins.rendering import docx_style as style
from kb.bulletins.rendering.docx_chart import add_chart
from kb.bulletins.rendering.docx_table import add_record, add_table
from kb.bulletins.rendering.legal import legal
from kb.bulletins.rendering.same_bytes import repacked

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_RED = "C8101A"
_HEAD_WIDTH = 410  # points; the line has 442, and words in two scripts need room between them
_DRAFT = "（草稿，未印发）"


def as_docx(bulletin: Bulletin) -> bytes:
    """The file's bytes."""
    document = style.new_document()
    document.core_properties.title = legal(bulletin.header.title)
    _head(document, bulletin.header)
    _body(document, legal(bulletin.opening.text))
    for section in bulletin.sections:
        _section(document, section)
    add_record(document, bulletin.header)
    style.page_numbers(document)
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue())


def _head(document: Any, header: Header) -> None:
    first = style.shape(document.add_paragraph(), style.CENTER, line=None, before=0, after=6)
    style.add_run(
        first, legal(header.hotline), style.TITLE, _fitting(header.hotline, 30), colour=style.RED
    )
    second = style.shape(document.add_paragraph(), style.CENTER, line=None, after=10)
    style.add_run(second, _spread(legal(header.kind)), style.TITLE, 44, colour=style.RED)
    issue = style.shape(document.add_paragraph(), style.CENTER, after=2)
    style.add_run(issue, legal(header.issue or _DRAFT))
    by = style.shape(document.add_paragraph(), style.LEFT)
    style.tab_at_right(by)
    day = date_words(header.issued_on) if header.issued_on else ""
    style.add_run(by, f"　{legal(header.issuer)}\t{day}")
    style.add_rule(document, _RED, 18)
    title = style.shape(document.add_paragraph(), style.CENTER, line=32, before=24, keep=True)
    style.add_run(title, legal(header.title), style.TITLE, style.ERHAO)
    under = style.shape(document.add_paragraph(), style.CENTER, after=12, keep=True)
    style.add_run(under, legal(header.subtitle))
    for line in header.correction:
        _body(document, legal(line))


def _fitting(words: str, largest: int) -> float:
    """The size in pt in which the words fill one line at most."""
    return min(largest, _HEAD_WIDTH / max(_width(words), 1))


def _width(words: str) -> float:
    return sum(0.65 if one.isascii() else 1 for one in words)


def _spread(words: str) -> str:
    return "　".join(words) if len(words) < 5 else words


def _section(document: Any, section: Section) -> None:
    heading = style.shape(document.add_paragraph(), style.LEFT, indent=True, keep=True)
    font = style.HEAD if section.level == 1 else style.SUB
    style.add_run(heading, legal(section.heading), font)
    for paragraph in section.paragraphs:
        _body(document, legal(paragraph.text))
    for table in section.tables:
        add_table(document, table)
    for number, chart in enumerate(section.charts):
        add_chart(document, chart, f"{section.key}{number}")


def _body(document: Any, text: str) -> None:
    paragraph = style.shape(document.add_paragraph(), indent=True)
    style.add_run(paragraph, text, colour=RGBColor(0, 0, 0))
