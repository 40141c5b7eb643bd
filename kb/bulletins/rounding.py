"""Printed numbers from exact whole numbers: half-up, and the largest remainder.

No binary floating point: a share of integers is rounded as it would be on paper.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_HUNDRED = Decimal(100)


def half_up(value: Fraction | int, decimals: int) -> Decimal:
    """The value rounded to so many decimals, halves away from zero."""
    exact = Fraction(value)
    return _quotient(exact.numerator, exact.denominator, decimals)


def percent(part: int, whole: int, decimals: int) -> Decimal | None:
    """``part`` of ``whole`` in percent, half-up; ``None`` where there is nothing to divide by."""
    return _quotient(part * 100, whole, decimals) if whole else None


def _quotient(part: int, whole: int, decimals: int) -> Decimal:
    # Whole numbers throughout: a document has a thousand shares, and fractions reduce each.
    rounded = (2 * abs(part) * 10**decimals + whole) // (2 * whole)
    return Decimal(-rounded if part < 0 else rounded).scaleb(-decimals)


def rate(part: int, whole: int, decimals: int) -> Decimal | None:
    """Like :func:`percent`, but only the whole is 100: 1 exception in 30,000 reads 99.99."""
    found = percent(part, whole, decimals)
    if found is None or part >= whole or found < _HUNDRED:
        return found
    return _HUNDRED - Decimal(1).scaleb(-decimals)


def change_rate(now: int, before: int, decimals: int) -> Decimal | None:
    """The change in percent of what was before; ``None`` where nothing was."""
    return percent(now - before, before, decimals)


def largest_remainder(parts: Sequence[int], decimals: int) -> list[Decimal | None]:
    """Shares in percent of the sum of ``parts`` that add up to exactly 100.

    Every share is cut; what is missing to 100 goes, one last digit each, to those that lost most
    by the cut, an earlier row before a later one.
    """
    whole = sum(parts)
    if not whole:
        return [None for _ in parts]
    full = 100 * 10**decimals
    cut = [part * full // whole for part in parts]
    missing = full - sum(cut)
    by_loss = sorted(range(len(parts)), key=lambda at: (-(parts[at] * full % whole), at))
    for at in by_loss[:missing]:
        cut[at] += 1
    return [Decimal(value).scaleb(-decimals) for value in cut]
