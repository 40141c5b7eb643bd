"""Recognise what a document says about itself. A wrong value is worse than none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docs_import.acts import find_acts
from docs_import.authorities import Signature, find_authority, find_issued, signatures
from docs_import.dates import first_date
from docs_import.document import Block
from docs_import.document_numbers import find_number
from docs_import.found_contacts import find_contacts, owned
from docs_import.head_lines import (
    NUMBER,
    is_letterhead,
    is_number_line,
    is_organ_line,
    is_salutation,
)
from docs_import.headings import MAX_TITLE, looks_like_title, squeeze
from docs_import.hints import Hints
from docs_import.kinds import guess_kind
from docs_import.metadata_fields import Found, Metadata
from docs_import.numbering import marker
from docs_import.particulars import find_audience, find_index_number, find_subjects
from docs_import.validity import find_validity

__all__ = ["Found", "Metadata", "recognise"]

_TITLE_GOES_ON = ("关于", "印发", "转发", "公布", "发布")
_STATE = "中华人民共和国"
_LICENCE = re.compile(r"^[^。，；：]{2,30}(?:证|证书|执照|批文|批件)(?:（[^（）]{1,10}）)?$")
_REPOSTED = re.compile(r"^[（(【](?:转载|转发|人社|政策|公告)[^（）()【】]{0,6}[）)】]")


def recognise(blocks: Sequence[Block], hints: Hints | None = None) -> Metadata:
    """Return title, 文号, 发文机关, dates and validity, each with where it was read.

    :param blocks: the document in reading order; headings need not be marked.
    :param hints: what the page or file says beside the text.
    """
    hints = hints or Hints()
    signed = signatures(blocks)
    title = find_title(blocks, hints)
    number = find_number(blocks, hints)
    name = _unnumbered(title.value) if title else ""
    title = replace(title, value=name) if title else None
    issued = find_issued(blocks, signed, hints)
    published = _published(hints)
    printed = _printed(signed, hints)
    start, end = find_validity(blocks, hints, issued.value if issued else None, printed)
    if issued is None and published is not None:
        where = f"{published.where}（正文没有成文日期）"
        issued = Found(published.value, where, doubtful=True)
    authority = find_authority(blocks, signed, name, hints)
    return Metadata(
        subject_words=find_subjects(blocks, hints),
        index_number=find_index_number(blocks, hints),
        audience=find_audience(blocks, hints),
        kind=guess_kind(blocks, name, number is not None),
        contacts=owned(find_contacts(blocks), authority),
        linked=tuple(hints.linked),
        title=title,
        document_number=number,
        issuing_authority=authority,
        issued_on=issued,
        published_on=published,
        valid_from=start,
        valid_until=end,
        acts=find_acts(blocks, name),
    )


def _unnumbered(title: str) -> str:
    """Return a title without the 文号 printed before it on the same line."""
    rest = re.sub(rf"^{NUMBER.pattern}[\s\-—]*", "", title)
    return rest if looks_like_title(rest) else title


def _published(hints: Hints) -> Found | None:
    candidates = [
        hints.values.get("published_on"),
        (hints.meta.get("PubDate", ""), "网页元数据 PubDate"),
    ]
    for candidate in candidates:
        day = first_date(candidate[0]) if candidate else None
        if candidate and day:
            return Found(day, candidate[1])
    return None


def _printed(signed: Sequence[Signature], hints: Hints) -> str | None:
    for signature in signed:
        if signature.printed:
            return signature.issued_on
    given = hints.values.get("printed_on")
    return first_date(given[0]) if given else None


def find_title(blocks: Sequence[Block], hints: Hints) -> Found | None:
    """Return the title as the page or the first lines print it."""
    if hints.heading:
        return Found(_REPOSTED.sub("", hints.heading[0]).strip(), hints.heading[1])
    if "title" in hints.values:
        return Found(*hints.values["title"])
    for i, block in enumerate(blocks[:15]):
        if block.kind == "heading" and block.level == 1 and not is_number_line(block.text):
            return Found(_with_name(block.text, blocks[i + 1 : i + 2]), f"正文第{i + 1}段")
    return title_of_lines(blocks)


def _with_name(title: str, following: Sequence[Block]) -> str:
    """Return the title of a licence, whose name stands in a line below that of the state."""
    if squeeze(title) != _STATE or not following or following[0].kind == "table":
        return title
    name = squeeze(following[0].text)
    return _STATE + name if _LICENCE.search(name) else title


def title_of_lines(blocks: Sequence[Block]) -> Found | None:
    """Put a title broken over lines together; else take a first line that is no sentence."""
    for i in range(min(len(blocks), 10)):
        joined = _joined(blocks[i : i + 5])
        if joined:
            return Found(joined[0], f"正文第{i + 1}段", doubtful=joined[1])
    for i, block in enumerate(blocks[:6]):
        line = squeeze(block.text)
        if is_number_line(line) or is_organ_line(block.text) or is_letterhead(line):
            continue
        if marker(line):
            continue
        if (
            block.kind != "table"
            and 4 <= len(line) <= 60
            and not re.search(r"[。；：，]$|。", line)
        ):
            return Found(block.text, f"正文第{i + 1}段", doubtful=True)
        return None
    return None


def _is_whole(text: str) -> bool:
    """Tell whether a line is a title from the name of its authority to its end."""
    line = squeeze(text)
    return looks_like_title(line) and is_organ_line(line.split("关于")[0])


def _goes_on(begun: str) -> bool:
    """Tell whether the lines above a title belong to it: another authority, or …转发."""
    return is_organ_line(begun) or begun.endswith((*_TITLE_GOES_ON, "《", "、"))


def _joined(lines: Sequence[Block]) -> tuple[str, bool] | None:
    """The title that begins with the first of these lines, and whether it took several."""
    joined = ""
    for width, block in enumerate(lines):
        text = block.text
        if block.kind == "table" or is_number_line(text) or is_salutation(text):
            return None
        organ = is_organ_line(text) and "关于" not in text
        # 云汀市民政局 above 云汀市民政局关于… is the letterhead.
        if joined and text.startswith(joined.split(" ")[0]) and is_organ_line(joined):
            return None
        if joined and _is_whole(text) and not _goes_on(joined):
            return None  # what stands above is a page head
        parted = joined and is_organ_line(joined) and not text.startswith(_TITLE_GOES_ON)
        joined = f"{joined} {text}" if parted else joined + text
        if looks_like_title(joined) and not organ:
            return joined, width > 0
        if len(joined) > MAX_TITLE or re.search(r"[。；：]", joined):
            return None
        if not organ and width >= 3:
            return None
    return None
