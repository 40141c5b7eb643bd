"""From a unit's figures to its score, every step of it written down.

Exact arithmetic throughout; only what is printed is rounded, half away from zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kb.assessment.basis import COUNTED, FIGURES, Assessment, Extra, Item
from kb.bulletins.addresses import join
from kb.bulletins.conditions import UNASSIGNED
from kb.bulletins.rounding import half_up


@dataclass(frozen=True)
class Ruling:
    """What the centre ruled on an objection: an item counts with another value, and why."""

    figure: str
    value: Decimal
    reason: str


@dataclass(frozen=True)
class Line:
    """One item of a card: the figure, the points it gives, and how they come about.

    ``value`` is ``None`` where there was nothing to measure; then the item is left out.
    ``address`` opens the records (kb.bulletins.addresses). ``why`` is the ruling that changed it.
    """

    figure: str
    name: str
    value: Decimal | None
    points: Decimal | None
    weight: Decimal
    derivation: str
    address: str
    why: str = ""


@dataclass(frozen=True)
class Scorecard:
    """考核卡 of a unit. ``score`` and ``grade`` are empty where it has too few orders."""

    unit: str
    kind: str
    orders: int
    score: Decimal | None
    grade: str
    lines: tuple[Line, ...]
    derivation: str


def scorecards(
    rows: Sequence[Mapping[str, Any]],
    scheme: Assessment,
    rulings: Mapping[str, Sequence[Ruling]] | None = None,
) -> list[Scorecard]:
    """The cards of all units: scored ones by score, then the others by orders. Orders that wait to
    be sent are in the hands of none.

    :param rows: ``by_unit`` of a figures document.
    :param rulings: unit → rulings of this period.
    """
    given = rulings or {}
    held = [row for row in rows if row["name"] != UNASSIGNED]
    cards = [_card(row, scheme, given.get(row["name"], ())) for row in held]
    return sorted(
        cards,
        key=lambda card: (card.score is None, -(card.score or 0), -card.orders, card.unit),
    )


def _card(row: Mapping[str, Any], scheme: Assessment, rulings: Sequence[Ruling]) -> Scorecard:
    ruled = {one.figure: one for one in rulings}
    items = [_item(row, item, scheme, ruled.get(item.figure)) for item in scheme.items]
    extras = [_extra(row, extra, scheme, ruled.get(extra.figure)) for extra in scheme.extras]
    lines = tuple(line for line, _ in (*items, *extras))
    measured = [(line.weight, points) for line, points in items if points is not None]
    whole = sum((Fraction(weight) for weight, _ in measured), Fraction(0))
    earned = sum((points for _, points in measured), Fraction(0))
    added = sum((points for _, points in extras), Fraction(0))
    score, grade = None, ""
    if row["orders"] < scheme.at_least:
        said = f"工单 {row['orders']} 件，不足 {scheme.at_least} 件，不评分"
    elif not whole:
        said = "各项都没有数字，不评分"
    else:
        score = half_up(max(earned / whole * 100 + added, Fraction(0)), scheme.decimals)
        grade = next((name for name, start in scheme.bands if score >= start), "")
        said = f"{_said(earned, scheme)} ÷ {_said(whole, scheme)} × 100"
        if scheme.extras:
            said += f" {'−' if added < 0 else '+'} {_said(abs(added), scheme)}"
        said += f" = {score}"
    kind = row.get("kind", "")
    return Scorecard(row["name"], kind, row["orders"], score, grade, lines, said)


def _item(
    row: Mapping[str, Any], item: Item, scheme: Assessment, ruling: Ruling | None
) -> tuple[Line, Fraction | None]:
    value = _value(row, item.figure, ruling)
    name, why = FIGURES[item.figure], ruling.reason if ruling else ""
    address = _address(row, item.figure)
    if value is None:
        line = Line(
            item.figure, name, None, None, item.weight, "没有数字，不计这一项", address, why
        )
        return line, None
    full, floor, weight = Fraction(item.full), Fraction(item.floor), Fraction(item.weight)
    share = min(max((Fraction(value) - floor) / (full - floor), Fraction(0)), Fraction(1))
    points = share * weight
    shown = half_up(points, scheme.decimals)
    if share == 1:
        said = f"{_plain(value)} 达到满分线 {_plain(item.full)}，得 {_plain(item.weight)}"
    elif share == 0:
        beyond = "没有低于" if full < floor else "没有超过"
        said = f"{_plain(value)} {beyond}零分线 {_plain(item.floor)}，得 0"
    else:
        said = (
            f"({_plain(value)} − {_plain(item.floor)}) ÷ ({_plain(item.full)} − "
            f"{_plain(item.floor)}) × {_plain(item.weight)} = {shown}"
        )
    return Line(item.figure, name, value, shown, item.weight, said, address, why), points


def _extra(
    row: Mapping[str, Any], extra: Extra, scheme: Assessment, ruling: Ruling | None
) -> tuple[Line, Fraction]:
    value = _value(row, extra.figure, ruling) or Decimal(0)
    most, each = Fraction(extra.most), Fraction(extra.each)
    exact = Fraction(value) * each
    points = min(exact, most) if each > 0 else max(exact, -most)
    shown = half_up(points, scheme.decimals)
    said = f"{_plain(value)} 件 × {_plain(extra.each)} = {half_up(exact, scheme.decimals)}"
    if points != exact:
        said += f"，最多{'加' if each > 0 else '扣'} {_plain(extra.most)}"
    line = Line(
        extra.figure,
        FIGURES[extra.figure] + ("加分" if each > 0 else "扣分"),
        value,
        shown,
        Decimal(0),
        said,
        _address(row, extra.figure),
        ruling.reason if ruling else "",
    )
    return line, points


def _value(row: Mapping[str, Any], figure: str, ruling: Ruling | None) -> Decimal | None:
    if ruling is not None:
        return ruling.value
    value = row.get(figure)
    return None if value is None else Decimal(value)


def _address(row: Mapping[str, Any], figure: str) -> str:
    return join(("by_unit", row["name"], figure))


def _said(value: Fraction, scheme: Assessment) -> str:
    return _plain(half_up(value, scheme.decimals))


def _plain(value: Decimal) -> str:
    """17, not 17.00."""
    return f"{value.normalize():f}"


def is_count(figure: str) -> bool:
    """Tell whether a figure counts orders; else it is a rate or hours."""
    return figure in COUNTED
