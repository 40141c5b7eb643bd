"""Sections into passages: what is indexed, shown and spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from docs_import.markdown_read import Placed
from docs_import.numbering import Rank, rank
from docs_import.sections import HEAD, Section
from docs_import.table_words import flat, row_text

SHORT = 80
FULL = 400
LONG = 500
WHOLE = 200
_SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;\n]+[”』」）)]*|$)")
_CLAUSE = re.compile(r"[^，,、：: \n]*(?:[，,、：: \n]+|$)")

PassageKind = Literal["text", "table_row", "qa"]


@dataclass(frozen=True)
class Passage:
    """A piece of a document that can be an answer.

    :ivar ordinal: place among the document's passages, from 0.
    :ivar heading_path: labels joined by " > "; the document's title is not among them; "文件头"
        and "落款" mark the lines before and after the text.
    :ivar text: plain words, one line a block.
    :ivar start: first character, in the Markdown body, of the first block.
    :ivar end: one past the last character of the last block.
    """

    ordinal: int
    heading_path: str
    text: str
    start: int
    end: int
    page: int | None = None
    kind: PassageKind = "text"


@dataclass(frozen=True)
class _Draft:
    path: tuple[str, ...]
    lines: tuple[str, ...]
    start: int
    end: int
    page: int | None
    kind: PassageKind

    @property
    def size(self) -> int:
        return sum(len(line) for line in self.lines)


def passages(sections: Sequence[Section]) -> list[Passage]:
    """Return the passages of the sections in order; every character is in at least one."""
    drafts: list[_Draft] = []
    for section in sections:
        for draft in _drafts(section):
            if drafts and (_may_merge(drafts[-1], draft) or _announces(drafts[-1], draft)):
                drafts[-1] = _merged(drafts[-1], draft)
            else:
                drafts.append(draft)
    return [
        Passage(i, " > ".join(d.path), "\n".join(d.lines), d.start, d.end, d.page, d.kind)
        for i, d in enumerate(_short_lists_whole(drafts))
    ]


def _short_lists_whole(drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    """Keep 二、收费标准 with its （一）…（二）…（三）… where all of it is short enough to be said.

    A single one of them (一类道路：首小时4元) is half an answer. A long list stays apart.
    """
    for stem, siblings in groupby(drafts, _stem):
        parts = list(siblings)
        if stem and _is_list(parts) and sum(part.size for part in parts) <= WHOLE:
            lines = tuple(line for part in parts for line in part.lines)
            first, last = parts[0], parts[-1]
            yield _Draft(stem, lines, first.start, last.end, first.page, "text")
        else:
            yield from parts


def _is_list(parts: Sequence[_Draft]) -> bool:
    return len(parts) > 1 and all(
        part.kind == "text" and (part is parts[0] or _below_comma(part.lines[0])) for part in parts
    )


def _below_comma(text: str) -> bool:
    return (rank(text) or Rank.PART) > Rank.CHINESE_COMMA


def _stem(draft: _Draft) -> tuple[str, ...]:
    """The headings down to the 一、 that a （一） stands below; () where there is none."""
    path = draft.path
    while path and rank(path[-1]) != Rank.CHINESE_COMMA:
        path = path[:-1]
    return path


def _may_merge(last: _Draft, new: _Draft) -> bool:
    """Very short neighbours under the same heading say more together."""
    return (
        last.kind == new.kind == "text"
        and last.path == new.path
        and min(last.size, new.size) < SHORT
        and last.size + new.size <= FULL
    )


def _announces(last: _Draft, new: _Draft) -> bool:
    """第八条 标准如下： says nothing without the first part below it.

    各区民政局： at the end of the head calls the readers and announces nothing;
    现就有关事项通知如下： announces the whole document, not its first heading alone.
    """
    return (
        last.kind == new.kind == "text"
        and last.path != (HEAD,)
        and not (new.path and not last.path)
        and last.lines[-1].endswith(("：", ":"))
        and (rank(new.lines[0]) or Rank.PART) > Rank.ARTICLE
        and last.path[:-1] == new.path[: max(0, len(last.path) - 1)]
        and last.size < SHORT
        and last.size + new.size <= FULL
    )


def _merged(last: _Draft, new: _Draft) -> _Draft:
    """Join two passages; the headings are those of the first and what is below them."""
    lines = last.lines + new.lines
    below = tuple(label for label in new.path if label not in last.path)
    return _Draft(last.path + below, lines, last.start, new.end, last.page, last.kind)


def _drafts(section: Section) -> Iterator[_Draft]:
    if section.kind == "table":
        yield from _table_rows(section)
        return
    kind: PassageKind = "qa" if section.kind == "qa" else "text"
    groups = [section.placed] if section.kind != "text" else _groups(section.placed)
    for group in groups:
        yield from _split(group, section.path, kind)


def _groups(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Keep a sentence that announces a list together with the list, a heading with its text."""
    group: list[Placed] = []
    open_list = False
    for item in placed:
        text = item.block.text
        is_item = item.block.kind == "list" or (rank(text) or Rank.PART) >= Rank.ARABIC
        if group and not (open_list and is_item) and group[-1].block.kind != "heading":
            yield group
            group = []
        open_list = text.endswith(("：", ":")) or (bool(group) and is_item and open_list)
        group.append(item)
    if group:
        yield group


