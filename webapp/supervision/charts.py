"""Charts as inline SVG: classes, not colours, so that themes and grey print recolour them.

Built as markup by hand; every text that comes from outside is escaped by :class:`Markup`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from markupsafe import Markup

from kb.bulletins.overview import Day
from webapp.figure_doors import FigureDoors
from webapp.language.environment import in_language

LEFT, RIGHT, WIDTH, HEIGHT = 44, 740, 800, 258
LINE_TOP, LINE_BOTTOM = 22, 146
BAR_TOP, BAR_BOTTOM = 182, 228

Days = Sequence[Day]
Doors = Callable[[date], FigureDoors]
_RATE, _COUNT = "totals/resolved_online_rate", "totals/requests"

HATCH = Markup(
    '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" class="ht-bg"/>'
    '<path d="M0 0V6" class="ht"/></pattern></defs>'
)


def parts_bar(parts: Sequence[tuple[str, int, str, str]], label: str) -> Markup:
    """One bar cut into parts: (name, count, class or ``hatch``, address), 480 wide."""
    total = sum(count for _, count, _, _ in parts)
    shapes, x = [HATCH.format("h-parts")], 0.0
    for name, count, look, href in parts:
        width = 480 * count / total if total else 0.0
        paint = (
            Markup('fill="url(#h-parts)"') if look == "hatch" else Markup('class="{}"').format(look)
        )
        if count:
            shapes.append(
                Markup(
                    '<a href="{}" tabindex="-1"><title>{}</title>'
                    '<rect x="{:.1f}" y="0" width="{:.1f}" height="28" {}/></a>'
                ).format(href, in_language(f"{name} {count:,} 件"), x, max(width - 1, 1), paint)
            )
        x += width
    if not total:
        shapes.append(Markup('<rect class="g-fill" x="0" y="0" width="480" height="28"/>'))
    return Markup(
        '<svg class="chart" viewBox="0 0 480 28" role="group" aria-label="{}">{}</svg>'
    ).format(in_language(label), Markup("").join(shapes))


def split_bar(online: int, handed: int, largest: int) -> Markup:
    """A row's bar: solid for 在线办结, hatched for 转办, on the scale of the largest row."""
    scale = 200 / largest if largest else 0.0
    solid, hatched = online * scale, handed * scale
    return Markup(
        '<svg class="hb" viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b1" width="{:.1f}" height="12"/>'
        '<rect x="{:.1f}" width="{:.1f}" height="12" fill="url(#h-parts)"/></svg>'
    ).format(solid, solid, hatched)


def plain_bar(count: int, largest: int) -> Markup:
    """A row's bar without parts."""
    width = 200 * count / largest if largest else 0.0
    return Markup(
        '<svg class="hb" viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="b1" width="{:.1f}" height="12"/></svg>'
    ).format(width)


def trend(days: Days, since: date, doors: Doors, label: str) -> Markup:
    """Rate as a line above, requests as bars below; days from ``since`` on are marked.

    A day without requests has no rate: the line is broken there, never drawn at zero.
    """
    rates = [day.rate for day in days]
    low, high = rate_axis([rate for rate in rates if rate is not None])
    step = (RIGHT - LEFT) / len(days)
    middles = [LEFT + step * (place + 0.5) for place in range(len(days))]
    heights = [
        None
        if rate is None
        else LINE_BOTTOM - float(rate - low) / (high - low) * (LINE_BOTTOM - LINE_TOP)
        for rate in rates
    ]
    drawn = [
        *_grid(low, high),
        *_lines(middles, heights),
        *_points(days, middles, heights, doors),
        Markup('<text class="tk" x="8" y="168">{}</text>').format(in_language("受理量（件）")),
        *_bars(days, middles, step, since, doors),
        Markup('<path class="ax" d="M8 228.5H740"/>'),
    ]
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, in_language(label), Markup("").join(drawn))


def rate_axis(rates: Sequence[Decimal]) -> tuple[int, int]:
    """Whole tens around the rates, at least 20 apart, within 0 and 100."""
    if not rates:
        return 0, 100
    ten = Decimal(10)
    low = int((min(rates) / ten).to_integral_value(ROUND_FLOOR)) * 10
    high = int((max(rates) / ten).to_integral_value(ROUND_CEILING)) * 10
    while high - low < 20:
        low, high = max(low - 10, 0), min(high + 10, 100)
    return low, high


def _grid(low: int, high: int) -> list[Markup]:
    lines = []
    for value in (low, (low + high) // 2, high):
        y = LINE_BOTTOM - (value - low) / (high - low) * (LINE_BOTTOM - LINE_TOP)
        lines.append(
            Markup(
                '<path class="g" d="M8 {:.1f}H740"/><text class="tk" x="8" y="{:.1f}">{}%</text>'
            ).format(y, y - 4, value)
        )
    return lines


def _lines(middles: Sequence[float], heights: Sequence[float | None]) -> list[Markup]:
    runs: list[list[str]] = [[]]
    for x, y in zip(middles, heights, strict=True):
        if y is None:
            runs.append([])
        else:
            runs[-1].append(f"{x:.1f},{y:.1f}")
    return [
        Markup('<polyline class="ln" points="{}"/>').format(" ".join(run))
        for run in runs
        if len(run) > 1
    ]


def _points(
    days: Days, middles: Sequence[float], heights: Sequence[float | None], doors: Doors
) -> list[Markup]:
    shown = [place for place, y in enumerate(heights) if y is not None]
    shapes = []
    for place in shown:
        day, x, y = days[place], middles[place], heights[place] or 0.0
        is_last = place == shown[-1]
        shapes.append(
            Markup(
                '<a href="{}" tabindex="-1"><title>{} {}%</title>'
                '<circle class="pt{}" cx="{:.1f}" cy="{:.1f}" r="{}"/></a>'
            ).format(
                doors(day.day).of(_RATE),
                f"{day.day:%m-%d}",
                day.rate,
                " pt-l" if is_last else "",
                x,
                y,
                5.5 if is_last else 3,
            )
        )
        if is_last:
            text = Markup('<text class="lb lb-b" x="748" y="{:.1f}">{}%</text>')
            shapes.append(text.format(y + 4, day.rate))
    return shapes


def _bars(
    days: Days, middles: Sequence[float], step: float, since: date, doors: Doors
) -> list[Markup]:
    largest = max((day.requests for day in days), default=0)
    every = max(1, -(-len(days) // 10))
    width, shapes = min(step * 0.62, 32), []
    for place, (day, x) in enumerate(zip(days, middles, strict=True)):
        height = (BAR_BOTTOM - BAR_TOP) * day.requests / largest if largest else 0.0
        look = "b1" if day.day >= since else "b3"
        shapes.append(
            Markup(
                '<a href="{}" tabindex="-1"><title>{}</title>'
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/></a>'
            ).format(
                doors(day.day).of(_COUNT),
                in_language(f"{day.day:%m-%d} {day.requests:,} 件"),
                look,
                x - width / 2,
                BAR_BOTTOM - height,
                width,
                height,
            )
        )
        if (len(days) - 1 - place) % every == 0:
            shapes.append(
                Markup('<text class="tk" x="{:.1f}" y="248" text-anchor="middle">{}</text>').format(
                    x, f"{day.day.month}/{day.day.day}"
                )
            )
    last = days[-1]
    shapes.append(
        Markup('<text class="lb lb-b" x="748" y="{}">{}</text>').format(
            BAR_BOTTOM - 4, f"{last.requests:,}"
        )
    )
    return shapes
