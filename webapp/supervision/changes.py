"""How a figure moved against the span before: points for rates, per cent for counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


@dataclass(frozen=True)
class Change:
    """``direction`` is up, down, flat, or empty where there is nothing to compare with."""

    direction: str
    text: str


NONE = Change("", "—")


def change_of(compared: Mapping[str, Any], value: Any) -> Change:
    """One comparison of kb.bulletins: points of rates, the share of counts.

    :param value: the figure now, which tells a rate from a count.
    """
    if compared["change"] is None:
        return NONE
    if isinstance(value, Decimal):
        return _change(compared["change"], "个百分点")
    rate = compared["rate"]
    if rate is None:
        return NONE
    return _change(Decimal(rate).quantize(Decimal("0.1"), ROUND_HALF_UP), "%")


def _change(value: Decimal, unit: str) -> Change:
    space = "" if unit == "%" else " "
    if value == 0:
        return Change("flat", "持平")
    return Change("up" if value > 0 else "down", f"{abs(value)}{space}{unit}")
