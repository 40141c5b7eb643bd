"""What paragraph styles bring: heading level, list, and how they are set."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from docs_import.docx_package import W

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.I)
_TITLE = re.compile(r"(?:title|标题|文件标题|公文标题)$", re.I)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d$", re.I)
_OFF = ("0", "false", "off")
DEFAULT = "\0default"  # the style of paragraphs that name none


@dataclass(frozen=True)
class Style:
    """A paragraph style with what its parents give it.

    :ivar level: heading level, 0 for none.
    :ivar depth: level of its list; None when the list must say which one stands for the style.
    :ivar size: of its type in half-points, 0 where nothing says.
    :ivar contents: True for the lines of a table of contents.
    """

    level: int = 0
    number_id: str = ""
    depth: int | None = None
    size: int = 0
    bold: bool = False
    centred: bool = False
    contents: bool = False


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """Return the paragraph styles by id; what a style does not say, its parent says."""
    if root is None:
        return {DEFAULT: Style()}
    elements = {style.get(W + "styleId") or "": style for style in root.iterchildren(W + "style")}
    usual = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    size = half_points(usual)
    styles = {name: _resolved(name, elements, size) for name in elements}
    default = next(
        (name for name, style in elements.items()
         if style.get(W + "default") == "1" and style.get(W + "type") == "paragraph"), "",
    )  # fmt: skip
    return styles | {DEFAULT: styles.get(default, Style(size=size))}


def _resolved(name: str, elements: dict[str, etree._Element], size: int) -> Style:
    level, number_id, set_in = 0, "", 0
    depth: int | None = None
    bold: bool | None = None
    centred: bool | None = None
    contents = False
    seen: set[str] = set()
    while name in elements and name not in seen and len(seen) < 20:
        seen.add(name)
        element = elements[name]
        level = level or _level(element)
        properties, letters = element.find(W + "pPr"), element.find(W + "rPr")
        if not number_id:
            number_id, depth = number_of(properties)
        set_in = set_in or half_points(letters)
        bold = switch(letters, "b") if bold is None else bold
        centred = _is_centred(properties) if centred is None else centred
        contents = contents or bool(_CONTENTS.match(_name(element)))
        parent = element.find(W + "basedOn")
        name = "" if parent is None else parent.get(W + "val") or ""
    return Style(level, number_id, depth, set_in or size, bool(bold), bool(centred), contents)


def _name(style: etree._Element) -> str:
    element = style.find(W + "name")
    return "" if element is None else element.get(W + "val") or ""


def _level(style: etree._Element) -> int:
    outline = style.find(f"{W}pPr/{W}outlineLvl")
    if outline is not None and (level := outline_level(outline)):
        return level
    name = _name(style)
    if heading := _HEADING.match(name):
        return min(int(heading[1]) + 1, 6)
    return 1 if _TITLE.match(name) else 0


def outline_level(outline: etree._Element) -> int:
    """Return the heading level of an outline level: one deeper, 1 being the title; 0 for text."""
    value = outline.get(W + "val") or "9"
    return int(value) + 2 if value in ("0", "1", "2", "3", "4") else 6 if value == "5" else 0


def _is_centred(properties: etree._Element | None) -> bool | None:
    align = None if properties is None else properties.find(W + "jc")
    return None if align is None else align.get(W + "val") == "center"


def half_points(letters: etree._Element | None) -> int:
    """Return the size that run properties give, in half-points; 0 when they give none."""
    size = None if letters is None else letters.find(W + "sz")
    value = "" if size is None else size.get(W + "val") or ""
    return int(value) if value.isdigit() and len(value) < 5 else 0


def switch(letters: etree._Element | None, name: str) -> bool | None:
    """Return a property that is on or off; None when nothing is said."""
    element = None if letters is None else letters.find(W + name)
    return None if element is None else element.get(W + "val") not in _OFF


def number_of(properties: etree._Element | None) -> tuple[str, int | None]:
    """Return the list and depth in paragraph properties; ("", None) when there is none."""
    if properties is None:
        return "", None
    number = properties.find(f"{W}numPr/{W}numId")
    depth = properties.find(f"{W}numPr/{W}ilvl")
    name = "" if number is None else number.get(W + "val") or ""
    value = "" if depth is None else depth.get(W + "val") or ""
    return name, int(value) if value.isdigit() and len(value) < 3 else None
