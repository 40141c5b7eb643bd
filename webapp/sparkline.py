"""A line of counts no higher than a line of text: what came before, and the count of now."""

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 96, 24, 3


def sparkline(counts: Sequence[int]) -> Markup:
    """Counts from old to new as SVG, the last one dotted; the words are its title.

    Classes, not colours, so that themes and grey print recolour it.
    """
    if len(counts) < 2:
        return Markup("")
    top = max(*counts, 1)
    step = (WIDTH - 2 * EDGE) / (len(counts) - 1)
    points = [
        (EDGE + step * at, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * count / top)
        for at, count in enumerate(counts)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    said = f"前几期 {'、'.join(map(str, counts[:-1]))} 件，本期 {counts[-1]} 件"
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>'
        '<polyline class="ln" points="{}"/><circle class="pt-l" cx="{:.1f}" cy="{:.1f}" r="2.5"/>'
        "</svg>"
    ).format(WIDTH, HEIGHT, said, said, line, x, y)


def trend(points: Sequence[tuple[str, int, str]], label: str) -> Markup:
    """Counts of periods as bars with their numbers: (period, count, address)."""
    width, height, foot = 720, 200, 24
    step = width / max(len(points), 1)
    top = max([count for _, count, _ in points] + [1])
    shapes = []
    for at, (name, count, href) in enumerate(points):
        tall = (height - 2 * foot) * count / top
        shapes.append(
            Markup(
                '<a href="{}"><title>{} {} 件</title><rect class="b1" x="{:.1f}" y="{:.1f}" '
                'width="{:.1f}" height="{:.1f}"/><text class="lb-b" x="{:.1f}" y="{:.1f}" '
                'text-anchor="middle">{}</text></a><text class="tk" x="{:.1f}" y="{}" '
                'text-anchor="middle">{}</text>'
            ).format(
                href,
                name,
                f"{count:,}",
                step * at + step * 0.2,
                height - foot - tall,
                step * 0.6,
                max(tall, 1),
                step * (at + 0.5),
                height - foot - tall - 6,
                f"{count:,}",
                step * (at + 0.5),
                height - 6,
                name,
            )
        )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>'
    ).format(width, height, label, Markup("").join(shapes))
