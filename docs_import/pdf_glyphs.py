"""What PDFium knows of a page: its characters with their boxes, and the straight lines drawn.

All places are points from the left and the bottom of the page as it is shown: cropped, turned.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_MAX_GLYPHS = 60_000
_MAX_SEGMENTS = 20_000
_MAX_OBJECTS = 50_000
_MAX_DEPTH = 4
_STRAIGHT = 0.8  # points that a line may lean, and a filled bar be thick beyond a hair
_BAR = 2.5
_SHORTEST = 6.0
_SPACE = 32
GUESSED = -1
_HYPHEN = 2  # PDFium's sign for a hyphen at the end of a line

Place = Callable[[float, float], tuple[float, float]]


class Glyph(NamedTuple):
    """One character; `at` is its number in PDFium's text page."""

    char: str
    left: float
    bottom: float
    right: float
    top: float
    at: int


class Edge(NamedTuple):
    """A drawn line, horizontal or vertical."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_level(self) -> bool:
        """Tell whether the line is horizontal."""
        return self.right - self.left >= self.top - self.bottom


@dataclass(frozen=True)
class Look:
    """How a character is set: size in points, and whether its font is a heavy one."""

    size: float
    bold: bool


def placing(page: pdfium.PdfPage) -> Place:
    """Return what turns a place of the file into one of the page as shown."""
    left, bottom, right, top = page.get_cropbox()
    turn = page.get_rotation()

    def place(x: float, y: float) -> tuple[float, float]:
        x, y = x - left, y - bottom
        if turn == 90:
            return y, right - left - x
        if turn == 180:
            return right - left - x, top - bottom - y
        if turn == 270:
            return top - bottom - y, x
        return x, y

    return place


def glyphs(textpage: pdfium.PdfTextPage, place: Place) -> list[Glyph]:
    """Return the characters in the order of the file; line breaks are left to their places.

    A blank that PDFium guesses between two characters has `GUESSED` for its number and no box.
    """
    raw = textpage.raw
    found: list[Glyph] = []
    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = box
    for at in range(min(textpage.count_chars(), _MAX_GLYPHS)):
        code = pdfium_c.FPDFText_GetUnicode(raw, at)
        if code == _HYPHEN:
            code = ord("-")
        if code < 32 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or code == 0xFFFE:
            continue
        if pdfium_c.FPDFText_IsGenerated(raw, at) == 1:
            if code == _SPACE:
                found.append(Glyph(" ", 0.0, 0.0, 0.0, 0.0, GUESSED))
            continue
        pdfium_c.FPDFText_GetCharBox(raw, at, left, right, bottom, top)
        x0, y0 = place(left.value, bottom.value)
        x1, y1 = place(right.value, top.value)
        if y1 == y0 and x1 == x0 and not chr(code).isspace():
            continue
        found.append(Glyph(chr(code), min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), at))
    return found


def look_of(textpage: pdfium.PdfTextPage, at: int) -> Look:
    """Return how a character is set, as its size is after all scaling."""
    raw = textpage.raw
    matrix = pdfium_c.FS_MATRIX()
    scale = 1.0
    if pdfium_c.FPDFText_GetMatrix(raw, at, matrix):
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
    size = pdfium_c.FPDFText_GetFontSize(raw, at) * scale
    buffer = ctypes.create_string_buffer(120)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(raw, at, buffer, 120, flags)
    name = buffer.value.decode("utf-8", "replace").lower()
    heavy = any(word in name for word in ("bold", "hei", "黑", "xbs", "xiaobiaosong", "小标宋"))
    return Look(round(size, 1), heavy or pdfium_c.FPDFText_GetFontWeight(raw, at) >= 600)


def edges(page: pdfium.PdfPage, place: Place) -> list[Edge]:
    """Return the horizontal and vertical lines of a page: strokes, thin bars, sides of boxes."""
    found: list[Edge] = []
    budget = [_MAX_SEGMENTS, _MAX_OBJECTS]
    for path, to_page in _paths(page.raw, place, budget, 0):
        for points in _shapes(path, to_page, budget):
            found += straight(points)
            if budget[0] < 0:
                return found
    return found


def _paths(
    container: Any, place: Place, budget: list[int], depth: int
) -> Iterator[tuple[Any, Place]]:
    """Yield the path objects of a page or form, each with the way from its space to the page."""
    is_form = depth > 0
    count = pdfium_c.FPDFFormObj_CountObjects if is_form else pdfium_c.FPDFPage_CountObjects
    get = pdfium_c.FPDFFormObj_GetObject if is_form else pdfium_c.FPDFPage_GetObject
    for at in range(count(container)):
        budget[1] -= 1
        if budget[1] < 0:
            return
        item = get(container, at)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            yield item, _through(item, place)
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            yield from _paths(item, _through(item, place), budget, depth + 1)


def _through(item: Any, place: Place) -> Place:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, matrix):
        return place
    a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
    return lambda x, y: place(a * x + c * y + e, b * x + d * y + f)


def _shapes(path: Any, place: Place, budget: list[int]) -> Iterator[list[tuple[float, float]]]:
    """Yield the runs of points of a path, those with curves left out."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(pdfium_c.FPDFPath_CountSegments(path)):
        budget[0] -= 1
        if budget[0] < 0:
            return
        segment = pdfium_c.FPDFPath_GetPathSegment(path, at)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        if kind == pdfium_c.FPDF_SEGMENT_BEZIERTO:
            points = []
            continue
        points.append(place(x.value, y.value))
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def straight(points: Sequence[tuple[float, float]]) -> list[Edge]:
    """Return the horizontal and vertical lines of an outline; a thin bar is one line."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    whole = Edge(min(xs), min(ys), max(xs), max(ys))
    wide, high = whole.right - whole.left, whole.top - whole.bottom
    if min(wide, high) <= _BAR:
        return [whole] if max(wide, high) >= _SHORTEST else []
    return [
        Edge(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        for (x0, y0), (x1, y1) in pairwise(points)
        if min(abs(x1 - x0), abs(y1 - y0)) <= _STRAIGHT
        and max(abs(x1 - x0), abs(y1 - y0)) >= _SHORTEST
    ]
