"""Level the lines of a page that lay askew on the glass, so that rows can be told by height."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Corners = Sequence[tuple[float, float]]
_LONG = 5  # times as wide as high: short boxes lean by chance
_ENOUGH_LINES = 3
_MOST_DEGREES = 15.0


@dataclass(frozen=True)
class Box:
    """A level box in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.top + self.bottom) / 2


def lean(lines: Sequence[Corners]) -> float:
    """Return by how many degrees the lines fall to the right; 0.0 when too few tell."""
    angles = []
    for top_left, top_right, _, bottom_left in lines:
        across, down = math.dist(top_left, top_right), math.dist(top_left, bottom_left)
        if across > _LONG * down:
            slope = math.atan2(top_right[1] - top_left[1], top_right[0] - top_left[0])
            angles.append(math.degrees(slope))
    if len(angles) < _ENOUGH_LINES:
        return 0.0
    angle = median(angles)
    return angle if abs(angle) <= _MOST_DEGREES else 0.0


def level(corners: Corners, degrees: float, width: float, height: float) -> Box:
    """Return a line's box after the page was turned back by `degrees` about its middle."""
    turn = math.radians(-degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    points = [
        (
            width / 2 + (x - width / 2) * cos - (y - height / 2) * sin,
            height / 2 + (x - width / 2) * sin + (y - height / 2) * cos,
        )
        for x, y in corners
    ]
    # The sides' middles, not their ends: what is left of the lean does not make the box higher.
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    return Box(
        min(max((ax + dx) / 2, 0.0), width),
        min(max((ay + by) / 2, 0.0), height),
        min(max((bx + cx) / 2, 0.0), width),
        min(max((cy + dy) / 2, 0.0), height),
    )
