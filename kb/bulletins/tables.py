"""Counts by the values of a few columns: what the database grouped, to be summed further."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

# What is counted of requests and of orders, as a document shows it.
REQUEST_COUNTS = (
    "received",
    "requests",
    "invalid",
    "resolved_online",
    "handed_over",
    "open",
)
ORDER_COUNTS = (
    "dispatched",
    "orders_resolved",
    "to_acknowledge",
    "acknowledged",
    "overdue_acknowledged",
    "overdue_resolved",
    "due",
    "followed_up",
    "rated",
    "satisfied",
    "dissatisfied",
    "returned",
    "reopened",
    "first_time_resolved",
    "acknowledged_on_time",
    "resolved_on_time",
)


class Counts(dict[str, int]):
    """Counts by population; what is not there is 0. Quicker to sum than a ``Counter``."""

    def __missing__(self, name: str) -> int:
        return 0

    @classmethod
    def of(cls, names: Iterable[str], counts: Iterable[int]) -> "Counts":
        """Counts from a row of the database: only what is not 0 needs to be summed further."""
        return cls({name: count for name, count in zip(names, counts, strict=True) if count})

    def add(self, other: "Counts") -> None:
        """Add the counts of another one."""
        for name, count in other.items():
            self[name] = self.get(name, 0) + count


@dataclass(frozen=True)
class Table:
    """Rows of counts; ``columns`` name the values that a row stands for.

    A row's counts are by population (kb.bulletins.populations), each a whole number.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], Counts], ...] = ()

    def where(self, column: str, holds: Callable[[str], bool]) -> "Table":
        """The rows whose value of a column is wanted."""
        at = self.columns.index(column)
        return Table(self.columns, tuple(row for row in self.rows if holds(row[0][at])))

    def renamed(self, column: str, name: Callable[[str], str]) -> "Table":
        """The same rows with other values in a column."""
        at = self.columns.index(column)
        known = {value: name(value) for value in {values[at] for values, _ in self.rows}}
        return Table(
            self.columns,
            tuple(
                ((*values[:at], known[values[at]], *values[at + 1 :]), counts)
                for values, counts in self.rows
            ),
        )

    def by(self, *columns: str) -> dict[tuple[str, ...], Counts]:
        """Sums by the values of these columns, in the order in which they first appear."""
        places = [self.columns.index(column) for column in columns]
        found: dict[tuple[str, ...], Counts] = {}
        for values, counts in self.rows:
            key = tuple([values[at] for at in places])
            if key in found:
                found[key].add(counts)
            else:
                found[key] = Counts(counts)
        return found

    def onto(self, *columns: str) -> "Table":
        """The table of these columns alone; quicker to sum than one with rows it tells apart."""
        return Table(columns, tuple(self.by(*columns).items()))

    def by_one(self, column: str) -> dict[str, Counts]:
        """Sums by the values of one column."""
        return {values[0]: counts for values, counts in self.by(column).items()}

    def total(self) -> Counts:
        """Sums over all rows."""
        total = Counts()
        for _, counts in self.rows:
            total.add(counts)
        return total

    def __add__(self, other: "Table") -> "Table":
        return Table(self.columns, (*self.rows, *other.rows))

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], Counts]]:
        return iter(self.rows)


def table_of(columns: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], Counts]]) -> Table:
    """A table from rows."""
    return Table(columns, tuple(rows))


@dataclass(frozen=True)
class CallDay:
    """The calls of a day."""

    day: date
    offered: int
    answered: int


@dataclass(frozen=True)
class Facts:
    """All that figures are computed from, of one period at one moment.

    :ivar requests: requests by channel, line and region, of every channel and outcome.
    :ivar purposes: the same requests by channel and purpose; ``categories`` by channel and
        category (a path).
    :ivar order_matters: dispatched orders in scope by purpose and category; empty unless shares
        need it.
    :ivar orders: orders by role (主办, 协办), unit and channel; ``seconds`` from dispatch to
        resolution, of the resolved ones, stands among the counts.
    :ivar topics: requests in scope by 专项.
    :ivar unit_kinds: the kind of each unit.
    :ivar offered: calls offered by the network; ``answered`` those taken; ``call_days`` how many
        days have a count; ``days`` how many days the daily average divides by.
    """

    requests: Table = field(default_factory=lambda: Table(("channel", "line", "region")))
    purposes: Table = field(default_factory=lambda: Table(("channel", "purpose")))
    categories: Table = field(default_factory=lambda: Table(("channel", "category")))
    order_matters: Table = field(default_factory=lambda: Table(("purpose", "category")))
    orders: Table = field(default_factory=lambda: Table(("role", "unit", "channel")))
    topics: Table = field(default_factory=lambda: Table(("topic",)))
    unit_kinds: dict[str, str] = field(default_factory=dict)
    offered: int = 0
    answered: int = 0
    call_days: int = 0
    days: int = 0
