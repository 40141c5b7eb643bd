"""Figures that bulletins print beside the tables: top lists, kinds, overdue lists, 非话务渠道."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kb.bulletins.basis import HALF_UP, Basis
from kb.bulletins.rows import (
    Row,
    category_rows,
    head,
    largest_first,
    listed_units,
    share_rows,
    short_list,
)
from kb.bulletins.scoped import led, orders_in_scope
from kb.bulletins.tables import Counts, Facts

_LATE = ("overdue_acknowledged", "overdue_resolved", "dissatisfied")
_LETTER_COUNTS = ("count", "resolved", "resolved_online", "dispatched")


def extra(
    facts: Facts,
    basis: Basis,
    counted: Counts,
    units: Mapping[str, Counts],
    lines: Sequence[Row],
    categories: Mapping[str, int],
) -> dict[str, Any]:
    """The figures beside the tables.

    :param counted: the counts of the totals.
    :param units: the counts of each unit.
    :param lines: the rows of the lines.
    :param categories: what shares are counted in, by category.
    """
    held = {name: one["dispatched"] for name, one in units.items() if one["dispatched"]}
    decimals = basis.decimals
    found: dict[str, Any] = {
        "dispatched_by_channel": share_rows(
            _sent_by_channel(facts, basis), counted["requests"], HALF_UP, decimals
        ),
        "lines_total": sum(row["count"] for row in lines),
        "by_kind": _kinds(facts, held),
        "top_units": head(held, basis.top, counted["dispatched"], decimals),
        "top_categories": short_list(_matters(categories).items())[: basis.top],
        "unit_table_order": largest_first(listed_units(units)),
        "topics": [{"name": name[0], "count": one["requests"]} for name, one in facts.topics],
        "non_phone": _non_phone(facts, basis),
    }
    for name in _LATE:
        found[name] = short_list((unit, counts[name]) for unit, counts in units.items())
    return found


def _sent_by_channel(facts: Facts, basis: Basis) -> dict[str, int]:
    orders = led(orders_in_scope(facts, basis)).by_one("channel")
    sent = {name: one["dispatched"] for name, one in orders.items()}
    return {name: count for name, count in sent.items() if count}


def _kinds(facts: Facts, held: Mapping[str, int]) -> list[Row]:
    kinds: Counter[str] = Counter()
    for name, count in held.items():
        kinds[facts.unit_kinds.get(name, "")] += count
    return [{"name": name, "orders": kinds[name]} for name in largest_first(kinds)]


def _matters(categories: Mapping[str, int]) -> Counts:
    """Matters on the second level, or on the first where there is no second."""
    found = Counts()
    for path, count in categories.items():
        first, _, rest = path.partition("/")
        if first:
            found[rest.partition("/")[0] or first] += count
    return found


def _non_phone(facts: Facts, basis: Basis) -> dict[str, Any]:
    """非话务渠道: what came otherwise than by phone, in scope or not, with its own matters."""
    known = facts.requests.where("channel", lambda name: name not in basis.phone_channels)
    counts, roles = known.by_one("channel"), basis.roles.totals
    sent = facts.orders.where("role", lambda role: role in roles)
    orders = sent.where("channel", lambda name: name not in basis.phone_channels).by_one("channel")
    # Counted by events, a channel may have had nothing but what was resolved in the period.
    every = [
        _letter_row(facts, basis, name, counts.get(name, Counts()), orders.get(name, Counts()))
        for name in dict.fromkeys((*counts, *orders))
    ]
    rows = [row for row in every if any(row[name] for name in _LETTER_COUNTS)]
    rows.sort(key=lambda row: -int(row["count"]))
    whole = {name: sum(int(row[name]) for row in rows) for name in _LETTER_COUNTS}
    return {"requests": whole.pop("count"), **whole, "channels": rows}


def _letter_row(facts: Facts, basis: Basis, name: str, counts: Counts, sent: Counts) -> Row:
    letters = facts.categories.where("channel", lambda channel: channel == name).by_one("category")
    paths = {path: one["requests"] for path, one in letters.items()}
    online = {path: one["resolved_online"] for path, one in letters.items()}
    return {
        "name": name,
        "count": counts["requests"],
        "resolved": counts["resolved_online"] + sent["orders_resolved"],
        "resolved_online": counts["resolved_online"],
        "dispatched": sent["dispatched"],
        "by_category": category_rows(paths, online, counts["requests"], basis),
    }
