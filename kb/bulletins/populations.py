"""The records that figures count: a population is the records with some traits and without others.

A trait is a condition in SQL. What is counted and what is listed is filtered by the same traits, so
a figure and the list it opens cannot differ.
"""

from dataclasses import dataclass, field

from kb.bulletins.basis import EXCEPT, Basis
from kb.bulletins.rates import is_counted, whole_of


@dataclass(frozen=True)
class Population:
    """Records with all of ``traits``, none of ``without``; ``moment`` is when that came to be."""

    traits: frozenset[str]
    moment: str
    without: frozenset[str] = field(default=frozenset())


Populations = dict[str, Population]


def _of(moment: str, *traits: str, without: tuple[str, ...] = ()) -> Population:
    return Population(frozenset(traits), moment, frozenset(without))


# Of requests (traits: kb.bulletins.subjects).
REQUESTS: Populations = {
    "received": _of("received"),
    "requests": _of("received", "counted"),
    "invalid": _of("received", "invalid"),
    "resolved_online": _of("answered", "counted", "online"),
    "handed_over": _of("received", "counted", "handed_over"),
    "open": _of("received", "counted", "open"),
}
# What the library did for them: answered by an entry or without one, lost though it held one.
KNOWLEDGE: Populations = {
    "credited": _of("answered", "counted", "online", "credited"),
    "answered_otherwise": _of("answered", "counted", "online", without=("credited",)),
    "lost": _of("received", "counted", "handed_over", "lost"),
}
_SENT = ("counted", "dispatched")
# Of orders. A merged order counts with the one it was merged into.
_ORDERS: Populations = {
    "dispatched": _of("dispatched", *_SENT),
    "to_acknowledge": _of("dispatched", *_SENT, "to_acknowledge"),
    "acknowledged": _of("acknowledged", *_SENT, "acknowledged"),
    "overdue_acknowledged": _of("acknowledge_due", *_SENT, "late_acknowledged"),
    "orders_resolved": _of("resolved", *_SENT, "resolved"),
    "overdue_resolved": _of("due", *_SENT, "late_resolved"),
    "due": _of("due", *_SENT, "due"),
    "followed_up": _of("followed_up", *_SENT, "followed_up"),
    "rated": _of("followed_up", *_SENT, "followed_up", "rated"),
    "dissatisfied": _of("followed_up", *_SENT, "followed_up", "dissatisfied"),
    "returned": _of("dispatched", *_SENT, "returned"),
    "reopened": _of("dispatched", *_SENT, "reopened"),
    "first_time_resolved": _of(
        "resolved", *_SENT, "resolved", without=("returned", "reopened", "redone")
    ),
}


def order_populations(basis: Basis) -> dict[str, Population]:
    """Populations of orders; some depend on what a city divides by, or calls satisfied."""
    signed = _ORDERS[whole_of("acknowledged_on_time_rate", basis)]
    finished = _ORDERS[whole_of("resolved_on_time_rate", basis)]
    asked = _ORDERS[whole_of("satisfaction_rate", basis)]
    if basis.satisfied.mode == EXCEPT:
        satisfied = _without(asked, "said")
    else:
        satisfied = Population(asked.traits | {"said"}, "followed_up")
    return {
        **{name: one for name, one in _ORDERS.items() if is_counted(name, basis)},
        "acknowledged_on_time": _without(signed, "late_acknowledged"),
        "resolved_on_time": _without(finished, "late_resolved"),
        "satisfied": satisfied,
    }


def _without(whole: Population, trait: str) -> Population:
    return Population(whole.traits, whole.moment, whole.without | {trait})
