"""Small drawings of the lab as inline SVG: classes, not colours."""

import math
from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 720, 148
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 700, 14, 122


def bar(value: float, largest: float) -> Markup:
    """A value's bar on the scale of the largest of its column."""
    width = max(0.0, min(1.0, value / largest)) * 100 if largest > 0 else 0.0
    return Markup(
        '<svg class="lab-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b0" width="100" height="8"/>'
        '<rect class="b1" width="{:.1f}" height="8"/></svg>'
    ).format(width)


def trend(points: Sequence[tuple[str, float | None, float | None, str]]) -> Markup:
    """nDCG@10 as a line and hit@1 as a dashed one over the runs, oldest first.

    :param points: (name, nDCG, hit@1, address) of each run; None leaves a hole.
    """
    values = [value for point in points for value in point[1:3] if isinstance(value, float)]
    low, high = axis(values)

    def height(value: float) -> float:
        return _BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP)

    step = (_RIGHT - _LEFT) / max(len(points) - 1, 1)
    xs = [_LEFT + step * place for place in range(len(points))]
    shapes = [
        Markup(
            '<path class="g" d="M{} {:.1f}H{}"/><text class="tk" x="4" y="{:.1f}">{:.1f}</text>'
        ).format(_LEFT, height(value), _RIGHT, height(value) + 4, value)
        for value in (low, (low + high) / 2, high)
    ]
    for column, look in ((2, "ln ln-2"), (1, "ln")):
        line = [(x, point[column]) for x, point in zip(xs, points, strict=True)]
        shapes.append(_line([(x, height(y)) for x, y in line if isinstance(y, float)], look))
    for x, (name, value, _, href) in zip(xs, points, strict=True):
        if value is not None:
            shapes.append(
                Markup(
                    '<a href="{}" tabindex="-1"><title>{} nDCG@10 {:.3f}</title>'
                    '<circle class="pt" cx="{:.1f}" cy="{:.1f}" r="4"/></a>'
                ).format(href, name, value, x, height(value))
            )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="历次评测的 nDCG@10'
        '（实线）和首条命中（虚线），数字见下表">{}</svg>'
    ).format(WIDTH, HEIGHT, Markup("").join(shapes))


def axis(values: Sequence[float]) -> tuple[float, float]:
    """Whole tenths around the values, two tenths apart at least, within 0 and 1."""
    low = math.floor(min(values, default=0.0) * 10) / 10
    high = math.ceil(max(values, default=1.0) * 10) / 10
    while high - low < 0.2 - 1e-9:
        low, high = max(low - 0.1, 0.0), min(high + 0.1, 1.0)
    return round(low, 1), round(high, 1)


def _line(points: Sequence[tuple[float, float]], look: str) -> Markup:
    path = " ".join(
        f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(points)
    )
    return Markup('<path class="{}" d="{}"/>').format(look, path) if path else Markup("")
