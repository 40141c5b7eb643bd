"""What figures know of a record: its traits and the instants of its life, in SQL; requests here."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

from kb.bulletins.populations import Population
from kb.bulletins.window import Column, Window
from kb.models import Adoption, CitizenRequest, WorkOrder
from kb.terms import Outcome

_OUTCOMES = {outcome.label: outcome.value for outcome in Outcome}
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
    """What the outcome was at the moment: what was answered or handed over later was still open."""
    stored = {one.value: CitizenRequest.outcome == one.value for one in Outcome}
    settled = {Outcome.ONLINE.value: _answered_at(), Outcome.HANDED_OVER.value: _handed_over_at()}
    then = {name: and_(stored[name], at <= window.moment) for name, at in settled.items()}
    later = (and_(stored[name], at > window.moment) for name, at in settled.items())
    return stored | then | {Outcome.OPEN.value: or_(stored[Outcome.OPEN.value], *later)}


def came_later(window: Window) -> Condition:
    """The condition that a request was answered or handed over after the moment."""
    request, as_of = CitizenRequest, window.moment
    return or_(
        and_(request.resolved_at > as_of, request.outcome == Outcome.ONLINE.value),
        and_(request.handed_over_at > as_of, request.outcome == Outcome.HANDED_OVER.value),
    )


def traits_of(outcome: str, window: Window, *, is_later: bool) -> frozenset[str]:
    """What :func:`requests` says in SQL of a request with this outcome.

    :param is_later: see :func:`came_later`; it was still open then.
    """
    then = Outcome.OPEN.value if is_later else outcome
    return frozenset({then} if then in left_out(window) else {then, "counted"})


def _answered_at() -> Column:
    return func.coalesce(CitizenRequest.resolved_at, CitizenRequest.received_at)


def _handed_over_at() -> Column:
    return func.coalesce(CitizenRequest.handed_over_at, CitizenRequest.received_at)


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
            "lost": and_(request.purpose.in_(window.basis.answerable), lost),
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
        Adoption.at <= window.moment,
        or_(Adoption.undone_at.is_(None), Adoption.undone_at > window.moment),
    )
