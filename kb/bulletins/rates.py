"""Every rate as one count divided by another, by a city's choices."""

from collections.abc import Mapping
from decimal import Decimal

from kb.bulletins.basis import LEAD, Basis
from kb.bulletins.rounding import rate

Number = int | Decimal | None
# The name of a choice in a profile → the count it stands for.
STEPS = {
    "requests": "requests",
    "dispatched": "dispatched",
    "acknowledged": "acknowledged",
    "resolved": "orders_resolved",
    "due": "due",
    "followed_up": "followed_up",
    "rated": "rated",
}
# Orders without the parts of assisting units that nobody asks to sign: these cannot be late, and
# would only raise the rate. Told apart, and printed, only where such parts count.
TO_ACKNOWLEDGE = "to_acknowledge"
# Where the totals count assisting parts, what the leads alone had: an order is counted once among
# the requests, however many units work on it.
LEAD_COUNTS = {"lead_dispatched": "dispatched", "lead_resolved": "orders_resolved"}
NUMERATORS = {
    "resolved_online_rate": "resolved_online",
    "dispatched_share": "dispatched",
    "orders_resolved_rate": "orders_resolved",
    "overall_resolved_rate": "overall_resolved",
    "acknowledged_on_time_rate": "acknowledged_on_time",
    "resolved_on_time_rate": "resolved_on_time",
    "follow_up_rate": "followed_up",
    "satisfaction_rate": "satisfied",
}
# Rates that all cities work out alike.
COMMON = {
    "answered_rate": ("answered", "offered"),
    "return_rate": ("returned", "dispatched"),
    "reopen_rate": ("reopened", "dispatched"),
    "first_time_rate": ("first_time_resolved", "orders_resolved"),
}
# A rate of 100 means that there is none of these, where what it is divided by holds them all:
# an order that is late and still open is no exception among the resolved ones.
EXCEPTIONS = {
    ("acknowledged_on_time_rate", "dispatched"): "overdue_acknowledged",
    ("acknowledged_on_time_rate", TO_ACKNOWLEDGE): "overdue_acknowledged",
    ("resolved_on_time_rate", "dispatched"): "overdue_resolved",
    ("resolved_on_time_rate", "due"): "overdue_resolved",
    ("satisfaction_rate", "dispatched"): "dissatisfied",
    ("satisfaction_rate", "followed_up"): "dissatisfied",
    ("satisfaction_rate", "rated"): "dissatisfied",
}


def ratios(basis: Basis) -> dict[str, tuple[str, str]]:
    """Each rate with the counts it divides."""
    chosen = {name: (_part_of(name, basis), whole_of(name, basis)) for name in basis.denominators}
    return chosen | COMMON


def _part_of(rate: str, basis: Basis) -> str:
    part = NUMERATORS[rate]
    is_of_leads = rate == "dispatched_share" and basis.roles.totals != (LEAD,)
    return "lead_dispatched" if is_of_leads else part


def whole_of(rate: str, basis: Basis) -> str:
    """The count that a rate divides by where a city may choose."""
    step = STEPS[basis.denominators[rate]]
    is_of_signing = rate == "acknowledged_on_time_rate" and step == "dispatched"
    return TO_ACKNOWLEDGE if is_of_signing and basis.counts_assisting else step


def is_counted(name: str, basis: Basis) -> bool:
    """Tell whether a city's figures have this count."""
    if name in LEAD_COUNTS:
        return basis.roles.totals != (LEAD,)
    return name != TO_ACKNOWLEDGE or basis.counts_assisting


def rates(counts: Mapping[str, int], basis: Basis, *wanted: str) -> dict[str, Decimal | None]:
    """The wanted rates (all when none is named) of one set of counts."""
    known = ratios(basis)
    return {
        name: rate(counts.get(known[name][0], 0), counts.get(known[name][1], 0), basis.decimals)
        for name in wanted or known
    }
