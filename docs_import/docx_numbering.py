"""Automatic numbers (一、 1. ①) that Word keeps apart from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from docs_import.docx_package import W

_CHINESE_KINDS = frozenset({
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting",
    "taiwaneseCountingThousand", "ideographTraditional",
})  # fmt: skip
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Level:
    """One level of a list: its kind of number and its pattern (%1、)."""

    kind: str
    pattern: str
    start: int


@dataclass
class Numbering:
    """The lists of a document and how far each has counted.

    Kept by abstract list, because Word lets several `w:num` continue one of them.
    """

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def text(self, number_id: str, depth: int) -> str:
        """Count one paragraph and return the words before it; "" for bullets and no number."""
        abstract = self.abstract.get(number_id, "")
        level = self.levels.get(abstract, {}).get(depth)
        if level is None or level.kind in ("bullet", "none"):
            return ""
        key = number_id if (number_id, depth) in self.starts else abstract
        counts = self.counts.setdefault(key, {})
        start = self.starts.get((number_id, depth), level.start)
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        return self._filled(abstract, level.pattern, counts)

    def is_bullet(self, number_id: str, depth: int) -> bool:
        """Tell whether a paragraph of this list has a dot instead of a number."""
        level = self.levels.get(self.abstract.get(number_id, ""), {}).get(depth)
        return level is not None and level.kind == "bullet"

    def _filled(self, abstract: str, pattern: str, counts: dict[int, int]) -> str:
        def number(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            level = self.levels[abstract].get(depth)
            if level is None:
                return ""
            return render(counts.get(depth, level.start), level.kind)

        return re.sub(r"%([1-9])", number, pattern)


def read_numbering(root: etree._Element | None) -> Numbering:
    """Return the lists that numbering.xml defines; none when there is no such part."""
    numbering = Numbering()
    if root is None:
        return numbering
    for abstract in root.iterchildren(W + "abstractNum"):
        levels = {}
        for level in abstract.iterchildren(W + "lvl"):
            depth = _int(level.get(W + "ilvl"), 0)
            levels[depth] = Level(
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText") or "",
                _int(_value(level, "start"), 1),
            )
        numbering.levels[abstract.get(W + "abstractNumId") or ""] = levels
    for num in root.iterchildren(W + "num"):
        name = num.get(W + "numId") or ""
        numbering.abstract[name] = _value(num, "abstractNumId") or ""
        for override in num.iterchildren(W + "lvlOverride"):
            start = _value(override, "startOverride")
            if start is not None:
                depth = _int(override.get(W + "ilvl"), 0)
                numbering.starts[(name, depth)] = _int(start, 1)
    return numbering


def _value(element: etree._Element, name: str) -> str | None:
    child = element.find(W + name)
    return None if child is None else child.get(W + "val")


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


def render(number: int, kind: str) -> str:
    """Return a number the way Word prints its kind of numbering."""
    if kind in _CHINESE_KINDS:
        return chinese(number)
    if kind in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if kind in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        letter = chr(ord("A") + number - 1)
        return letter if kind == "upperLetter" else letter.lower()
    if kind in ("upperRoman", "lowerRoman") and 1 <= number < 40:
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind == "decimalFullWidth":
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return str(number)


def chinese(number: int) -> str:
    """Return 12 as 十二, 105 as 一百零五."""
    if not 0 < number < 1_000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if hundreds and not tens and ones:
        words += "零"
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    return words + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    words = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            words, number = words + sign, number - value
    return words
