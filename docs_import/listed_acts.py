"""Documents that an act names in a list or a table below it (决定废止下列文件：…)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docs_import.document import Block
from docs_import.metadata_fields import ActKind, NamedDocument
from docs_import.named_titles import mentions, number_in
from docs_import.numbering import marker

_ANNOUNCED = re.compile(
    r"(?:废止|失效|停止执行|修改|修订)[^。；]{0,40}(?:下列|以下|如下|目录)|"
    r"(?:下列|以下|如下)[^。；]{0,40}(?:废止|失效|停止执行|修改|修订)"
)
_STAYS = re.compile(r"继续有效|予以保留|保留的|现行有效|拟修订")
_ENDS = re.compile(r"废止|失效|停止执行|作废")
_NAME = re.compile(r"(?:文件|规章|法规|规范性文件)?(?:名称|标题|题目)|^文件$|名\s*称")
_NUMBER = re.compile(r"文\s*号|发文字号|文件编号|字号")


def announced(text: str) -> ActKind | None:
    """What a line says is done to the documents listed below it; None when it says nothing."""
    if not text.rstrip().endswith(("：", ":")) or not _ANNOUNCED.search(text):
        return None
    return _said(text)


def _said(text: str) -> ActKind | None:
    if _STAYS.search(text):
        return None
    if _ENDS.search(text):
        return "repeals"
    return "amends" if re.search("修改|修订", text) else None


def listed(block: Block, kind: ActKind, where: str) -> list[NamedDocument]:
    """The documents that the items of this block name first; [] when it is no such item."""
    found: list[NamedDocument] = []
    for line in block.text.split("\n"):
        number = marker(line)
        rest = number.rest if number else line.strip()
        named = list(mentions(rest))
        if (
            not named
            or named[0].start > 30
            or not (number or block.kind == "list" or rest[0] in "《")
        ):
            return found
        found += [NamedDocument(kind, m.title, m.number, where) for m in named[:1]]
    return found


def tabled(blocks: Sequence[Block], at: int, title: str, where: str) -> Iterator[NamedDocument]:
    """The documents in the rows of a table that a heading or the title says are ended."""
    rows = blocks[at].rows
    kind = _table_kind(blocks, at, title)
    if kind is None or not rows:
        return
    header = ["".join(cell.split()) for cell in rows[0]]
    name = next((i for i, cell in enumerate(header) if _NAME.search(cell)), None)
    number = next((i for i, cell in enumerate(header) if _NUMBER.search(cell)), None)
    if name is None:
        return
    for place, row in enumerate(rows[1:], 1):
        words = " ".join(row[name].split())
        named = next(mentions(words), None)
        bare = named.title if named and named.title else re.sub(r"[（(].*", "", words).strip("《》")
        printed = number_in(row[number]) if number is not None else ""
        printed = printed or number_in(words)
        if bare:
            yield NamedDocument(kind, bare, printed, f"{where}（表格第{place}行）")


def _table_kind(blocks: Sequence[Block], at: int, title: str) -> ActKind | None:
    """By the nearest line above that speaks of it, else by the document's title."""
    for block in reversed(blocks[max(0, at - 3) : at]):
        if block.kind == "table":
            continue
        if _STAYS.search(block.text):
            return None
        if _ENDS.search(block.text) and len(block.text) <= 120:
            return "repeals"
    return "repeals" if _ENDS.search(title) and not _STAYS.search(title) else None
