"""Charts as SVG in classes, not colours: screens and grey print each give their own.

Parts differ by grey and by pattern, and every one is labelled with its number.
"""

from collections.abc import Callable, Sequence
from html import escape
from math import cos, pi, sin

from kb.bulletins.issuing import parts
from kb.bulletins.issuing.parts import Chart, Figure
from kb.bulletins.rendering.legal import legal

Link = Callable[[str], str]
WIDTH, LEFT, LOOKS = 560, 150, 8
_ROW, _BAR, _LONGEST = 24, 16, 300
_RADIUS = 80
_HEIGHT, _TOP, _BOTTOM = 130, 26, 106
_NAME = 11  # characters of a name beside a bar


def as_svg(chart: Chart, link: Link | None = None) -> str:
    """The chart; with ``link`` each figure opens the address that it gives for the figure's."""
    draw = {parts.PIE: _pie, parts.BARS: _bars, parts.TREND: _trend}[chart.kind]
    height, body = draw(chart, link)
    label = _text(f"{chart.caption}：{_spoken(chart)}")
    role = "img" if link is None else "group"  # a picture has nothing to press in it
    return (
        f'<svg class="bc" viewBox="0 0 {WIDTH} {height}" role="{role}" aria-label="{label}">'
        f"{_patterns(chart)}{body}</svg>"
    )


def _spoken(chart: Chart) -> str:
    pairs = zip(chart.places, chart.figures, strict=True)
    return "，".join(f"{name}{figure.text}{chart.unit}" for name, figure in pairs)


def _text(text: str) -> str:
    return escape(legal(text), quote=True)


_PATTERNS = {
    1: '<pattern id="{}" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path class="bc-h" d="M0 0V5"/></pattern>',
    3: '<pattern id="{}" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<path class="bc-h" d="M0 0V5M0 0H5"/></pattern>',
    5: '<pattern id="{}" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<path class="bc-h" d="M0 2H4"/></pattern>',
    7: '<pattern id="{}" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<circle class="bc-d" cx="2" cy="2" r="1"/></pattern>',
}


def _patterns(chart: Chart) -> str:
    if chart.kind != parts.PIE:
        return ""
    made = (text.format(f"{chart.key}-{number}") for number, text in _PATTERNS.items())
    return f"<defs>{''.join(made)}</defs>"


def _look(chart: Chart, at: int) -> str:
    """Every second part has a pattern, the others a grey of their own."""
    number = at % LOOKS
    return f'fill="url(#{chart.key}-{number})"' if number % 2 else f'class="bc-{number}"'


def _linked(shape: str, figure: Figure, link: Link | None) -> str:
    door = link(figure.address) if link is not None and figure.address else ""
    if not door:
        return shape
    return f'<a href="{_text(door)}">{shape}</a>'


def _bars(chart: Chart, link: Link | None) -> tuple[int, str]:
    largest = max(chart.values) or 1
    shapes, height = [], len(chart.places) * _ROW + 8
    for at, (name, figure) in enumerate(zip(chart.places, chart.figures, strict=True)):
        y, length = 4 + at * _ROW, _LONGEST * float(figure.value or 0) / largest
        shown = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
        place = f'x="{LEFT - 8}" y="{y + 13}" text-anchor="end"'
        shapes.append(f'<text class="bc-n" {place}>{_text(shown)}</text>')
        bar = f'<rect class="bc-0" x="{LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}"/>'
        label = f'<text x="{LEFT + length + 6:.1f}" y="{y + 13}">{figure.text}</text>'
        shapes.append(_linked(bar + label, figure, link))
    shapes.append(f'<path class="bc-a" d="M{LEFT} 0V{height}"/>')
    return height, "".join(shapes)


def _pie(chart: Chart, link: Link | None) -> tuple[int, str]:
    whole, angle, shapes = sum(chart.values) or 1, 0.0, []
    height = max(2 * _RADIUS + 20, 24 * len(chart.places) + 10)
    middle = (_RADIUS + 60, height / 2)
    for at, (name, figure) in enumerate(zip(chart.places, chart.figures, strict=True)):
        turn = 2 * pi * float(figure.value or 0) / whole
        slice_ = _slice(middle, angle, turn, _look(chart, at))
        angle += turn
        y = 12 + at * 24
        key = (
            f'<rect {_look(chart, at)} x="290" y="{y}" width="14" height="14"/>'
            f'<rect class="bc-o" x="290" y="{y}" width="14" height="14"/>'
            f'<text x="312" y="{y + 12}">{_text(name)} {figure.text}{chart.unit}</text>'
        )
        shapes.append(_linked(slice_ + key, figure, link))
    return height, "".join(shapes)


def _slice(middle: tuple[float, float], start: float, turn: float, look: str) -> str:
    if turn >= 2 * pi - 1e-9:
        return f'<circle {look} cx="{middle[0]}" cy="{middle[1]}" r="{_RADIUS}"/>'
    ends = [
        (middle[0] + _RADIUS * sin(angle), middle[1] - _RADIUS * cos(angle))
        for angle in (start, start + turn)
    ]
    (x1, y1), (x2, y2) = ends
    path = (
        f"M{middle[0]:.1f} {middle[1]:.1f}L{x1:.1f} {y1:.1f}"
        f"A{_RADIUS} {_RADIUS} 0 {int(turn > pi)} 1 {x2:.1f} {y2:.1f}Z"
    )
    return f'<path {look} d="{path}"/><path class="bc-o" d="{path}"/>'


def _trend(chart: Chart, link: Link | None) -> tuple[int, str]:
    low, high = min(chart.values), max(chart.values)
    span = (high - low) or 1
    step = (WIDTH - 40) / len(chart.places)
    points = [
        (20 + step * (at + 0.5), _BOTTOM - 20 - (value - low) / span * (_BOTTOM - 24 - _TOP))
        for at, value in enumerate(chart.values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    shapes = [
        f'<path class="bc-a" d="M20 {_BOTTOM}H{WIDTH - 20}"/>',
        f'<polyline class="bc-l" points="{line}"/>',
        *_marks(chart, points, link),
    ]
    return _HEIGHT, "".join(shapes)


def _marks(chart: Chart, points: Sequence[tuple[float, float]], link: Link | None) -> list[str]:
    found = []
    for name, figure, (x, y) in zip(chart.places, chart.figures, points, strict=True):
        mark = (
            f'<circle class="bc-0" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
            f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{figure.text}</text>'
        )
        found.append(_linked(mark, figure, link))
        found.append(
            f'<text class="bc-n" x="{x:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">'
            f"{_text(name)}</text>"
        )
    return found
