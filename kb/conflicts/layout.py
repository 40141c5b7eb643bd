"""Levelling characters without moving them, and cutting a passage into sentences and clauses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LEVEL = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}  # full-width digits, letters
_LEVEL |= {ord(a): ord(b) for a, b in zip("％．（）：／［］", "%.():/[]", strict=True)}
_LEVEL |= {ord(char): ord("-") for char in "—–―－～~〜‐‑"}
_LEVEL |= {ord("\u3000"): ord(" "), ord("\xa0"): ord(" "), ord("㎡"): ord("㎡")}

# 【收费】不收费 begins anew: a label set in brackets.
_SENTENCE = re.compile(r"【?[^。；;！!？?\n【]+")
_CLAUSE = re.compile(r"(?:[^，,]|(?<=\d)[,，](?=\d{3}(?!\d)))+")
_NUMBERING = r"(?:第[一二三四五六七八九十百零\d]+条|[(]?[一二三四五六七八九十\d]{1,3}[)、.])"
_NUMBERED = re.compile(rf"\s*[*#|-]*\s*{_NUMBERING}\s*")
_LABEL = re.compile(
    rf"\s*[*#|-]*\s*(?:{_NUMBERING}\s*)?(?:([^:，,。；;!?\d、\n]{{2,18}})(?:为|是)?[:]\s*\**(?!\d\d)"
    rf"|【([^】\n]{{2,18}})】\s*"
    # **申请材料** 身份证: set apart by type or a space alone
    rf"|([\u4e00-\u9fff]{{0,6}}(?:材料|时间|地点|地址|电话|热线|时限|期限|标准|条件|收费))\**\s+)"
)


def level(text: str) -> str:
    """One spelling for digits, brackets and dashes; every character keeps its place."""
    return text.translate(_LEVEL)


@dataclass(frozen=True)
class Clause:
    """A piece between commas.

    :ivar start, end: its place in the passage.
    :ivar number: which one of its sentence it is, from 0.
    """

    start: int
    end: int
    number: int


@dataclass(frozen=True)
class Sentence:
    """A piece up to a full stop or semicolon, or a whole row of a table.

    :ivar label: what stands before a colon, its own or its line's (``咨询电话``); else "".
    :ivar value_start: where the text after the label begins.
    """

    start: int
    end: int
    label: str
    value_start: int
    clauses: tuple[Clause, ...]


def sentences(text: str, kind: str) -> Iterator[Sentence]:
    """The sentences of a levelled passage, in order.

    :param kind: the passage's kind; a table's cells are sentences with their header as label.
    """
    for line in re.finditer(r"[^\n]+", text):
        label = ""
        for found in _SENTENCE.finditer(text, line.start(), line.end()):
            named = _LABEL.match(text, found.start(), found.end())
            start = found.start()
            if named is not None:
                label, start = (named[1] or named[2] or named[3]).strip(" *"), named.end()
            else:
                numbered = _NUMBERED.match(text, start, found.end())
                start = numbered.end() if numbered is not None else start
            if start < found.end():
                clauses = tuple(_clauses(text, start, found.end()))
                yield Sentence(found.start(), found.end(), label, start, clauses)


def _clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    for number, found in enumerate(_CLAUSE.finditer(text, start, end)):
        yield Clause(found.start(), found.end(), number)
