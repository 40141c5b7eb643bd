"""Filters of the two lists, read from an address; what is not understood is said, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kb.queries.figures import Span
from kb.queries.orders import (
    ALL,
    ASKS,
    FOLLOW_UP,
    HARD,
    OPEN,
    OVERDUE,
    SORTS,
    VALID,
    OrderFilter,
    RequestFilter,
)
from kb.terms import Outcome, Urgency
from kb.work_orders.facts import Ask
from kb.work_orders.state import OrderState

STATES = (*(state.value for state in OrderState), OPEN, OVERDUE, FOLLOW_UP, ASKS, HARD, ALL)
ORDER_NAMES = (
    "state",
    "unit",
    "undispatched",
    "valid",
    "category",
    "pending",
    "urgency",
    "q",
    "from",
    "to",
    "sort",
)
REQUEST_NAMES = (
    "from",
    "to",
    "purpose",
    "outcome",
    "category",
    "q",
    "unit",
    "credit",
    "credited_unit",
    "entry",
    "lost",
)
_USUAL_SORT = {"accepted": "created", "resolved": "-created", FOLLOW_UP: "created", ALL: "-created"}
CREDITS = {"entry": "采纳条目", "other": "其他在线答复"}


@dataclass
class Asked:
    """The values of an address, and sentences about those that were set aside."""

    values: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A trimmed value, at most 100 characters."""
        return self.values.get(name, "").strip()[:100]

    def one_of(self, name: str, known: tuple[str, ...], default: str = "") -> str:
        """A value from a list; anything else counts as the default and is said."""
        value = self.text(name)
        if value and value not in known:
            self.problems.append(f"没有“{value}”这个筛选项，已忽略")
            return default
        return value or default

    def number(self, name: str) -> int | None:
        """A row id."""
        value = self.text(name)
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            self.problems.append(f"“{value}”不是编号，已忽略")
            return None
        return int(value)

    def span(self) -> Span | None:
        """``from`` and ``to``, both days included; one alone is a single day."""
        first, last = self._day("from"), self._day("to")
        first, last = first or last, last or first
        if first is None or last is None:
            return None
        if last < first:
            self.problems.append("结束日期早于开始日期，已对调")
            first, last = last, first
        return Span(first, last)

    def _day(self, name: str) -> date | None:
        value = self.text(name)
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.problems.append(f"看不懂日期“{value}”，应写作 2026-05-07，已忽略")
            return None
        if not 2000 <= day.year <= 2100:
            self.problems.append(f"日期“{value}”不在 2000 年至 2100 年之间，已忽略")
            return None
        return day

    @property
    def page(self) -> int:
        """The page asked for, from 1."""
        value = self.text("page")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def order_filter(asked: Asked, *, default_state: str) -> OrderFilter:
    """The worklist an address asks for: what is due first, and what is settled latest, on top."""
    state = asked.one_of("state", STATES, default_state)
    usual = _USUAL_SORT.get(state, "due")
    return OrderFilter(
        state=state,
        unit_id=asked.number("unit"),
        is_undispatched=asked.text("undispatched") == "1",
        is_valid_only=asked.text("valid") == "1",
        category=asked.text("category"),
        pending=asked.one_of("pending", tuple(Ask)) if state == ASKS else "",
        urgency=asked.one_of("urgency", tuple(Urgency)),
        text=asked.text("q"),
        span=asked.span(),
        sort=asked.one_of("sort", SORTS, usual),
    )


def request_filter(asked: Asked) -> RequestFilter:
    """The ledger an address asks for."""
    return RequestFilter(
        span=asked.span(),
        purpose=asked.text("purpose"),
        outcome=asked.one_of("outcome", (*Outcome, VALID)),
        category=asked.text("category"),
        text=asked.text("q"),
        unit_id=asked.number("unit"),
        credit=asked.one_of("credit", tuple(CREDITS)),
        credited_unit_id=asked.number("credited_unit"),
        item_id=asked.number("entry"),
        is_lost=asked.text("lost") == "1",
    )
