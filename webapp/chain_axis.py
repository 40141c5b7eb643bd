"""The days along a picture: where each lies, and which are named under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FARTHEST = timedelta(days=6 * 365)
# Room before the first event and after the last, as a part of what lies between them.
_MARGIN = 0.04
_LEAST_MARGIN = timedelta(days=10)
_YEARLY, _QUARTERLY = timedelta(days=3 * 365), timedelta(days=200)


@dataclass(frozen=True)
class Axis:
    """From ``first`` to ``last`` in a picture between ``left`` and ``right``."""

    first: date
    last: date
    left: float
    right: float

    def place(self, day: date) -> float:
        """Where a day lies; what is out of the picture lies at its edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left), 1)

    def ticks(self, most: int) -> tuple[tuple[str, float], ...]:
        """At most so many beginnings of years, quarters or months, with their places."""
        long = self.last - self.first
        months = 12 if long > _YEARLY else 3 if long > _QUARTERLY else 1
        days = [day for day in self._months() if (day.month - 1) % months == 0]
        step = max(1, -(-len(days) // most))
        name = "%Y" if months == 12 else "%Y-%m"
        return tuple((day.strftime(name), self.place(day)) for day in days[::step])

    def _months(self) -> Iterable[date]:
        number = self.first.year * 12 + self.first.month - (self.first.day == 1)
        while (day := date(number // 12, number % 12 + 1, 1)) <= self.last:
            yield day
            number += 1


def axis_of(events: Iterable[date], today: date, left: float, right: float) -> Axis:
    """The axis from shortly before the first event to shortly after the last, today among them."""
    days = [day for day in events if day <= today + FARTHEST]
    first, last = min([*days, today]), max([*days, today])
    margin = max((last - first) * _MARGIN, _LEAST_MARGIN)
    return Axis(first - margin if first > date.min + margin else first, last + margin, left, right)
