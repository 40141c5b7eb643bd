"""Heading levels and list numbers that a DOCX keeps in its styles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from docs_import.docx_package import W

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.I)
_TITLE = re.compile(r"(?:title|标题|文件标题|公文标题)$", re.I)


@dataclass(frozen=True)
class Style:
    """What a paragraph style brings: heading level (0 none), list, and its own numbering."""

    level: int = 0
    number_id: str = ""
    depth: int = 0


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """Return the paragraph styles by id; what a style does not say, its parent says."""
    if root is None:
        return {}
    elements = {style.get(W + "styleId") or "": style for style in root.iterchildren(W + "style")}
    return {name: _resolved(name, elements) for name in elements}


def _resolved(name: str, elements: dict[str, etree._Element]) -> Style:
    level, number_id, depth = 0, "", 0
    seen: set[str] = set()
    while name in elements and name not in seen and len(seen) < 20:
        seen.add(name)
        element = elements[name]
        level = level or _level(element)
        if not number_id:
            number_id, depth = number_of(element.find(W + "pPr"))
        parent = element.find(W + "basedOn")
        name = "" if parent is None else parent.get(W + "val") or ""
    return Style(level, number_id, depth)


def _level(style: etree._Element) -> int:
    outline = style.find(f"{W}pPr/{W}outlineLvl")
    if outline is not None and (outline.get(W + "val") or "9").isdigit():
        level = int(outline.get(W + "val") or 9) + 1
        if 1 <= level <= 6:
            return level + 1  # level 1 is the document's title
    element = style.find(W + "name")
    name = "" if element is None else element.get(W + "val") or ""
    if heading := _HEADING.match(name):
        return min(int(heading[1]) + 1, 6)
    return 1 if _TITLE.match(name) else 0


def number_of(properties: etree._Element | None) -> tuple[str, int]:
    """Return the list and depth in paragraph properties; ("", 0) when there is none."""
    if properties is None:
        return "", 0
    number = properties.find(f"{W}numPr/{W}numId")
    depth = properties.find(f"{W}numPr/{W}ilvl")
    name = "" if number is None else number.get(W + "val") or ""
    value = "0" if depth is None else depth.get(W + "val") or "0"
    return name, int(value) if value.isdigit() and len(value) < 3 else 0
