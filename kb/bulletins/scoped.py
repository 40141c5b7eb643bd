"""The facts cut to what a city counts: channels in scope, the roles that count."""

from collections.abc import Mapping

from kb.bulletins.basis import DISPATCHED, LEAD, Basis
from kb.bulletins.rates import LEAD_COUNTS
from kb.bulletins.tables import Counts, Facts, Table


def counted(facts: Facts, basis: Basis) -> Counts:
    """The counts of the totals: requests in scope, and the orders whose role counts."""
    requests = facts.requests.where("channel", basis.scope.has).total()
    roles, orders = basis.roles.totals, orders_in_scope(facts, basis)
    leads = led(orders).total()
    found = Counts(requests)
    found.add(orders.where("role", lambda role: role in roles).total())
    found |= {name: leads[counted_as] for name, counted_as in LEAD_COUNTS.items()}
    found["overall_resolved"] = found["resolved_online"] + found["lead_resolved"]
    return found


def led(orders: Table) -> Table:
    """The orders by their leads: each is there once."""
    return orders.where("role", lambda role: role == LEAD)


def orders_in_scope(facts: Facts, basis: Basis) -> Table:
    """The orders of requests that came by a channel in scope."""
    return facts.orders.where("channel", basis.scope.has)


def units_in_scope(facts: Facts, basis: Basis) -> dict[str, Counts]:
    """The counts of each unit, in the roles that count in its row."""
    roles = basis.roles.by_unit
    return orders_in_scope(facts, basis).where("role", lambda role: role in roles).by_one("unit")


def purposes_in_scope(facts: Facts, basis: Basis) -> dict[str, int]:
    """What shares are counted in, requests or the dispatched orders, by purpose."""
    if basis.share_base == DISPATCHED:
        return _named(facts.order_matters.by_one("purpose"), DISPATCHED)
    return _named(facts.purposes.where("channel", basis.scope.has).by_one("purpose"), "requests")


def categories_in_scope(facts: Facts, basis: Basis, filed: Mapping[str, Counts]) -> dict[str, int]:
    """The same by category; ``filed`` are the requests."""
    if basis.share_base == DISPATCHED:
        return _named(facts.order_matters.by_one("category"), DISPATCHED)
    return _named(filed, "requests")


def filed_in_scope(facts: Facts, basis: Basis) -> dict[str, Counts]:
    """The requests that came by a channel in scope, by category."""
    return facts.categories.where("channel", basis.scope.has).by_one("category")


def _named(rows: Mapping[str, Counts], population: str) -> dict[str, int]:
    return {name: counts[population] for name, counts in rows.items()}
