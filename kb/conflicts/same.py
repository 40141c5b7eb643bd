"""Whether two values mean the same, in whatever notation."""

from decimal import Decimal

from kb.conflicts.contacts import same_address, same_hours, same_phone
from kb.conflicts.days import same_days
from kb.conflicts.papers import same_materials
from kb.conflicts.values import (
    Address,
    Days,
    Hours,
    Materials,
    Meaning,
    Phone,
    Quantity,
    Rule,
)


def means_same(one: Meaning, other: Meaning) -> bool:
    """Whether two values of one kind tell a caller the same."""
    match one, other:
        case Quantity(), Quantity():
            return same_quantity(one, other)
        case Days(), Days():
            return same_days(one, other)
        case Phone(), Phone():
            return same_phone(one, other)
        case Address(), Address():
            return same_address(one, other)
        case Hours(), Hours():
            return same_hours(one, other)
        case Rule(), Rule():
            return one.holds == other.holds
        case Materials(), Materials():
            return same_materials(one, other)
    return one == other


def same_quantity(left: Quantity, right: Quantity) -> bool:
    """Whether two quantities of one kind may mean the same, whatever notation they are in."""
    if left.unit == right.unit:
        if _equal(left, right):
            return True
        return {left.per, right.per} != {left.per} and _equal_over_time(left, right)
    if {left.unit, right.unit} == {"工作日", "分钟"}:
        # 20日 in a rule on time limits usually means workdays, so only the number is compared.
        work, plain = (left, right) if left.unit == "工作日" else (right, left)
        return (work.low * 1440, work.high * 1440) == (plain.low, plain.high)
    minutes = {"分钟": Decimal(1), "自然日": Decimal(1), "月": Decimal(30 * 1440)}
    if left.unit in minutes and right.unit in minutes:
        return _equal(_scaled(left, minutes[left.unit]), _scaled(right, minutes[right.unit])) or (
            {left.low * minutes[left.unit], right.low * minutes[right.unit]}
            == {Decimal(365 * 1440), Decimal(360 * 1440)}
        )
    return False


def _equal(left: Quantity, right: Quantity) -> bool:
    return (left.low, left.high) == (right.low, right.high)


def _equal_over_time(left: Quantity, right: Quantity) -> bool:
    """800元 a month are 9600元 a year; a side that does not say is taken either way."""
    months = {"月": 12, "年": 1}
    for of_left in [months[left.per]] if left.per else [1, 12]:
        for of_right in [months[right.per]] if right.per else [1, 12]:
            if _equal(_scaled(left, Decimal(of_left)), _scaled(right, Decimal(of_right))):
                return True
    return False


def _scaled(quantity: Quantity, factor: Decimal) -> Quantity:
    return Quantity(quantity.low * factor, quantity.high * factor, quantity.unit)
