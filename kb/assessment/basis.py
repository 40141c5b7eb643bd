"""What a city assesses its units by: the items, their weights, and the bands of a score."""

from dataclasses import dataclass
from decimal import Decimal

# Keys of a unit's row in the figures (docs/figures.md) with how they are printed.
FIGURES = {
    "resolved_rate": "办结率",
    "resolved_on_time_rate": "按期办结率",
    "acknowledged_on_time_rate": "按期签收率",
    "satisfaction_rate": "满意率",
    "follow_up_rate": "回访率",
    "first_time_rate": "一次性办结率",
    "average_hours": "平均办理时长",
    "overdue_acknowledged": "超期签收",
    "overdue_resolved": "超期办结",
    "dissatisfied": "不满意",
    "returned": "退单",
    "reopened": "重办",
}
COUNTED = ("overdue_acknowledged", "overdue_resolved", "dissatisfied", "returned", "reopened")


@dataclass(frozen=True)
class Item:
    """One item: a figure that earns points.

    :ivar weight: the most points it gives.
    :ivar full: the value from which it gives all of them, ``floor`` the one at which it gives
        none; in between in proportion. ``full`` below ``floor`` where less is better.
    """

    figure: str
    weight: Decimal
    full: Decimal
    floor: Decimal


@dataclass(frozen=True)
class Extra:
    """加分 or 扣分: so many points for each one counted, at most ``most`` in all.

    :ivar each: points for one; below 0 it takes away.
    """

    figure: str
    each: Decimal
    most: Decimal


@dataclass(frozen=True)
class Assessment:
    """A city's scheme. ``at_least``: a unit with fewer orders is not scored.

    :ivar objection_days: so many days after a period is over, units may object to its cards.
    """

    items: tuple[Item, ...] = (
        Item("resolved_on_time_rate", Decimal(30), Decimal(100), Decimal(80)),
        Item("acknowledged_on_time_rate", Decimal(20), Decimal(100), Decimal(80)),
        Item("satisfaction_rate", Decimal(30), Decimal(98), Decimal(70)),
        Item("first_time_rate", Decimal(20), Decimal(95), Decimal(60)),
    )
    extras: tuple[Extra, ...] = (Extra("returned", Decimal("-0.5"), Decimal(5)),)
    bands: tuple[tuple[str, int], ...] = (
        ("优秀", 95),
        ("良好", 85),
        ("合格", 70),
        ("待改进", 0),
    )
    at_least: int = 10
    decimals: int = 2
    objection_days: int = 15
