"""What is drawn on an OFD page beside its text: straight lines, other shapes, pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docs_import.pdf_glyphs import Edge, straight

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

POINTS = 72 / 25.4  # in a millimetre
_MAX_DEPTH = 32
_MAX_EDGES = 20_000
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# How many numbers follow each letter of an outline; the last two are where it leads.
_NUMBERS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass
class Shapes:
    """The shapes of one page.

    :ivar edges: horizontal and vertical lines in points, origin below left.
    :ivar paths: how many outlines of any form.
    :ivar pictures: resource ids of the pictures placed.
    """

    edges: list[Edge] = field(default_factory=list)
    paths: int = 0
    pictures: list[str] = field(default_factory=list)


def local(element: Element) -> str:
    """Return an element's name without its namespace, which producers write in many ways."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def shapes_of(roots: Sequence[Element], height: float) -> Shapes:
    """Return what is drawn by a page's and its templates' Content.xml.

    :param height: of the page in points.
    """
    found = Shapes()
    for root in roots:
        for element in _objects(root, 0):
            name = local(element)
            if name == "ImageObject":
                found.pictures.append((element.get("ResourceID") or "").strip())
            elif name == "PathObject":
                found.paths += 1
                if len(found.edges) < _MAX_EDGES:
                    found.edges += _edges(element, height)
    return found


def _objects(parent: Element, depth: int) -> Iterator[Element]:
    for element in parent:
        name = local(element)
        if name in ("Content", "Layer", "PageBlock"):
            if depth < _MAX_DEPTH:
                yield from _objects(element, depth + 1)
        else:
            yield element


def _edges(path: Element, height: float) -> list[Edge]:
    outline = next((e.text or "" for e in path if local(e) == "AbbreviatedData"), "")
    box = _numbers(path.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
    matrix = _numbers(path.get("CTM"), 6) or _SAME
    found: list[Edge] = []
    for run in _runs(outline[:200_000]):
        points = [_placed(x, y, matrix, box, height) for x, y in run]
        found += straight(points)
    return found


def _runs(outline: str) -> Iterator[list[tuple[float, float]]]:
    """Yield the points of each part of an outline; parts with curves are left out."""
    tokens = _TOKEN.findall(outline)
    run: list[tuple[float, float]] = []
    curved = False
    at = 0
    while at < len(tokens):
        letter = tokens[at]
        count = _NUMBERS.get(letter)
        if count is None:
            at += 1
            continue
        values = tokens[at + 1 : at + 1 + count]
        at += 1 + count
        if letter in ("M", "S"):
            if len(run) > 1 and not curved:
                yield run
            run, curved = [], False
        if letter == "C":
            run = [*run, run[0]] if run else run
        elif len(values) == count and not any(value.isalpha() for value in values):
            run.append((float(values[-2]), float(values[-1])))
            curved = curved or count > 2
    if len(run) > 1 and not curved:
        yield run


def _placed(
    x: float, y: float, matrix: Sequence[float], box: Sequence[float], height: float
) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    right, down = a * x + c * y + e + box[0], b * x + d * y + f + box[1]
    return right * POINTS, height - down * POINTS


def _numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    try:
        values = tuple(float(part) for part in (text or "").replace(",", " ").split())
    except ValueError:
        return None
    return values[:count] if len(values) >= count and all(map(math.isfinite, values)) else None
