"""文号: the number an authority gives its document, and only this document's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.dates import normalise
from docs_import.document import Block
from docs_import.head_lines import NUMBER, ORGAN, begins_with_place, is_organ_line, is_salutation
from docs_import.headings import looks_like_title, squeeze
from docs_import.hints import Hints
from docs_import.metadata_fields import Found

_BRACKETS = re.compile(r"[〔\[［（(【]((?:19|20)\d{2})[〕\]］）)】]")
_LINE = re.compile(
    r"[（(]?(?:(?:发文字号|文\s*号|编号)[：:])?(?P<number>"
    + NUMBER.pattern
    + r")(?:文)?[）)]?(?:签发人[：:].{0,20})?"
)
# 云汀市民政局令第12号, 财政部 税务总局公告2020年第8号; the white space is squeezed out before.
_ORDER = re.compile(
    r"(?P<who>[一-鿿、]{2,60}?)(?P<kind>令|公告|通告)[（(]?(?P<year>(?:19|20)\d{2}年)?"
    r"第?(?P<number>\d{1,5})号[）)]?"
)
_ORDER_HEAD = re.compile(r"(?P<who>[一-鿿、]{2,60})(?P<kind>令|公告|通告)$")
_ORDER_NUMBER = re.compile(r"[（(]?(?P<year>(?:19|20)\d{2}年)?第?(?P<number>\d{1,5})号[）)]?$")
_ORDERING = re.compile(rf"(?:{ORGAN.pattern})|主席$|会议$|人民代表大会$|国务院$")
_JOINT = re.compile(rf"{NUMBER.pattern}(?:[、，,；;/]?{NUMBER.pattern})+")
_NO_SIGN = re.compile(r"[一-鿿]{1,16}[〔\[［（(【](?:19|20)\d{2}[〕\]］）)】]第?\d{1,6}")
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
        if _JOINT.fullmatch(line):
            return Found(_joined(line), f"正文第{i + 1}段")
        if _NO_SIGN.fullmatch(line):
            return Found(
                f"{normal_number(line)}号", f"正文第{i + 1}段（没有“号”字）", doubtful=True
            )
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


def _joined(line: str) -> str:
    """A document issued jointly may print the 文号 of each authority."""
    return "、".join(normal_number(match.group()) for match in NUMBER.finditer(line))


def _given(value: str) -> str:
    line = squeeze(normalise(value))
    if _JOINT.fullmatch(line):
        return _joined(line)
    if _NO_SIGN.fullmatch(line):
        return f"{normal_number(line)}号"
    found = NUMBER.fullmatch(line) or _LINE.fullmatch(line)
    if found:
        return normal_number(found["number"] if "number" in found.groupdict() else line)
    order = _ORDER.fullmatch(line)
    return _named(order, order) if order else ""


def _order(blocks: Sequence[Block], i: int, line: str) -> str:
    """Read 某市人民政府令 / 第12号, on one line or two, or in the note under a regulation."""
    annotation = _ANNOTATION.match(line)
    if annotation:
        who = annotation["who"].removeprefix("中华人民共和国")
        return f"{who}令第{annotation['number']}号"
    whole = _ORDER.fullmatch(line)
    if whole and _orders(whole["who"]):
        return _broken_off(blocks, i, whole["who"]) + _named(whole, whole)
    head = _ORDER_HEAD.fullmatch(line)
    if head and i + 1 < len(blocks) and _orders(head["who"]):
        number = _ORDER_NUMBER.fullmatch(squeeze(normalise(blocks[i + 1].text)))
        if number:
            return _broken_off(blocks, i, head["who"]) + _named(head, number)
    return ""


def _broken_off(blocks: Sequence[Block], i: int, who: str) -> str:
    """What stands of the name in the lines above: 云汀市供热保障 / 领导小组公告 / （第6号）, and
    the other authorities of a joint one."""
    above = ""
    for at in range(i - 1, max(-1, i - 6), -1):
        line = squeeze(blocks[at].text)
        if is_organ_line(blocks[at].text) and not who.startswith(line):
            above = line + above
            continue
        fragment = not above and not begins_with_place(who) and not ORGAN.search(line)
        if fragment and begins_with_place(line) and re.fullmatch(r"[一-鿿]{2,40}", line):
            return line
        break
    return above


def _orders(who: str) -> bool:
    return "关于" not in who and bool(_ORDERING.search(who))


def _named(who: re.Match[str], number: re.Match[str]) -> str:
    name = who["who"].removeprefix("中华人民共和国")
    return f"{name}{who['kind']}{number['year'] or ''}第{number['number']}号"
