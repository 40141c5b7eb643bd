"""From facts to the figures of a report: one document, every number by name.

Shapes as ``kb bulletin`` prints them (docs/figures.md). Counts are whole numbers, rates decimals,
``None`` where there is nothing to divide by. Pure: the same facts give the same document.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from kb.bulletins.basis import Basis
from kb.bulletins.conditions import GENERAL_LINES, UNPLACED
from kb.bulletins.extras import extra
from kb.bulletins.periods import Period
from kb.bulletins.rates import LEAD_COUNTS, Number, is_counted, rates
from kb.bulletins.rounding import half_up
from kb.bulletins.rows import (
    Row,
    average_hours,
    category_rows,
    largest_first,
    share_rows,
    unit_rows,
)
from kb.bulletins.scoped import (
    categories_in_scope,
    counted,
    filed_in_scope,
    purposes_in_scope,
    units_in_scope,
)
from kb.bulletins.tables import ORDER_COUNTS, REQUEST_COUNTS, Counts, Facts


def document(facts: Facts, basis: Basis, period: Period, as_of: datetime) -> dict[str, Any]:
    """All figures of a period but the comparison."""
    counts = counted(facts, basis)
    base = counts[basis.share_base]
    units = units_in_scope(facts, basis)
    lines = _lines(facts, basis)
    filed = filed_in_scope(facts, basis)
    categories = categories_in_scope(facts, basis, filed)
    return {
        "period": span(period),
        "as_of": as_of,
        "city": basis.city,
        "totals": totals(facts, basis),
        "by_channel": _channels(facts, basis, counts["requests"]),
        "by_line": lines,
        "by_purpose": _purposes(facts, basis, base),
        "by_category": _categories(categories, filed, basis, base),
        "by_region": _regions(facts, basis, counts["requests"]),
        "by_unit": unit_rows(units, facts.unit_kinds, counts["dispatched"], basis),
        "extra": extra(facts, basis, counts, units, lines, categories),
    }


def span(period: Period) -> dict[str, str]:
    """The period as it is printed."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def totals(facts: Facts, basis: Basis) -> dict[str, Number]:
    """The figures of the whole: counts, rates, daily average, calls."""
    counts = counted(facts, basis)
    known = rates({**counts, "offered": facts.offered, "answered": facts.answered}, basis)
    found: dict[str, Number] = {name: counts[name] for name in REQUEST_COUNTS}
    found |= {name: known[name] for name in ("resolved_online_rate", "dispatched_share")}
    found |= {name: counts[name] for name in ORDER_COUNTS if is_counted(name, basis)}
    found |= {name: counts[name] for name in LEAD_COUNTS if is_counted(name, basis)}
    found["overall_resolved"] = counts["overall_resolved"]
    found |= {name: value for name, value in known.items() if name not in found}
    found["average_hours"] = average_hours(counts, basis)
    has_calls = facts.call_days > 0
    found["offered"] = facts.offered if has_calls else None
    found["answered"] = facts.answered if has_calls else None
    found["call_days"] = facts.call_days if has_calls else None
    found["days"] = facts.days
    found["daily_average"] = _daily(facts, basis, counts)
    return found


def _daily(facts: Facts, basis: Basis, counts: Counts) -> Number:
    chosen = basis.daily_average
    if chosen.of != "requests" and not facts.call_days:
        return None
    count = {
        "offered": facts.offered,
        "answered": facts.answered,
        "requests": counts["requests"],
    }[chosen.of]
    return half_up(Fraction(count, facts.days), chosen.decimals) if facts.days else None


def _channels(facts: Facts, basis: Basis, whole: int) -> list[Row]:
    """Channels in scope with shares of the requests; then the others, which have none."""
    known = facts.requests.by_one("channel")
    counts = _of_shown(known)
    inside = {name: count for name, count in counts.items() if basis.scope.has(name)}
    outside = {name: count for name, count in counts.items() if name not in inside}
    rounding = basis.share_rounding.by_channel
    rows = share_rows(inside, whole, rounding, basis.decimals)
    rows += [{"name": name, "count": outside[name]} for name in largest_first(outside)]
    for row in rows:
        row["resolved_online"] = known[row["name"]]["resolved_online"]
        row["in_scope"] = row["name"] in inside
    return rows


def _of_shown(known: Mapping[str, Counts]) -> dict[str, int]:
    """The requests of each row that shows anything: counted by events, some may have been answered
    in the period though none were received."""
    shown = ("requests", "resolved_online")
    return {name: one["requests"] for name, one in known.items() if any(map(one.get, shown))}


def _lines(facts: Facts, basis: Basis) -> list[Row]:
    known = facts.requests.where("channel", basis.scope.has).by_one("line")
    general = {basis.present("lines", name) for name in GENERAL_LINES}
    counted = dict.fromkeys(basis.zero_lines, 0)
    counted |= {
        name: one["requests"]
        for name, one in known.items()
        if name not in general and one["requests"]
    }
    return [{"name": name, "count": counted[name]} for name in largest_first(counted)]


def _purposes(facts: Facts, basis: Basis, base: int) -> list[Row]:
    purposes = purposes_in_scope(facts, basis)
    return share_rows(purposes, base, basis.share_rounding.by_purpose, basis.decimals)


def _categories(
    categories: Mapping[str, int], filed: Mapping[str, Counts], basis: Basis, base: int
) -> list[Row]:
    online = {path: one["resolved_online"] for path, one in filed.items()}
    return category_rows(categories, online, base, basis)


def _regions(facts: Facts, basis: Basis, whole: int) -> list[Row]:
    known = facts.requests.where("channel", basis.scope.has)
    districts = known.renamed("region", _district).by_one("region")
    rows = share_rows(_of_shown(districts), whole, basis.share_rounding.by_region, basis.decimals)
    for row in rows:
        row["resolved_online"] = districts[row["name"]]["resolved_online"]
    return rows


def _district(path: str) -> str:
    """The district of a stored region (``区县/街道/社区``)."""
    return path.partition("/")[0] or UNPLACED
