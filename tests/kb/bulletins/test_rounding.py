"""Halves go up, no binary floats, and forced columns add up to exactly 100."""

from decimal import Decimal
from fractions import Fraction

from kb.bulletins.issuing.wording import signed
from kb.bulletins.rounding import change_rate, half_up, largest_remainder, percent


def test_halves_go_away_from_zero() -> None:
    assert half_up(Fraction(1, 8), 2) == Decimal("0.13")
    assert half_up(Fraction(-1, 8), 2) == Decimal("-0.13")
    assert half_up(Fraction(5, 2), 0) == 3
    # 1.005 as a binary float is below the half.
    assert half_up(Fraction(1005, 1000), 2) == Decimal("1.01")


def test_percentages_of_whole_numbers() -> None:
    assert percent(1, 3, 2) == Decimal("33.33")
    assert percent(2, 3, 2) == Decimal("66.67")
    assert percent(1, 8, 1) == Decimal("12.5")
    assert percent(0, 5, 2) == 0
    assert percent(3, 0, 2) is None


def test_a_change_from_nothing_has_no_rate() -> None:
    assert change_rate(110, 100, 2) == 10
    assert change_rate(50, 100, 2) == -50
    assert change_rate(5, 0, 2) is None
    # -12.345 % is printed -12.35: away from zero, as on paper.
    assert change_rate(17531, 20000, 2) == Decimal("-12.35")


def test_the_largest_remainder_gives_what_is_missing() -> None:
    # 33.333… three times is 99.99; the first of equals gets the last hundredth.
    assert largest_remainder([1, 1, 1], 2) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    # Cut: 62.85 + 31.42 + 5.71 = 99.98, lost .714, .857, .428 hundredths.
    assert largest_remainder([22, 11, 2], 2) == [
        Decimal("62.86"),
        Decimal("31.43"),
        Decimal("5.71"),
    ]
    assert largest_remainder([0, 0], 2) == [None, None]
    assert sum(filter(None, largest_remainder([7, 11, 13, 17, 19, 23, 29], 1))) == 100


def test_a_change_has_a_sign_only_where_something_changed() -> None:
    assert [signed(value, 2) for value in (Decimal("3.1"), -50, 0, Decimal("-0.00"), None)] == [
        *("+3.10%", "-50.00%", "0.00%", "0.00%", "—"),
    ]
