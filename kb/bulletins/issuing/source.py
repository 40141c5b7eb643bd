"""The figures a bulletin is made of: a stored document, every number by its address."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from kb.bulletins.addresses import join, split
from kb.bulletins.basis import REQUESTS
from kb.bulletins.dictionary import COUNT, TOTALS
from kb.bulletins.issuing.parts import Figure, Number
from kb.bulletins.issuing.wording import PeriodWords, fixed, plain, words_of
from kb.bulletins.periods import Period
from kb.bulletins.tracing import numbers_in
from kb.errors import InvalidInput

Row = Mapping[str, Any]
_BEFORE = {"previous": "环比", "last_year": "同比"}


class NoSuchFigure(InvalidInput):
    """Raised when a text names a figure that these figures do not have."""

    code = "no_such_figure"


class Source:
    """A figures document as plain numbers (:func:`kb.bulletins.reporting.as_json`)."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def numbers(self) -> Mapping[str, Number]:
        """Every number by its address."""
        found = {name: _number(value) for name, value in numbers_in(self.document)}
        for matter in self.rows("matters"):
            path = ("matters", matter["name"])
            found[join((*path, "count"))] = matter["count"]
            if matter["previous"] is not None:
                found[join((*path, "previous"))] = matter["previous"]
        return found

    @cached_property
    def period(self) -> Period:
        """The days it is about."""
        span = self.document["period"]
        return Period(date.fromisoformat(span["from"]), date.fromisoformat(span["to"]))

    @cached_property
    def words(self) -> PeriodWords:
        """The period in words."""
        return words_of(self.period)

    @property
    def counts_parts(self) -> bool:
        """Whether units are counted with their assisting parts, orders without: 承办件次."""
        roles = self.document["definitions"]["roles"]
        return bool(roles["by_unit"] != roles["totals"])

    @property
    def load(self) -> str:
        """What a unit's share of the work is called."""
        return "承办件次" if self.counts_parts else "工单量"

    @property
    def as_of(self) -> datetime:
        """The moment the orders were looked at."""
        return datetime.fromisoformat(self.document["as_of"])

    @property
    def decimals(self) -> int:
        """How many decimals rates have."""
        decimals: int = self.document["definitions"]["rounding"]["decimals"]
        return decimals

    def rows(self, *path: str) -> Sequence[Row]:
        """A list of the document, empty where there is none."""
        found: Any = self.document
        for name in path:
            found = found.get(name, {})
        return found or ()

    def has(self, *parts: str) -> bool:
        """Tell whether there is such a number."""
        return join(parts) in self.numbers

    def count(self, *parts: str) -> Number:
        """The number at an address, 0 where there is none."""
        return self.numbers.get(join(parts), 0)

    def figure(self, address: str) -> Figure:
        """A figure as it reads in a sentence, with %, 个百分点 or its comparing words.

        :raises NoSuchFigure: there is no such number.
        """
        if address not in self.numbers:
            raise NoSuchFigure(f"这一期的数字里没有“{address}”")
        value, parts = self.numbers[address], split(address)
        if parts[0] == "compare" and parts[-1] in ("change", "rate"):
            return Figure(address, value, self._compared(parts, value or 0))
        if is_rate(parts):
            return Figure(address, value, f"{self.share(value)}%")
        return Figure(address, value, plain(value))

    def share(self, value: Number) -> str:
        """A percentage or points without the sign, the same in texts, tables and charts."""
        return fixed(value, self.decimals)

    @property
    def daily_average_of(self) -> str:
        """What 日均 averages: ``offered``, ``answered`` or ``requests``."""
        of: str = self.document["definitions"]["daily_average"]["of"]
        return of

    def _unit(self, parts: Sequence[str]) -> str:
        """What the change of a count is counted in: calls in 个, hours in 小时, rows in 件."""
        of_requests = parts[3] == "daily_average" and self.daily_average_of == REQUESTS
        return COUNT if of_requests or parts[2] != "totals" else TOTALS[parts[3]].unit

    def _compared(self, parts: Sequence[str], value: int | float) -> str:
        of_totals = parts[2] == "totals"
        points = parts[-1] == "change" and is_rate([part for part in parts if part != "change"])
        if points or parts[-1] == "rate":
            size = self.share(abs(value)) + ("个百分点" if points else "%")
        else:
            size = plain(abs(value)) + self._unit(parts)
        against = _BEFORE[parts[1]]
        if of_totals and parts[1] == "previous":
            against = f"较{self.words.before}"
        if not value:
            return f"{against.replace('较', '与')}持平"
        up, down = ("提高", "降低") if points else ("增加", "减少")
        return f"{against}{up if value > 0 else down}{size}"


def _number(value: int | float | Decimal) -> int | float:
    return float(value) if isinstance(value, Decimal) else value


def is_rate(parts: Sequence[str]) -> bool:
    """Tell whether an address is of a percentage."""
    if parts[-1] == "previous":
        parts = parts[:-1]
    return parts[-1] in ("share", "rate", "dispatched_share") or parts[-1].endswith("_rate")
