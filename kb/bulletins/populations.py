"""The records that figures count, each population as one condition.

A figure and the list it opens use the same condition, so they cannot differ.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, and_, func, literal_column, not_, or_, select, true

from kb.bulletins.basis import EXCEPT
from kb.bulletins.rates import STEPS
from kb.bulletins.window import Column, Population, Window
from kb.models import Adoption, CitizenRequest, WorkOrder, WorkOrderEvent, WorkOrderUnit
from kb.terms import Outcome, Satisfaction
from kb.work_orders.events import EventKind
from kb.work_orders.facts import PartRole

_REDONE = (EventKind.SENT_BACK, EventKind.MERGE_TAKEN)
_CODES = {member.label: member.value for member in Satisfaction}
_RATED = tuple(member.value for member in Satisfaction if member is not Satisfaction.UNRATED)


def request_populations(window: Window) -> dict[str, Population]:
    """Populations of requests by name."""
    request, as_of = CitizenRequest, window.as_of
    counted = window.is_counted()
    received = request.received_at
    answered = func.coalesce(request.resolved_at, received)
    is_online = request.outcome == Outcome.ONLINE.value
    online = and_(counted, is_online, answered <= as_of)
    waiting = or_(request.outcome == Outcome.OPEN.value, and_(is_online, answered > as_of))
    handed = and_(counted, request.outcome == Outcome.HANDED_OVER.value)
    invalid = request.outcome == Outcome.INVALID.value
    return {
        "received": Population(true(), received),
        "requests": Population(counted, received),
        "resolved_online": Population(online, answered),
        "handed_over": Population(handed, received),
        "open": Population(and_(counted, waiting), received),
        "invalid": Population(invalid, received),
    }


def is_credited(window: Window) -> ColumnElement[bool]:
    """The condition that an adoption answers its request and was not undone by the moment."""
    return and_(
        Adoption.request_id == CitizenRequest.id,
        Adoption.at <= window.as_of,
        or_(Adoption.undone_at.is_(None), Adoption.undone_at > window.as_of),
    )


def knowledge_populations(window: Window) -> dict[str, Population]:
    """What the library did for requests: answered by an entry, and lost though it held one."""
    known = request_populations(window)
    # Correlated by name: they also stand in queries that join these tables themselves.
    credited = select(Adoption.id).where(is_credited(window)).correlate(CitizenRequest).exists()
    lost = (
        select(WorkOrder.id)
        .where(WorkOrder.request_id == CitizenRequest.id, WorkOrder.lost_item_id.is_not(None))
        .correlate(CitizenRequest)
        .exists()
    )
    online, handed = known["resolved_online"], known["handed_over"]
    return {
        "credited": Population(and_(online.holds, credited), online.moment),
        "lost": Population(and_(handed.holds, lost), handed.moment),
    }


def redone_orders(window: Window) -> Subquery:
    """The orders that were sent back to be redone, or took in a repeated appeal.

    Returns and reopens are counted on the order itself.
    """
    # Written out, not bound: only so is the small index over these events used.
    is_redone = WorkOrderEvent.kind.in_([literal_column(f"'{kind.value}'") for kind in _REDONE])
    return (
        select(WorkOrderEvent.order_id)
        .where(is_redone, WorkOrderEvent.at <= window.as_of)
        .distinct()
        .subquery("redone")
    )


@dataclass(frozen=True)
class Handling:
    """A unit's share in an order: the lead's, or an assisting unit's with a clock of its own."""

    unit_id: Column
    acknowledge_due_at: Column
    acknowledged_at: Column


def led() -> Handling:
    """The handling by the unit that an order was sent to."""
    return Handling(WorkOrder.unit_id, WorkOrder.acknowledge_due_at, WorkOrder.acknowledged_at)


def assisted() -> Handling:
    """The handling by a unit that assists the lead of the same order."""
    part = WorkOrderUnit
    return Handling(part.unit_id, part.acknowledge_due_at, part.acknowledged_at)


