"""文号: the number an authority gives its document, and only this document's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.dates import normalise
from docs_import.document import Block
from docs_import.head_lines import NUMBER, is_salutation
from docs_import.headings import looks_like_title, squeeze
from docs_import.hints import Hints
from docs_import.metadata_fields import Found, NamedDocument

_BRACKETS = re.compile(r"[〔\[［（(【]((?:19|20)\d{2})[〕\]］）)】]")
_LINE = re.compile(
    r"[（(]?(?:(?:发文字号|文\s*号|编号)[：:])?(?P<number>"
    + NUMBER.pattern
    + r")(?:文)?[）)]?(?:签发人[：:].{0,20})?"
)
_ORDER = re.compile(r"(?P<who>[一-鿿]{2,40}?)(?:令|公告)(?:[（(])?第?(?P<number>\d{1,5})号[）)]?")
_ORDER_HEAD = re.compile(r"[一-鿿]{2,40}(?:令|公告)$")
_ORDER_NUMBER = re.compile(r"[（(]?第?\d{1,5}号[）)]?$")
_ANNOTATION = re.compile(
    r"[（(](?:.{0,80}?日)?(?P<who>[一-鿿]{2,30}?)令第(?P<number>\d{1,5})号.{0,20}(?:公布|发布|颁布)"
)
_HEAD = 15
_LONG = 60


def normal_number(text: str) -> str:
    """Return a 文号 the standard way: no spaces, half-width digits, 〔〕 around the year."""
    return _BRACKETS.sub(r"〔\1〕", squeeze(normalise(text)))


def find_number(blocks: Sequence[Block], hints: Hints) -> Found | None:
    """Return the document's 文号, or None: a number cited in the text is not it."""
    given = hints.values.get("document_number")
    if given:
        number = _given(given[0])
        if number:
            return Found(number, given[1])
    for i, block in enumerate(blocks[:_HEAD]):
        line = squeeze(normalise(block.text))
        whole = _LINE.fullmatch(line)
        if whole:
            return Found(normal_number(whole["number"]), f"正文第{i + 1}段")
        # 某府办发〔2025〕5号某市人民政府办公厅关于…的通知, on one line
        before = re.match(rf"{NUMBER.pattern}(?=.)", line)
        if before and looks_like_title(line[before.end() :]):
            return Found(normal_number(before.group()), f"正文第{i + 1}段")
        order = _order(blocks, i, line)
        if order:
            return Found(order, f"正文第{i + 1}段")
        if _is_text(block, line):
            break  # what follows are citations
    return None


def _is_text(block: Block, line: str) -> bool:
    """Tell whether the text itself has begun."""
    if block.kind != "paragraph" or looks_like_title(line) or is_salutation(line):
        return False
    return line.endswith("。") or len(line) > _LONG


def _given(value: str) -> str:
    line = squeeze(normalise(value))
    found = NUMBER.fullmatch(line) or _LINE.fullmatch(line)
    if found:
        return normal_number(found["number"] if "number" in found.groupdict() else line)
    order = _ORDER.fullmatch(line)
    return _named(order) if order else ""


def _order(blocks: Sequence[Block], i: int, line: str) -> str:
    """Read 某市人民政府令 / 第12号, on one line or two, or in the note under a regulation."""
    annotation = _ANNOTATION.match(line)
    if annotation:
        return _named(annotation)
    whole = _ORDER.fullmatch(line)
    if whole:
        return _named(whole)
    if i + 1 < len(blocks) and _ORDER_HEAD.fullmatch(line):
        following = squeeze(normalise(blocks[i + 1].text))
        if _ORDER_NUMBER.fullmatch(following):
            return line + "第" + following.strip("（()）第")
    return ""


def _named(match: re.Match[str]) -> str:
    who = match["who"].removeprefix("中华人民共和国")
    kind = "公告" if "公告" in match.group() else "令"
    return f"{who}{kind}第{match['number']}号"


def find_repealed(blocks: Sequence[Block]) -> list[NamedDocument]:
    """Return the documents that this one declares 废止, by their 文号."""
    found: dict[str, NamedDocument] = {}
    for i, block in enumerate(blocks):
        for sentence in re.split(r"[。；]", block.text):
            if not re.search(r"(?:同时|予以|即行|自行)?(?:废止|停止执行)", sentence):
                continue
            for match in re.finditer(rf"《([^《》]+)》\s*[（(]({NUMBER.pattern})", sentence):
                number = normal_number(match[2])
                act = NamedDocument("repeals", match[1], number, f"正文第{i + 1}段")
                found.setdefault(number, act)
    return list(found.values())
