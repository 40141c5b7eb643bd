"""What a report looks at: a period, the moment it is looked at, and a city's definitions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from kb.bulletins.basis import EVENTS, Basis
from kb.bulletins.basis_reading import PERIOD_END
from kb.bulletins.periods import Period
from kb.models import CitizenRequest, WorkOrder
from kb.terms import Outcome

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
_OUTCOMES = {outcome.label: outcome.value for outcome in Outcome}


@dataclass(frozen=True)
class Population:
    """Records of one kind: what holds for each at the moment, and when that came to be."""

    holds: ColumnElement[bool]
    moment: Column


@dataclass(frozen=True)
class Window:
    """A period as it stands at ``as_of``, by a city's definitions."""

    period: Period
    as_of: datetime
    basis: Basis

    @classmethod
    def of(cls, period: Period, basis: Basis, now: datetime) -> "Window":
        """The window at the moment that the basis names."""
        if basis.as_of == PERIOD_END:
            return cls(period, period.end, basis)
        return cls(period, basis.as_of if isinstance(basis.as_of, datetime) else now, basis)

    def on(self, other: Period) -> "Window":
        """The same view of another period, when that was as old as this one is."""
        return Window(other, other.moment_like(self.as_of, self.period), self.basis)

    @property
    def is_cohort(self) -> bool:
        """True when everything is counted for the requests received in the period."""
        return self.basis.cohort != EVENTS

    def in_span(self, column: Column) -> ColumnElement[bool]:
        """The condition that an instant lies in the period and is not after the moment."""
        return and_(column >= self.period.start, column < self.period.end, column <= self.as_of)

    def condition(self, population: Population) -> ColumnElement[bool]:
        """The condition that a record that :meth:`within` let through is of this population."""
        if self.is_cohort:
            return population.holds
        return and_(population.holds, self.in_span(population.moment))

    def within(self, populations: dict[str, Population]) -> ColumnElement[bool]:
        """The condition for all requests that any of these populations may count."""
        received = self.in_span(CitizenRequest.received_at)
        return received if self.is_cohort else self._any_moment(populations, received)

    def orders_within(self, populations: dict[str, Population]) -> ColumnElement[bool]:
        """The same for orders, whose request is joined: either side is found by its month."""
        received = self.in_span(CitizenRequest.received_at)
        own = and_(self.in_span(WorkOrder.received_at), received)
        return own if self.is_cohort else self._any_moment(populations, own)

    def _any_moment(
        self, populations: dict[str, Population], received: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        return or_(received, *(self.in_span(one.moment) for one in populations.values()))

    def is_counted(self) -> ColumnElement[bool]:
        """The condition that a request's outcome is none of those left out."""
        left_out = [_OUTCOMES[label] for label in self.basis.scope.exclude_outcomes]
        return CitizenRequest.outcome.not_in(left_out) if left_out else true()

    def in_channels(self) -> ColumnElement[bool]:
        """The condition that a request came by one of the channels that count."""
        channels = self.basis.scope.channels
        return CitizenRequest.channel.in_(channels) if channels is not None else true()
