"""The facts cut to what a city counts: channels in scope, the roles that count."""

from kb.bulletins.basis import DISPATCHED, Basis
from kb.bulletins.tables import Counts, Facts, Table


def counted(facts: Facts, basis: Basis) -> Counts:
    """The counts of the totals: requests in scope, and the orders whose role counts."""
    requests = facts.requests.where("channel", basis.scope.has).total()
    roles = basis.roles.totals
    orders = orders_in_scope(facts, basis).where("role", lambda role: role in roles).total()
    found = Counts(requests)
    found.add(orders)
    found["overall_resolved"] = found["resolved_online"] + found["orders_resolved"]
    return found


def orders_in_scope(facts: Facts, basis: Basis) -> Table:
    """The orders of requests that came by a channel in scope."""
    return facts.orders.where("channel", basis.scope.has)


def units_in_scope(facts: Facts, basis: Basis) -> dict[str, Counts]:
    """The counts of each unit, in the roles that count in its row."""
    roles = basis.roles.by_unit
    return orders_in_scope(facts, basis).where("role", lambda role: role in roles).by_one("unit")


def matters_in_scope(facts: Facts, basis: Basis) -> Table:
    """The requests that came by a channel in scope, by purpose and category."""
    return facts.matters.where("channel", basis.scope.has)


def base_table(facts: Facts, basis: Basis) -> tuple[Table, str]:
    """What shares are counted in: requests, or the dispatched orders."""
    if basis.share_base == DISPATCHED:
        return facts.order_matters, DISPATCHED
    return matters_in_scope(facts, basis), "requests"
