"""The address behind each figure: the list with the very conditions the figure was counted by."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import url_for

from kb.queries.figures import Span


@dataclass(frozen=True)
class Doors:
    """Addresses for the figures of one span."""

    span: Span

    def requests(self, **filters: object) -> str:
        """The 诉求台账: valid requests of the span unless an outcome is named."""
        values = {"outcome": "valid"} | filters
        return self._address("dispatch.ledger", values)

    def day(self, day: date, **filters: object) -> str:
        """The 诉求台账 of a single day."""
        return Doors(Span(day, day)).requests(**filters)

    def orders(self, **filters: object) -> str:
        """The worklist of the orders of the span's valid requests."""
        return self._address("dispatch.home", {"state": "all", "valid": 1} | filters)

    def unanswered(self, **filters: object) -> str:
        """The questions of the span that found no answer."""
        return self._address("supervision.unanswered", filters)

    def _address(self, endpoint: str, filters: dict[str, object]) -> str:
        values = {"from": self.span.first, "to": self.span.last, **filters}
        return f"{url_for(endpoint)}?{urlencode({k: v for k, v in values.items() if v})}"
