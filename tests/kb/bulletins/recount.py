"""An independent count: plain loops over plain rows, sharing nothing with kb.bulletins."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """One city's definitions as this count understands them."""

    channels: tuple[str, ...] | None = None
    leaves_out_invalid: bool = True
    units_roles: tuple[str, ...] = ("主办",)
    signed_by: str = "dispatched"
    resolved_by: str = "dispatched"
    called_by: str = "resolved"
    satisfied_by: str = "called"
    satisfied: tuple[str, ...] = ("满意", "基本满意")
    all_but_dissatisfied: bool = False


def rate(part: int, whole: int) -> float | None:
    if whole == 0:
        return None
    exact = Decimal(part) * 100 / Decimal(whole)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _done(moment: datetime | None, as_of: datetime) -> bool:
    return moment is not None and moment <= as_of


def _late(order: Row, done: str, due: str, as_of: datetime) -> bool:
    if order[due] is None:
        return False
    if order[done] is not None and order[done] <= as_of:
        return bool(order[done] > order[due])
    return bool(order[due] < as_of)


def tell(order: Row, as_of: datetime) -> set[str]:
    """Everything that is true of an order at the moment."""
    found = {"dispatched"}
    if _done(order["signed"], as_of):
        found.add("signed")
    if _done(order["resolved"], as_of):
        found.add("resolved")
    if _late(order, "signed", "sign_by", as_of):
        found.add("late_signed")
    if _late(order, "resolved", "due", as_of):
        found.add("late")
    if order["due"] is not None and order["due"] <= as_of:
        found.add("due")
    if _done(order["called"], as_of):
        found.add("called")
        if order["said"] in ("满意", "基本满意", "不满意"):
            found.add("rated")
        if order["said"] == "不满意":
            found.add("dissatisfied")
    return found


def numbers(orders: list[Row], rules: Rules, as_of: datetime) -> dict[str, Any]:
    """The figures of some orders."""
    facts = [(order, tell(order, as_of)) for order in orders]

    def many(*wanted: str, without: str = "") -> int:
        return sum(set(wanted) <= known and without not in known for _, known in facts)

    if rules.all_but_dissatisfied:
        satisfied = many(rules.satisfied_by, without="dissatisfied")
    else:
        satisfied = sum(
            {rules.satisfied_by, "called"} <= known and order["said"] in rules.satisfied
            for order, known in facts
        )
    return {
        "orders": many("dispatched"),
        "resolved": many("resolved"),
        "overdue_acknowledged": many("late_signed"),
        "overdue_resolved": many("late"),
        "followed_up": many("called"),
        "satisfied": satisfied,
        "dissatisfied": many("dissatisfied"),
        "resolved_rate": rate(many("resolved"), many("dispatched")),
        "acknowledged_on_time_rate": rate(
            many(rules.signed_by, without="late_signed"), many(rules.signed_by)
        ),
        "resolved_on_time_rate": rate(
            many(rules.resolved_by, without="late"), many(rules.resolved_by)
        ),
        "follow_up_rate": rate(many("called"), many(rules.called_by)),
        "satisfaction_rate": rate(satisfied, many(rules.satisfied_by)),
    }


def recount(
    requests: list[Row], orders: list[Row], rules: Rules, first: datetime, end: datetime, as_of: Any
) -> dict[str, Any]:
    """The figures of the requests received from ``first`` until before ``end``."""
    kept = {
        row["number"]: row
        for row in requests
        if first <= row["received"] < end
        and row["received"] <= as_of
        and (rules.channels is None or row["channel"] in rules.channels)
        and not (rules.leaves_out_invalid and row["outcome"] == "无效")
    }
    sent = [order for order in orders if order["request"] in kept and order["dispatched"] <= as_of]
    lead = [order for order in sent if order["role"] == "主办"]
    total = numbers(lead, rules, as_of)
    online = sum(
        row["outcome"] == "在线办结" and (row["resolved"] or row["received"]) <= as_of
        for row in kept.values()
    )
    units: dict[str, list[Row]] = {}
    for order in sent:
        if order["role"] in rules.units_roles:
            units.setdefault(order["unit"], []).append(order)
    return {
        "totals": {
            "requests": len(kept),
            "resolved_online": online,
            "resolved_online_rate": rate(online, len(kept)),
            "dispatched": total["orders"],
            "dispatched_share": rate(total["orders"], len(kept)),
            "orders_resolved": total["resolved"],
            "orders_resolved_rate": total["resolved_rate"],
            "overall_resolved": online + total["resolved"],
            "overall_resolved_rate": rate(online + total["resolved"], len(kept)),
            **{name: total[name] for name in total if name not in _OTHER_NAMES},
        },
        "purposes": dict(Counter(row["purpose"] for row in kept.values())),
        "categories": dict(Counter(row["category"].split("/")[0] for row in kept.values())),
        "children": dict(
            Counter(row["category"] for row in kept.values() if "/" in row["category"])
        ),
        "units": {unit: numbers(held, rules, as_of) for unit, held in units.items()},
    }


_OTHER_NAMES = ("orders", "resolved", "resolved_rate")