def is_assisting() -> tuple[ColumnElement[bool], ...]:
    """The conditions for a part that a unit has in an order as one that assists."""
    return WorkOrderUnit.role == PartRole.ASSISTING.value, WorkOrderUnit.until.is_(None)


def order_populations(
    window: Window, handling: Handling, redone: Subquery
) -> dict[str, Population]:
    """Populations of orders by name. A merged order counts with the one it was merged into.

    :param redone: :func:`redone_orders`, outer-joined to the orders.
    """
    order, as_of = WorkOrder, window.as_of
    acknowledged_at, acknowledge_due = handling.acknowledged_at, handling.acknowledge_due_at
    dispatched = and_(window.is_counted(), order.dispatched_at <= as_of, order.merged_into == "")
    acknowledged = and_(dispatched, acknowledged_at <= as_of)
    resolved = and_(dispatched, order.resolved_at <= as_of)
    due = and_(dispatched, order.due_at <= as_of)
    late_signed = and_(dispatched, _late(acknowledged_at, acknowledge_due, window))
    late = and_(dispatched, _late(order.resolved_at, order.due_at, window))
    followed = and_(dispatched, order.followed_up_at <= as_of)
    rated = and_(followed, order.satisfaction.in_(_RATED))
    dissatisfied = and_(followed, order.satisfaction == Satisfaction.DISSATISFIED.value)
    untroubled = and_(order.returns == 0, order.reopens == 0, redone.c.order_id.is_(None))
    known = {
        "dispatched": Population(dispatched, order.dispatched_at),
        "acknowledged": Population(acknowledged, acknowledged_at),
        "overdue_acknowledged": Population(late_signed, acknowledge_due),
        "orders_resolved": Population(resolved, order.resolved_at),
        "overdue_resolved": Population(late, order.due_at),
        "due": Population(due, order.due_at),
        "followed_up": Population(followed, order.followed_up_at),
        "rated": Population(rated, order.followed_up_at),
        "dissatisfied": Population(dissatisfied, order.followed_up_at),
        "returned": Population(and_(dispatched, order.returns > 0), order.dispatched_at),
        "reopened": Population(and_(dispatched, order.reopens > 0), order.dispatched_at),
        "first_time_resolved": Population(and_(resolved, untroubled), order.resolved_at),
    }
    return known | _by_choice(window, known)


def _late(done_at: Column, due_at: Column, window: Window) -> ColumnElement[bool]:
    """Done after the limit, or not done at the moment and past it."""
    return and_(due_at < window.as_of, or_(done_at.is_(None), done_at > due_at))


def denominator_of(window: Window, rate: str) -> str:
    """The population of orders that a rate is divided by."""
    return STEPS[window.basis.denominators[rate]]


def _by_choice(window: Window, known: dict[str, Population]) -> dict[str, Population]:
    """Numerators that depend on what the city divides by, or on who counts as satisfied."""
    signed = known[denominator_of(window, "acknowledged_on_time_rate")]
    finished = known[denominator_of(window, "resolved_on_time_rate")]
    asked = known[denominator_of(window, "satisfaction_rate")]
    values = [_CODES[label] for label in window.basis.satisfied.values]
    said = and_(known["followed_up"].holds, WorkOrder.satisfaction.in_(values))
    if window.basis.satisfied.mode == EXCEPT:
        satisfied = Population(and_(asked.holds, _not(said)), asked.moment)
    else:
        satisfied = Population(and_(asked.holds, said), WorkOrder.followed_up_at)
    late_signed, late = known["overdue_acknowledged"], known["overdue_resolved"]
    return {
        "acknowledged_on_time": _without(signed, late_signed),
        "resolved_on_time": _without(finished, late),
        "satisfied": satisfied,
    }


def _without(whole: Population, part: Population) -> Population:
    return Population(and_(whole.holds, _not(part.holds)), whole.moment)


def _not(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    # A comparison with an empty column is neither true nor false; both are "no" here.
    return not_(func.coalesce(condition, False))
