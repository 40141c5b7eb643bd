"""Requests and orders as figures see them: their traits and the instants of their lives, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
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


def is_answered_later(window: Window) -> Condition:
    """The condition that a request, should it be answered online, was so only after the moment."""
    return func.coalesce(CitizenRequest.resolved_at, CitizenRequest.received_at) > window.as_of


def outcome_at(stored: str, *, is_later: bool) -> str:
    """The outcome as it stood at the moment: what was answered later was still open."""
    return Outcome.OPEN.value if is_later and stored == Outcome.ONLINE.value else stored


def _outcome_then(window: Window) -> ColumnElement[str]:
    """:func:`outcome_at` in SQL."""
    outcome = CitizenRequest.outcome
    later = and_(outcome == Outcome.ONLINE.value, is_answered_later(window))
    return case((later, Outcome.OPEN.value), else_=outcome)


def left_out(window: Window) -> list[str]:
    """The outcomes that a city leaves out of its figures."""
    return [_OUTCOMES[label] for label in window.basis.scope.exclude_outcomes]


def requests(window: Window) -> Subject:
    """Requests; their traits but the last two follow from their outcome alone."""
    then, request = _outcome_then(window), CitizenRequest
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
            "counted": then.not_in(left_out(window)),
            **{outcome.value: then == outcome.value for outcome in Outcome},
            "credited": credited,
            "lost": lost,
        },
        {
            "received": request.received_at,
            "answered": func.coalesce(request.resolved_at, request.received_at),
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

    :ivar source: joins all that the traits speak of; to be given columns and conditions.
    """

    subject: Subject
    role: Column
    unit_id: Column
    source: Select[*tuple[Any, ...]]


def handlings(window: Window, roles: Sequence[str]) -> list[Handling]:
    """Who has orders in these roles (labels). An order of an old system may be assisting itself."""
    redone = _redone(window)
    codes = [ROLE_CODES[role] for role in roles]
    source = (
        select()
        .select_from(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .outerjoin(redone, redone.c.order_id == WorkOrder.id)
    )
    order, part = WorkOrder, WorkOrderUnit
    subject = _orders(window, redone, order.acknowledge_due_at, order.acknowledged_at)
    found = [Handling(subject, order.role, order.unit_id, source.where(order.role.in_(codes)))]
    if ASSISTING in roles:
        source = source.join(part, part.order_id == order.id).where(
            part.role == PartRole.ASSISTING.value, part.until.is_(None)
        )
        subject = _orders(window, redone, part.acknowledge_due_at, part.acknowledged_at)
        found.append(Handling(subject, literal(PartRole.ASSISTING.value), part.unit_id, source))
    return found


def _redone(window: Window) -> Subquery:
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


def _orders(window: Window, redone: Subquery, sign_by: Column, signed: Column) -> Subject:
    order, as_of = WorkOrder, window.as_of
    called = order.followed_up_at <= as_of
    values = [_SAID[label] for label in window.basis.satisfied.values]
    return Subject(
        {
            "counted": requests(window).traits["counted"],
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
            "redone": redone.c.order_id.is_not(None),
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
