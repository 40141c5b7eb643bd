"""The period of a report, the one before it of equal kind, and the same one of last year."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from kb.clock import day_start, local_day

_MONTHS = 12
_WEEK, _YEAR_OF_WEEKS, _MONDAY = 7, 52, 0


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included, in the city's time."""

    first: date
    last: date

    @classmethod
    def last_days(cls, now: datetime, days: int) -> "Period":
        """Today and the days before it, so many in all."""
        today = local_day(now)
        return cls(today - timedelta(days=days - 1), today)

    @classmethod
    def week_of(cls, day: date) -> "Period":
        """Monday to Sunday."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=_WEEK - 1))

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The calendar month."""
        return cls(day.replace(day=1), _month_end(day))

    @property
    def days(self) -> int:
        """How many calendar days."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first instant."""
        return day_start(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return day_start(self.last + timedelta(days=1))

    def covers(
        self, column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    ) -> ColumnElement[bool]:
        """The condition that a stored instant lies in it."""
        return and_(column >= self.start, column < self.end)

    def each_day(self) -> Iterator[date]:
        """Its days in order."""
        return (self.first + timedelta(days=at) for at in range(self.days))

    @property
    def months(self) -> int:
        """How many whole calendar months it is; 0 when it is not made of whole months."""
        if self.first.day != 1 or self.last != _month_end(self.last):
            return 0
        return _month_number(self.last) - _month_number(self.first) + 1

    def previous(self) -> "Period":
        """The preceding period of equal kind (环比): as many whole months, else as many days."""
        if self.months:
            return self._moved(-self.months)
        span = timedelta(days=self.days)
        return Period(self.first - span, self.last - span)

    def last_year(self) -> "Period":
        """The same period of last year (同比); of a week from Monday to Sunday the one 52 weeks
        before, which was reported on. Any other days are the same dates: a holiday stays one."""
        if self.months:
            return self._moved(-_MONTHS)
        if self.days == _WEEK and self.first.weekday() == _MONDAY:
            span = timedelta(weeks=_YEAR_OF_WEEKS)
            return Period(self.first - span, self.last - span)
        return Period(_year_before(self.first), _year_before(self.last))

    def _moved(self, months: int) -> "Period":
        first = _month_start(_month_number(self.first) + months)
        last = _month_end(_month_start(_month_number(self.last) + months))
        return Period(first, last)

    def moment_like(self, as_of: datetime, of: "Period") -> datetime:
        """The moment that is to this period what ``as_of`` is to ``of``.

        One that is over is looked at as long after its end, so that both are equally old; one that
        still runs as long after its start, as months differ in length.
        """
        if as_of < of.end:
            return min(self.end, self.start + (as_of - of.start))
        return self.end + (as_of - of.end)


def _month_number(day: date) -> int:
    return day.year * _MONTHS + day.month - 1


def _month_start(number: int) -> date:
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year_before(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