def _split(group: Sequence[Placed], path: tuple[str, ...], kind: PassageKind) -> Iterator[_Draft]:
    """Cut a group at its own lines, and a line too long at its sentences."""
    lines: list[str] = []
    first: Placed | None = None
    last: Placed | None = None
    for item in group:
        for text in _pieces(item):
            size = sum(len(line) for line in lines)
            if first and last and size + len(text) > LONG and size >= SHORT:
                yield _draft(path, lines, first, last, kind)
                lines, first = [], None
            first = first or item
            last = item
            lines.append(text)
    if first and last:
        yield _draft(path, lines, first, last, kind)


def _draft(
    path: tuple[str, ...], lines: list[str], first: Placed, last: Placed, kind: PassageKind
) -> _Draft:
    return _Draft(path, tuple(lines), first.start, last.end, first.block.page, kind)


def _pieces(item: Placed) -> Iterator[str]:
    for line in item.block.text.split("\n"):
        yield from _cut_long(line) if len(line) > LONG else [line]


def _cut_long(line: str) -> Iterator[str]:
    """Cut a line into pieces of about 400 characters at sentence ends, clauses if it must."""
    count = -(-len(line) // FULL)
    target = len(line) / count
    piece = ""
    for sentence in _small_enough(line):
        if piece and len(piece) + len(sentence) > max(target * 1.15, SHORT):
            yield piece
            piece = ""
        piece += sentence
    if piece:
        yield piece


def _small_enough(line: str) -> Iterator[str]:
    for sentence in _SENTENCE.findall(line):
        if len(sentence) <= FULL:
            yield sentence
            continue
        for clause in _CLAUSE.findall(sentence):
            for at in range(0, len(clause), FULL):
                yield clause[at : at + FULL]


def _table_rows(section: Section) -> Iterator[_Draft]:
    """One passage a row: 表头：值；表头：值."""
    (placed,) = section.placed
    rows = placed.block.rows
    header, body = rows[0], rows[1:]
    unused = set(range(len(header)))
    for row in body:
        text = row_text(header, row)
        unused = {i for i in unused if flat(header[i]) not in text}
        # The parts of a long text all say what it is about.
        name = "" if any(header) or len(row) != 2 else flat(row[0])
        for at, piece in enumerate(_cut_long(text) if len(text) > LONG else [text]):
            if piece.strip():
                words = f"{name}：{piece}" if at and name else piece
                yield _draft(section.path, [words], placed, placed, "table_row")
    rest = "；".join(flat(header[i]) for i in sorted(unused) if header[i].strip())
    if rest:
        yield _draft(section.path, [rest], placed, placed, "table_row")
