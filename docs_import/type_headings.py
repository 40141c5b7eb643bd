"""Which paragraphs are headings by how they are set (large, heavy, centred), not by a style."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docs_import.document import Block
from docs_import.head_lines import is_date_line, is_number_line, is_organ_line, is_salutation
from docs_import.headings import MAX_HEADING, MAX_TITLE, squeeze
from docs_import.numbering import marker

_LARGE = 1.2
_LARGE_TITLE = 1.1  # 小二 over 三号
_MAX_SHARE = 0.4
_TITLE_AMONG = 12  # paragraphs at the beginning
_ENDS_TEXT = tuple("。；;，,、！!：:…")
_ENCLOSURE = re.compile(r"附\s*[件表录图]\s*[0-9一二三四五六七八九十]*\s*[：:]?$")


@dataclass
class Paragraph:
    """A paragraph and how its first line is set; `size` is in points, 0.0 when not known."""

    text: str
    page: int | None
    size: float
    bold: bool = False
    centred: bool = False
    lines: int = 1


def as_blocks(items: Sequence[Paragraph | Block]) -> list[Block]:
    """Return the paragraphs as blocks, those that are headings made headings.

    What has a number (一、 第一章) is left to its number. Where the file does not say how large
    its type is, nothing is a heading here.
    """
    paragraphs = [item for item in items if isinstance(item, Paragraph)]
    body = _body_size(paragraphs)
    heavy = _is_heavy(paragraphs, body)
    titled = any(isinstance(item, Block) and item.level == 1 for item in items)
    title = _title(paragraphs, body, heavy) if body and not titled else None
    standing = {id(p) for p in paragraphs if (title or titled) and _is_heading(p, body, heavy)}
    if len(paragraphs) > _TITLE_AMONG and len(standing) > _MAX_SHARE * len(paragraphs):
        standing = set()  # a form: its type tells labels from values, not headings from text
    blocks = []
    for item in items:
        if isinstance(item, Block):
            blocks.append(item)
        elif item is title:
            blocks.append(Block("heading", item.text, 1, page=item.page))
        elif id(item) in standing:
            blocks.append(Block("heading", item.text, 2, page=item.page))
        else:
            blocks.append(Block("paragraph", item.text, page=item.page))
    return blocks


def join_titles(items: Sequence[Paragraph | Block]) -> list[Paragraph | Block]:
    """Return the items with a title that was written as two centred paragraphs made one."""
    paragraphs = [item for item in items if isinstance(item, Paragraph)]
    body = _body_size(paragraphs)
    joined: list[Paragraph | Block] = []
    for at, item in enumerate(items):
        last = joined[-1] if joined else None
        if (
            at < _TITLE_AMONG
            and isinstance(item, Paragraph)
            and isinstance(last, Paragraph)
            and _is_title_line(item, body)
            and _is_title_line(last, body)
            and (item.size, item.bold) == (last.size, last.bold)
        ):
            joined[-1] = replace(last, text=last.text + item.text, lines=last.lines + 1)
        else:
            joined.append(item)
    return joined


def _is_title_line(paragraph: Paragraph, body: float) -> bool:
    large = paragraph.centred and paragraph.size >= _LARGE_TITLE * body
    text = paragraph.text
    return large and not (
        text.endswith(("文件", "。"))
        or is_number_line(squeeze(text))
        or is_date_line(text)
        or is_organ_line(text)
        or marker(text) is not None
        or _ENCLOSURE.match(squeeze(text))
    )


def _body_size(paragraphs: Sequence[Paragraph]) -> float:
    """Return the size in which most characters are set; 0.0 when sizes are not known."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        sizes[paragraph.size] += len(paragraph.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_heavy(paragraphs: Sequence[Paragraph], body: float) -> bool:
    """Tell whether the text itself is set in a heavy font, so that weight says nothing."""
    plain = [p for p in paragraphs if p.size == body]
    bold = sum(len(p.text) for p in plain if p.bold)
    return bold > 0.4 * sum(len(p.text) for p in plain)


def _title(paragraphs: Sequence[Paragraph], body: float, heavy: bool) -> Paragraph | None:
    """Return the paragraph that is the document's title: the largest centred one ahead."""
    ahead = []
    for paragraph in paragraphs[:_TITLE_AMONG]:
        if paragraph.lines > 3 and not paragraph.centred:
            break
        ahead.append(paragraph)
    chosen = [
        p
        for p in ahead
        if p.centred
        and (p.size >= _LARGE_TITLE * body or (p.bold and not heavy and p.size >= body))
        and _may_be_title(p.text)
    ]
    return max(chosen, key=lambda p: (p.size, p.bold), default=None)


def _may_be_title(text: str) -> bool:
    line = squeeze(text)
    return (
        4 <= len(line) <= MAX_TITLE
        and not line.endswith(("文件", *_ENDS_TEXT))
        and not is_number_line(line)
        and not is_date_line(text)
        and not (is_organ_line(text) and len(line) < 14)
        and not is_salutation(line)
        and marker(text) is None
        and not _ENCLOSURE.match(line)
    )


def _is_heading(paragraph: Paragraph, body: float, heavy: bool) -> bool:
    text = squeeze(paragraph.text)
    if not 2 <= len(text) <= MAX_HEADING or paragraph.lines > 2 or "：" in text:
        return False
    if text.endswith(("文件", *_ENDS_TEXT)) or not re.search(r"[一-鿿A-Za-z]", text):
        return False
    if marker(paragraph.text) is not None or is_number_line(text) or is_date_line(text):
        return False
    if is_organ_line(paragraph.text):
        return False
    large = paragraph.size >= _LARGE * body
    return large or (paragraph.bold and not heavy and paragraph.size >= body)
