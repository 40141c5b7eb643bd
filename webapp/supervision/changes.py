"""How a figure moved against the span before: points for rates, per cent for counts."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Change:
    """``direction`` is up, down, flat, or empty where there is nothing to compare with."""

    direction: str
    text: str


NONE = Change("", "—")


def points(now: Decimal | None, before: Decimal | None) -> Change:
    """The difference of two rates in 百分点."""
    if now is None or before is None:
        return NONE
    return _change(now - before, "个百分点")


def relative(now: int, before: int) -> Change:
    """(now - before) / before in per cent, half-up to one decimal; nothing from nothing."""
    if before == 0:
        return NONE
    share = Decimal(now - before) * 100 / Decimal(before)
    return _change(share.quantize(Decimal("0.1"), ROUND_HALF_UP), "%")


def _change(value: Decimal, unit: str) -> Change:
    space = "" if unit == "%" else " "
    if value == 0:
        return Change("flat", "持平")
    return Change("up" if value > 0 else "down", f"{abs(value)}{space}{unit}")
