"""Rows of the tables: counts with shares, sorted as a bulletin prints them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kb.bulletins.basis import HALF_UP, PARENT, Basis
from kb.bulletins.conditions import UNASSIGNED, UNFILED, UNPLACED
from kb.bulletins.rates import Number, is_counted, rates
from kb.bulletins.rounding import half_up, largest_remainder, percent
from kb.bulletins.tables import Counts

Row = dict[str, Any]
# Rows that stand for "everything else" come last, whatever they count; these in this order.
CATCH_ALL = ("其他", "其它", "其他单位", UNPLACED, UNFILED, UNASSIGNED)
_HOUR = 3600


def largest_first(counted: Mapping[str, int]) -> list[str]:
    """Names by falling count, those for everything else last; equals stay as they came."""
    last = {name: at for at, name in enumerate(CATCH_ALL, 1)}
    return sorted(counted, key=lambda name: (last.get(name, 0), -counted[name]))


def share_rows(counted: Mapping[str, int], whole: int, rounding: str, decimals: int) -> list[Row]:
    """``name, count, share``; shares are of ``whole``.

    Only parts that make up the whole can be forced to 100.
    """
    names = largest_first(counted)
    counts = [counted[name] for name in names]
    shares: Sequence[Decimal | None]
    if rounding == HALF_UP or sum(counts) != whole:
        shares = [percent(count, whole, decimals) for count in counts]
    else:
        shares = largest_remainder(counts, decimals)
    return [
        {"name": name, "count": count, "share": share}
        for name, count, share in zip(names, counts, shares, strict=True)
    ]


def category_rows(
    paths: Mapping[str, int], online: Mapping[str, int], whole: int, basis: Basis
) -> list[Row]:
    """First-level categories with their second level.

    :param paths: the count of each stored category (``一级/二级/三级``).
    :param online: of those, the ones resolved online.
    """
    parents, children, answered = _levels(paths, online)
    rounding = basis.share_rounding.by_category
    rows = share_rows(parents, whole, rounding, basis.decimals)
    for row in rows:
        name = row["name"]
        below = children.get(name, {})
        base = parents[name] if basis.child_share_base == PARENT else whole
        # What is filed under the first level alone has no name; it is no row of its own.
        named = {child: count for child, count in below.items() if child}
        row["children"] = share_rows(named, base, HALF_UP, basis.decimals)
        row["resolved_online"] = answered.get(name, 0)
        row["unspecified"] = below.get("", 0)
    return rows


def _levels(
    paths: Mapping[str, int], online: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, dict[str, int]], dict[str, int]]:
    parents: dict[str, int] = {}
    children: dict[str, dict[str, int]] = {}
    answered: dict[str, int] = {}
    for path, count in paths.items():
        first, _, rest = path.partition("/")
        name, child = first or UNFILED, rest.partition("/")[0]
        parents[name] = parents.get(name, 0) + count
        below = children.setdefault(name, {})
        below[child] = below.get(child, 0) + count
    for path, count in online.items():
        name = path.partition("/")[0] or UNFILED
        answered[name] = answered.get(name, 0) + count
    return parents, children, answered


_UNIT_COUNTS = (
    "followed_up",
    "satisfied",
    "dissatisfied",
    "rated",
    "to_acknowledge",
    "acknowledged",
    "overdue_acknowledged",
    "overdue_resolved",
    "returned",
    "reopened",
    "first_time_resolved",
    "acknowledged_on_time",
    "resolved_on_time",
    "due",
)


def unit_rows(
    units: Mapping[str, Counts], kinds: Mapping[str, str], whole: int, basis: Basis
) -> list[Row]:
    """One row per unit of which anything is counted.

    :param whole: the orders of the totals, for the share.
    """
    return [
        _unit_row(name, units[name], kinds.get(name, ""), whole, basis)
        for name in largest_first(listed_units(units))
    ]


def listed_units(units: Mapping[str, Counts]) -> dict[str, int]:
    """The orders of each unit that has a row. Counted by events, a unit may have resolved in the
    period what it was sent before it."""
    return {name: counts["dispatched"] for name, counts in units.items() if any(counts.values())}


def _unit_row(name: str, counts: Counts, kind: str, whole: int, basis: Basis) -> Row:
    known = rates(counts, basis)
    row: Row = {
        "name": name,
        "kind": kind,
        "orders": counts["dispatched"],
        "share": percent(counts["dispatched"], whole, basis.decimals),
        "resolved": counts["orders_resolved"],
        "resolved_rate": known["orders_resolved_rate"],
    }
    row |= {one: counts[one] for one in _UNIT_COUNTS if is_counted(one, basis)}
    row |= {
        one: known[one]
        for one in (
            "satisfaction_rate",
            "follow_up_rate",
            "acknowledged_on_time_rate",
            "resolved_on_time_rate",
            "first_time_rate",
            "return_rate",
        )
    }
    row["average_hours"] = average_hours(counts, basis)
    row["grade"] = grade(row, basis)
    return row


def average_hours(counts: Counts, basis: Basis) -> Decimal | None:
    """From dispatch to resolution, in hours, over the resolved orders."""
    resolved = counts["orders_resolved"]
    if not resolved:
        return None
    return half_up(Fraction(counts["seconds"], resolved * _HOUR), basis.decimals)


def grade(row: Mapping[str, Any], basis: Basis) -> str:
    """The band a unit's rate lies in; empty with too few orders, without a rate, and for orders
    that no unit has."""
    value, is_waiting = row[basis.grades.of], row["name"] == UNASSIGNED
    if is_waiting or value is None or row["orders"] < basis.grades.at_least:
        return ""
    return next((name for name, start in basis.grades.bands if value >= start), "")


def short_list(counted: Iterable[tuple[str, int]]) -> list[Row]:
    """``name, count`` of those that count anything, largest first."""
    kept = {name: count for name, count in counted if count}
    return [{"name": name, "count": kept[name]} for name in largest_first(kept)]


def head(counted: Mapping[str, int], size: int, whole: int, decimals: int) -> dict[str, Number]:
    """Of the ``size`` largest together: how many, their sum, and its share of the whole."""
    named = [name for name in largest_first(counted) if name not in CATCH_ALL]
    total = sum(counted[name] for name in named[:size])
    return {
        "size": min(size, len(named)),
        "count": total,
        "share": percent(total, whole, decimals),
    }
