"""Automatic numbers (一、 1. ①) that Word keeps apart from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from docs_import.docx_package import W
from docs_import.number_words import render


@dataclass(frozen=True)
class Level:
    """One level of a list.

    :ivar kind: Word's name of its kind of number (decimal, chineseCounting, bullet, none …).
    :ivar pattern: the words around it (第%1条).
    :ivar restart: the level (from 1) after which it begins anew; 0 never, None after any higher.
    :ivar legal: True when the numbers of higher levels are printed in digits here.
    :ivar style: the paragraph style that stands for this level, or "".
    """

    kind: str
    pattern: str
    start: int
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass
class Numbering:
    """The lists of a document and how far each has counted.

    Counted by abstract list, because Word lets several `w:num` continue one of them; one with a
    start of its own begins anew where it is first used.
    """

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], Level] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def level(self, number_id: str, depth: int) -> Level | None:
        """Return a level as this list has it."""
        own = self.overrides.get((number_id, depth))
        return own or self.levels.get(self.abstract.get(number_id, ""), {}).get(depth)

    def text(self, number_id: str, depth: int) -> str:
        """Count one paragraph and return the words before it; "" for bullets and no number."""
        level = self.level(number_id, depth)
        if level is None or level.kind == "bullet":
            return ""
        counts = self.counts.setdefault(self.abstract.get(number_id, ""), {})
        place = (number_id, depth)
        start = self.starts.get(place, level.start)
        if place in self.starts and place not in self.begun:
            counts.pop(depth, None)
        self.begun.add(place)
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            below = self.level(number_id, deeper)
            if below is None or below.restart is None or depth < below.restart:
                del counts[deeper]
        return self._filled(number_id, level, counts)

    def is_bullet(self, number_id: str, depth: int) -> bool:
        """Tell whether a paragraph of this list has a dot instead of a number."""
        level = self.level(number_id, depth)
        return level is not None and level.kind == "bullet"

    def depth_of(self, number_id: str, style: str) -> int:
        """Return the level that a paragraph style stands for in a list; 0 when none says so."""
        levels = self.levels.get(self.abstract.get(number_id, ""), {})
        return next((depth for depth, level in levels.items() if level.style == style), 0)

    def _filled(self, number_id: str, level: Level, counts: dict[int, int]) -> str:
        def number(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            above = self.level(number_id, depth)
            if above is None or above.kind in ("bullet", "none"):
                return ""
            kind = "decimal" if level.legal else above.kind
            return render(counts.get(depth, above.start), kind)

        return re.sub(r"%([1-9])", number, level.pattern)


def read_numbering(root: etree._Element | None) -> Numbering:
    """Return the lists that numbering.xml defines; none when there is no such part."""
    numbering = Numbering()
    if root is None:
        return numbering
    by_style: dict[str, str] = {}  # list style -> the abstract list that defines it
    links: dict[str, str] = {}
    for abstract in root.iterchildren(W + "abstractNum"):
        name = abstract.get(W + "abstractNumId") or ""
        numbering.levels[name] = dict(map(_level, abstract.iterchildren(W + "lvl")))
        if style := _value(abstract, "styleLink"):
            by_style[style] = name
        if style := _value(abstract, "numStyleLink"):
            links[name] = style
    for name, style in links.items():
        numbering.levels[name] = numbering.levels.get(by_style.get(style, ""), {})
    for num in root.iterchildren(W + "num"):
        name = num.get(W + "numId") or ""
        numbering.abstract[name] = _value(num, "abstractNumId") or ""
        for override in num.iterchildren(W + "lvlOverride"):
            depth = _int(override.get(W + "ilvl"), 0)
            level = override.find(W + "lvl")
            if level is not None:
                numbering.overrides[(name, depth)] = _level(level)[1]
            start = _value(override, "startOverride")
            if start is not None:
                numbering.starts[(name, depth)] = _int(start, 1)
    return numbering


def _level(level: etree._Element) -> tuple[int, Level]:
    restart = _value(level, "lvlRestart")
    legal = level.find(W + "isLgl")
    return _int(level.get(W + "ilvl"), 0), Level(
        _value(level, "numFmt") or "decimal",
        _value(level, "lvlText") or "",
        _int(_value(level, "start"), 1),
        None if restart is None else _int(restart, 0),
        legal is not None and legal.get(W + "val") not in ("0", "false"),
        _value(level, "pStyle") or "",
    )


def _value(element: etree._Element, name: str) -> str | None:
    child = element.find(W + name)
    return None if child is None else child.get(W + "val")


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
