"""Rows below a header: which are entries, and what their cells mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from docs_import.sheet_headers import Header

_JOINED = {"category": "/", "similar": "\n"}
_NOTE = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|注[：:]|备注|说明|填表|合计|共\d"
)


@dataclass(frozen=True)
class Row:
    """One row under a header.

    :ivar number: as the person sees it, from 1.
    :ivar cells: meaning -> text; columns of one meaning are joined.
    :ivar labels: meaning -> header as printed.
    :ivar others: (header, text) of the columns whose meaning is not known.
    """

    number: int
    cells: Mapping[str, str]
    labels: Mapping[str, str]
    others: tuple[tuple[str, str], ...] = ()

    def get(self, meaning: str) -> str:
        """Return the text of a column, "" when there is none."""
        return self.cells.get(meaning, "")

    def one_line(self, meaning: str) -> str:
        """Return the text of a column without its line breaks."""
        return " ".join(self.get(meaning).split())


def repeats_header(header: Header, cells: Sequence[str]) -> bool:
    """A long table prints its header on every page."""
    return tuple(" ".join(cell.split()) for cell in cells) == header.labels


def alone(cells: Sequence[str]) -> str:
    """Return the text of a row that is no entry, "" for others.

    That is a title across the columns, or a single cell such as 一、市直单位 or 注：…. A question
    whose answer is missing is an entry with a fault.
    """
    filled = [cell for cell in cells if cell]
    if len(set(filled)) != 1 or len(cells) == 1:
        return ""
    return filled[0] if len(filled) > 1 or _NOTE.match(filled[0]) else ""


def beyond(header: Header, cells: Sequence[str]) -> list[str]:
    """A cell right of the last header: a comma without quotes has shifted the row, or a note."""
    last = max(at for at, label in enumerate(header.labels) if label)
    extra = next((text for text in cells[last + 1 :] if text), "")
    return [f"最后一列表头的右边还有内容：{extra[:40]}"] if extra else []


def row_of(header: Header, number: int, cells: Sequence[str]) -> Row:
    """Return a row with its cells under what their columns mean."""
    texts: dict[str, str] = {}
    labels: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for meaning, label, text in zip(header.columns, header.labels, cells, strict=False):
        if meaning:
            labels.setdefault(meaning, label)
        if not text:
            continue
        if meaning and meaning in texts:
            if text not in texts[meaning].split("\n"):
                texts[meaning] += _JOINED.get(meaning, "\n") + text
        elif meaning:
            texts[meaning] = text
        else:
            others.append((label or "备注", text))
    return Row(number, texts, labels, tuple(others))


def cells_of(header: Header, cells: Sequence[str], unit: str = "") -> tuple[tuple[str, str], ...]:
    """Return every cell of a row with its header; what stands right of the last one has "".

    Columns of persons' names are left out, as they are of the entry.

    :param unit: of a contact, where the row leaves out what a row above it says.
    """
    given: list[tuple[str, str]] = []
    columns = zip_longest(header.columns, header.labels, cells, fillvalue="")
    for meaning, label, text in columns:
        if meaning != "personal":
            given.append((label, text or unit if meaning == "unit" else text))
    if unit and "unit" not in header.columns:
        given.insert(0, ("单位", unit))
    while given and not any(given[-1]):
        given.pop()
    return tuple(given)
