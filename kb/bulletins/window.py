"""What a report looks at: a period, the moment it is looked at, and a city's definitions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from kb.bulletins.basis import EVENTS, Basis
from kb.bulletins.basis_reading import PERIOD_END
from kb.bulletins.conditions import in_topic
from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.db import UtcDateTime
from kb.models import CitizenRequest, WorkOrder

_MINUTE = timedelta(minutes=1)
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Window:
    """A period as it stands at ``as_of``, by a city's definitions."""

    period: Period
    as_of: datetime
    basis: Basis

    @classmethod
    def of(cls, period: Period, basis: Basis, now: datetime) -> "Window":
        """The window at the moment that the basis names, which is never later than now.

        What is not due yet must not be looked at as if its day had passed.
        """
        named = period.end if basis.as_of == PERIOD_END else basis.as_of
        return cls(period, min(named, now) if isinstance(named, datetime) else now, basis)

    def on(self, other: Period) -> "Window":
        """The same view of another period, when that was as old as this one is."""
        return Window(other, other.moment_like(self.as_of, self.period), self.basis)

    @cached_property
    def moment(self) -> BindParameter[datetime]:
        """``as_of`` in SQL; one parameter however often a query speaks of it."""
        return literal(self.as_of, UtcDateTime())

    @cached_property
    def start(self) -> BindParameter[datetime]:
        """The first instant of the period in SQL."""
        return literal(self.period.start, UtcDateTime())

    @cached_property
    def end(self) -> BindParameter[datetime]:
        """The first instant after the period in SQL."""
        return literal(self.period.end, UtcDateTime())

    @property
    def last_begun(self) -> date:
        """The last day of the period that had begun at the moment."""
        return min(self.period.last, local_day(self.as_of))

    @property
    def last_over(self) -> date:
        """The last day of the period that was over at the moment, which may lie before its first;
        a day's last minute is its end."""
        return min(self.period.last, local_day(self.as_of + _MINUTE) - timedelta(days=1))

    @property
    def is_cohort(self) -> bool:
        """True when everything is counted for the requests received in the period."""
        return self.basis.cohort != EVENTS

    def in_span(self, column: Column) -> ColumnElement[bool]:
        """The condition that an instant lies in the period and is not after the moment."""
        return and_(column >= self.start, column < self.end, column <= self.moment)

    def of_requests(self, moments: Iterable[Column]) -> ColumnElement[bool]:
        """The condition for all requests that may count, by any of these instants of theirs."""
        return self._any(self.in_span(CitizenRequest.received_at), moments)

    def of_orders(self, moments: Iterable[Column]) -> ColumnElement[bool]:
        """The same for orders; of a 专项 their requests must be joined."""
        return self._any(self.in_span(WorkOrder.received_at), moments)

    def _any(self, received: ColumnElement[bool], moments: Iterable[Column]) -> ColumnElement[bool]:
        found = received if self.is_cohort else or_(received, *map(self.in_span, moments))
        subject = self.basis.subject
        return found if subject is None else and_(found, in_topic(subject, self.basis))

    def in_channels(self, channel: Column = CitizenRequest.channel) -> ColumnElement[bool]:
        """The condition that a request, or an order's, came by one of the channels that count."""
        channels = self.basis.scope.channels
        if channels is None:
            return true()
        return channel.in_(self.basis.stored("channels", channels))
