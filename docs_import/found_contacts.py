"""Phones and addresses of offices, as a document prints them for its readers.

Only what stands beside a word that says so (电话, 热线, 地址) or in such a column is taken: a
number alone may be anything. A mobile is taken only where an office gives it as its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docs_import.contact_tables import in_table
from docs_import.contact_words import (
    ADDRESS,
    FAX,
    PHONE,
    PHONE_WORD,
    address_between,
    clean_address,
    clean_phone,
    label_before,
)
from docs_import.dates import normalise
from docs_import.document import Block
from docs_import.head_lines import is_organ_line, is_salutation
from docs_import.headings import squeeze
from docs_import.metadata_fields import Found, FoundContact
from docs_import.numbering import marker

_MAX = 200
_NEAR = 24
_REACH = 160
_SHARED = re.compile(r"(?:400|95\d{3}|1\d{2,4}(?!\d)|1[3-9]\d{9})")
_WINDOW = re.compile(r"[一-鿿0-9（）]{2,20}(?:窗口|大厅|中心|服务站|服务点|科|处|站|所)")


@dataclass(frozen=True)
class _Place:
    """A phone or an address, and where in the paragraph its clause begins and it ends.

    :ivar between: what stands between 电话： and the number, often whose it is.
    """

    kind: str
    text: str
    start: int
    end: int
    between: str = ""


def find_contacts(blocks: Sequence[Block]) -> tuple[FoundContact, ...]:
    """Return the contacts in reading order, each phone and address once."""
    found: dict[tuple[str, str], FoundContact] = {}
    heading = ""
    for i, block in enumerate(blocks):
        where = f"正文第{i + 1}段"
        if block.kind == "table":
            rows = in_table(block.rows, where)
        else:
            rows = _in_text(normalise(block.text), heading, where)
        for contact in rows:
            found.setdefault((contact.phone, contact.address), contact)
            if len(found) >= _MAX:
                return tuple(found.values())
        if block.kind != "table":
            heading = _heading(block, heading)
    return tuple(found.values())


def owned(contacts: Sequence[FoundContact], authority: Found | None) -> tuple[FoundContact, ...]:
    """The contacts; a number of the city that names no unit is that of the document's author.

    Numbers of the whole country (12345, 400…) and those of a joint document stay without one.
    """
    if authority is None or authority.doubtful or "、" in authority.value:
        return tuple(contacts)
    return tuple(
        replace(each, label=authority.value)
        if not each.label and each.phone and not _SHARED.match(each.phone)
        else each
        for each in contacts
    )


def _heading(block: Block, present: str) -> str:
    """The unit or window that the lines below belong to: a heading or a short line naming it."""
    number = marker(block.text)
    line = (number.rest if number else block.text).strip("：: ")
    if is_salutation(squeeze(block.text)):
        return ""
    if is_organ_line(line) or _WINDOW.fullmatch(line):
        return line
    return "" if block.kind == "heading" else present


def _in_text(text: str, heading: str, where: str) -> Iterator[FoundContact]:
    places = sorted([*_phones(text), *_addresses(text)], key=lambda place: place.start)
    waiting: _Place | None = None
    for place in places:
        if waiting is not None and waiting.kind != place.kind and _one_clause(text, waiting, place):
            yield _contact(text, waiting, place, heading, where)
            waiting = None
            continue
        if waiting is not None:
            yield _contact(text, waiting, None, heading, where)
        waiting = place
    if waiting is not None:
        yield _contact(text, waiting, None, heading, where)


def _one_clause(text: str, first: _Place, second: _Place) -> bool:
    """地址：…，电话：… belong together; 甲所地址：…。乙所电话：… do not."""
    between = text[first.end : second.start]
    return len(between) <= 8 and "。" not in between


def _contact(
    text: str, first: _Place, second: _Place | None, heading: str, where: str
) -> FoundContact:
    both = {place.kind: place.text for place in (first, second) if place}
    spoken = label_before(first.between.rstrip())
    label = (
        spoken
        or label_before(_before(text, first.start))
        or _label_behind(text, second or first)
        or heading
    )
    address = both.get("address", "") or address_between(_before(text, first.start))
    return FoundContact(label, both.get("phone", ""), address, where)


def _before(text: str, at: int) -> str:
    """What stands near before a place; a whole paragraph may be very long."""
    return text[max(0, at - _REACH) : at]


def _label_behind(text: str, place: _Place) -> str:
    """020-83123456（市民政局）"""
    behind = re.match(r"\s*[（(]([^（）()]{2,24})[）)]", text[place.end : place.end + 32])
    return label_before(behind[1]) if behind else ""


def _phones(text: str) -> Iterator[_Place]:
    """Phones after 电话 or 热线, several of one clause joined."""
    run: list[str] = []
    start = end = 0
    between = ""
    for match in PHONE.finditer(text):
        follows = bool(run) and re.fullmatch(r"[\s、，,/；;或和及]{1,3}", text[end : match.start()])
        if run and not follows:
            yield _Place("phone", "、".join(run), start, end, between)
            run = []
        if not run:
            word = _said_before(text, match.start())
            if word is None or not _office_number(match.group(), _before(text, match.start())):
                continue
            start = word
            between = PHONE_WORD.sub("", text[word : match.start()]).strip("：: ")
        if _office_number(match.group(), _before(text, start)) or not run:
            run.append(clean_phone(match.group()))
        end = match.end()
    if run:
        yield _Place("phone", "、".join(run), start, end, between)


def _said_before(text: str, at: int) -> int | None:
    """Where the word begins that announces the number at `at`; None when there is none near."""
    lead = text[max(0, at - _NEAR) : at]
    words = list(PHONE_WORD.finditer(lead))
    if not words or re.search(r"[。；;]", lead[words[-1].end() :]) or FAX.search(lead):
        return None
    return at - len(lead) + words[-1].start()


def _office_number(number: str, before: str) -> bool:
    """A mobile beside a person's name is the person's; 值班手机, 咨询电话 are the office's."""
    if not re.fullmatch(r"1[3-9]\d{9}", clean_phone(number)):
        return True
    return bool(
        re.search(r"(?:咨询|服务|值班|办公|监督|举报|报名|受理|窗口)[^，。；]{0,8}$", before)
    )


def _addresses(text: str) -> Iterator[_Place]:
    for match in ADDRESS.finditer(text):
        address = clean_address(match["address"])
        if address:
            end = match.start("address") + len(match["address"])
            yield _Place("address", address, match.start(), end)
