"""Requests and orders as figures see them: their traits and the instants of their lives, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)

from kb.bulletins.basis import ASSISTING, LEAD
from kb.bulletins.populations import Population
from kb.bulletins.window import Column, Window
from kb.models import Adoption, CitizenRequest, WorkOrder, WorkOrderEvent, WorkOrderUnit
from kb.terms import Outcome, Satisfaction
from kb.work_orders.events import EventKind
from kb.work_orders.facts import PartRole

ROLE_CODES = {LEAD: PartRole.LEAD.value, ASSISTING: PartRole.ASSISTING.value}
_OUTCOMES = {outcome.label: outcome.value for outcome in Outcome}
_SAID = {member.label: member.value for member in Satisfaction}
_RATED = [member.value for member in Satisfaction if member is not Satisfaction.UNRATED]
_REDONE = (EventKind.SENT_BACK, EventKind.MERGE_TAKEN)
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Subject:
    """One kind of record: what may hold of it at the moment, and when things happened to it."""

    traits: Mapping[str, Condition]
    moments: Mapping[str, Column]

    def condition(self, population: Population, window: Window) -> Condition:
        """The condition that a record found by its period is of this population."""
        held = [self.traits[name] for name in sorted(population.traits)]
        missed = [_not(self.traits[name]) for name in sorted(population.without)]
        when = () if window.is_cohort else (window.in_span(self.moments[population.moment]),)
        return and_(True, *held, *missed, *when)


def _not(condition: Condition) -> Condition:
    # A comparison with an empty column is neither true nor false; both are "no" here.
    return not_(func.coalesce(condition, False))


def _outcomes_then(window: Window) -> dict[str, Condition]:
    """What the outcome was at the moment: what was answered online later was still open."""
    stored = {one.value: CitizenRequest.outcome == one.value for one in Outcome}
    online, answered_at = Outcome.ONLINE.value, _answered_at()
    return stored | {
        online: and_(stored[online], answered_at <= window.as_of),
        Outcome.OPEN.value: or_(
            stored[Outcome.OPEN.value], and_(stored[online], answered_at > window.as_of)
        ),
    }


def _answered_at() -> Column:
    return func.coalesce(CitizenRequest.resolved_at, CitizenRequest.received_at)


def left_out(window: Window) -> list[str]:
    """The outcomes that a city leaves out of its figures."""
    return [_OUTCOMES[label] for label in window.basis.scope.exclude_outcomes]


def requests(window: Window) -> Subject:
    """Requests; their traits but the last two follow from their outcome alone."""
    then, request = _outcomes_then(window), CitizenRequest
    # Correlated by name: they also stand in queries that join these tables themselves.
    credited = select(Adoption.id).where(is_credited(window)).correlate(request).exists()
    lost = (
        select(WorkOrder.id)
        .where(WorkOrder.request_id == request.id, WorkOrder.lost_item_id.is_not(None))
        .correlate(request)
        .exists()
    )
    return Subject(
        {
            "counted": not_(or_(false(), *(then[one] for one in left_out(window)))),
            **then,
            "credited": credited,
            "lost": lost,
        },
        {
            "received": request.received_at,
            "answered": _answered_at(),
        },
    )


def is_credited(window: Window) -> Condition:
    """The condition that an adoption answers its request and was not undone by the moment."""
    return and_(
        Adoption.request_id == CitizenRequest.id,
        Adoption.at <= window.as_of,
        or_(Adoption.undone_at.is_(None), Adoption.undone_at > window.as_of),
    )


@dataclass(frozen=True)
class Handling:
    """Orders in the hands of a unit: the lead, or a unit that assists with a clock of its own.

    :ivar source: joins all that the traits speak of, and the requests where they were asked for;
        to be given columns and conditions.
    """

    subject: Subject
    role: Column
    unit_id: Column
    source: Select[*tuple[Any, ...]]


def handlings(
    window: Window, roles: Sequence[str], *, with_requests: bool = False
) -> list[Handling]:
    """Who has orders in these roles (labels). An order of an old system may be assisting itself.

    :param with_requests: more is asked of their requests than an order repeats.
    """
    codes = [ROLE_CODES[role] for role in roles]
    source = select().select_from(WorkOrder)
    if with_requests or window.basis.subject is not None or _is_about_answers(window):
        source = source.join(CitizenRequest, _request_of_order(window))
    order, part = WorkOrder, WorkOrderUnit
    subject = _orders(window, order.acknowledge_due_at, order.acknowledged_at)
    found = [Handling(subject, order.role, order.unit_id, source.where(order.role.in_(codes)))]
    if ASSISTING in roles:
        source = source.join(part, part.order_id == order.id).where(
            part.role == PartRole.ASSISTING.value, part.until.is_(None)
        )
        subject = _orders(window, part.acknowledge_due_at, part.acknowledged_at)
        found.append(Handling(subject, literal(PartRole.ASSISTING.value), part.unit_id, source))
    return found


def _request_of_order(window: Window) -> Condition:
    same = CitizenRequest.id == WorkOrder.request_id
    # The month is said of both, so that either side is found by it.
    return and_(same, window.in_span(CitizenRequest.received_at)) if window.is_cohort else same


def _is_about_answers(window: Window) -> bool:
    """Tell whether it matters when a request was answered, which its orders do not repeat."""
    return not {Outcome.ONLINE.value, Outcome.OPEN.value}.isdisjoint(left_out(window))


def _of_counted_request(window: Window) -> Condition:
    if _is_about_answers(window):
        return requests(window).traits["counted"]
    return WorkOrder.request_outcome.not_in(left_out(window))


def _is_redone(window: Window) -> Condition:
    """The condition that an order was sent back to be redone, or took in a repeated appeal.

    Returns and reopens are counted on the order itself.
    """
    event = WorkOrderEvent
    # Written out, not bound: only so is the small index over these events used.
    kinds = event.kind.in_([literal_column(f"'{kind.value}'") for kind in _REDONE])
    redone = select(event.order_id).where(kinds, event.at <= window.as_of)
    if window.is_cohort:  # nothing happened to the orders of a month before it began
        redone = redone.where(event.at >= window.period.start)
    return WorkOrder.id.in_(redone)


def _orders(window: Window, sign_by: Column, signed: Column) -> Subject:
    order, as_of = WorkOrder, window.as_of
    called = order.followed_up_at <= as_of
    values = [_SAID[label] for label in window.basis.satisfied.values]
    return Subject(
        {
            "counted": _of_counted_request(window),
            "dispatched": and_(order.dispatched_at <= as_of, order.merged_into == ""),
            "acknowledged": signed <= as_of,
            "late_acknowledged": _late(signed, sign_by, window),
            "resolved": order.resolved_at <= as_of,
            "late_resolved": _late(order.resolved_at, order.due_at, window),
            "due": order.due_at <= as_of,
            "followed_up": called,
            "rated": order.satisfaction.in_(_RATED),
            "dissatisfied": order.satisfaction == Satisfaction.DISSATISFIED.value,
            "said": and_(called, order.satisfaction.in_(values)),
            "returned": order.returns > 0,
            "reopened": order.reopens > 0,
            "redone": _is_redone(window),
        },
        {
            "dispatched": order.dispatched_at,
            "acknowledged": signed,
            "acknowledge_due": sign_by,
            "resolved": order.resolved_at,
            "due": order.due_at,
            "followed_up": order.followed_up_at,
        },
    )


def _late(done_at: Column, due_at: Column, window: Window) -> Condition:
    """Done after the limit, or not done at the moment and past it."""
    return and_(due_at < window.as_of, or_(done_at.is_(None), done_at > due_at))


def with_traits(handling: Handling, traits: Mapping[str, Condition]) -> Handling:
    """The same handling, of whose orders more can be said."""
    known = replace(handling.subject, traits={**handling.subject.traits, **traits})
    return replace(handling, subject=known)
