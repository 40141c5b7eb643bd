"""The order in which a person reads the boxes of a page: by rows, and columns of prose in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import mean, median

from docs_import.ocr.straight import Box

_SAME_ROW = 0.5  # of a line's height between two middles
_COLUMN_LINES = 5
_PROSE_CHARACTERS = 8
_FULL = 0.6  # of a column's width: prose fills it, the cells of a table seldom do


def rows(boxes: Sequence[Box], places: Sequence[int] | None = None) -> list[list[int]]:
    """Return the boxes' places, row by row from the top, in each row from the left."""
    order = sorted(places if places is not None else range(len(boxes)), key=_middle(boxes))
    found: list[list[int]] = []
    for place in order:
        box = boxes[place]
        last = [boxes[other] for other in found[-1]] if found else []
        near = _SAME_ROW * min([box.height, *(other.height for other in last)])
        if last and box.middle - mean(other.middle for other in last) < near:
            found[-1].append(place)
        else:
            found.append([place])
    return [sorted(row, key=lambda place: boxes[place].left) for row in found]


def reading_order(boxes: Sequence[Box], lengths: Sequence[int]) -> list[int]:
    """Return the places of the boxes in reading order.

    :param lengths: characters in each box, which tell prose in columns from a table's cells.
    """
    gutter = _gutter(boxes, lengths)
    if gutter is None:
        return [place for row in rows(boxes) for place in row]
    order: list[int] = []
    band: list[int] = []
    for place in sorted(range(len(boxes)), key=_middle(boxes)):
        if boxes[place].left < gutter < boxes[place].right:
            order += [*_columns(boxes, band, gutter), place]
            band = []
        else:
            band.append(place)
    return order + _columns(boxes, band, gutter)


def _middle(boxes: Sequence[Box]) -> Callable[[int], float]:
    return lambda place: boxes[place].middle


def _columns(boxes: Sequence[Box], band: list[int], gutter: float) -> list[int]:
    """The left column and then the right one, of the lines between two that cross."""
    left = [place for place in band if boxes[place].right <= gutter]
    right = [place for place in band if boxes[place].right > gutter]
    return [place for side in (left, right) for row in rows(boxes, side) for place in row]


def _gutter(boxes: Sequence[Box], lengths: Sequence[int]) -> float | None:
    """Where the page is parted into two columns of prose; None where it is not."""
    if len(boxes) < 2 * _COLUMN_LINES:
        return None
    left_edge, right_edge = min(box.left for box in boxes), max(box.right for box in boxes)
    width = right_edge - left_edge
    tries = [left_edge + width * share / 100 for share in range(35, 66)]
    crossed = {x: sum(box.left < x < box.right for box in boxes) for x in tries}
    least = min(crossed.values())
    free = [x for x in tries if crossed[x] == least]
    gutter = free[len(free) // 2]
    if least * 2 > len(boxes):
        return None
    for is_left in (True, False):
        side = [
            place
            for place, box in enumerate(boxes)
            if (box.right <= gutter if is_left else box.left >= gutter)
        ]
        room = gutter - left_edge if is_left else right_edge - gutter
        if (
            len(side) < _COLUMN_LINES
            or median(lengths[place] for place in side) < _PROSE_CHARACTERS
            or median(boxes[place].width for place in side) < _FULL * room
        ):
            return None
    return gutter
