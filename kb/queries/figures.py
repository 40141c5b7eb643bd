"""The supervisor's first numbers: requests, resolved online, rate, by purpose and by unit.

One definition each, printed beside the figure: 在线办结率 = 在线办结 / 受理量 (无效除外).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.clock import day_start, local_day
from kb.models import Adoption, CitizenRequest, Unit, WorkOrder
from kb.terms import Outcome, Purpose


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both included, in the city's time."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """The span of the same length that ends the day before."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def received(self) -> ColumnElement[bool]:
        """The condition that a request was received in the span."""
        return self.covers(CitizenRequest.received_at)

    def covers(self, column: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """The condition that an instant lies in the span."""
        start, end = day_start(self.first), day_start(self.last + timedelta(days=1))
        return and_(column >= start, column < end)


def last_days(now: datetime, days: int) -> Span:
    """Today and the days before it."""
    today = local_day(now)
    return Span(today - timedelta(days=days - 1), today)


def rate(part: int, whole: int) -> Decimal | None:
    """A percentage, half-up to two decimals; None where there is nothing to divide."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Counts:
    """Requests of one group. ``invalid`` ones stand outside ``requests``."""

    requests: int = 0
    online: int = 0
    handed_over: int = 0
    open: int = 0
    invalid: int = 0

    @property
    def online_rate(self) -> Decimal | None:
        """在线办结率."""
        return rate(self.online, self.requests)


def _counts(by_outcome: Mapping[str, int]) -> Counts:
    online = by_outcome.get(Outcome.ONLINE, 0)
    handed = by_outcome.get(Outcome.HANDED_OVER, 0)
    waiting = by_outcome.get(Outcome.OPEN, 0)
    invalid = by_outcome.get(Outcome.INVALID, 0)
    return Counts(online + handed + waiting, online, handed, waiting, invalid)


def _grouped(session: Session, key: InstrumentedAttribute[str], span: Span) -> dict[object, Counts]:
    query = (
        select(key, CitizenRequest.outcome, func.count())
        .where(span.received())
        .group_by(key, CitizenRequest.outcome)
    )
    groups: dict[object, dict[str, int]] = {}
    for value, outcome, count in session.execute(query):
        groups.setdefault(value, {})[outcome] = count
    return {value: _counts(outcomes) for value, outcomes in groups.items()}


def totals(session: Session, span: Span) -> Counts:
    """All requests of the span."""
    query = (
        select(CitizenRequest.outcome, func.count())
        .where(span.received())
        .group_by(CitizenRequest.outcome)
    )
    return _counts(dict(session.execute(query).tuples()))


def by_purpose(session: Session, span: Span) -> list[tuple[Purpose, Counts]]:
    """Requests by 诉求目的, every purpose listed, also when it is zero."""
    groups = _grouped(session, CitizenRequest.purpose, span)
    return [(purpose, groups.get(purpose.value, Counts())) for purpose in Purpose]


def by_category(session: Session, span: Span) -> list[tuple[str, Counts]]:
    """Requests by first-level category, largest first; unfiled ones last as 未分类."""
    groups: dict[str, list[Counts]] = {}
    for value, counts in _grouped(session, CitizenRequest.category, span).items():
        groups.setdefault(str(value or "").split("/")[0] or "未分类", []).append(counts)
    summed = [(name, _sum(parts)) for name, parts in groups.items()]
    return sorted(summed, key=lambda row: (row[0] == "未分类", -row[1].requests, row[0]))


def _sum(parts: list[Counts]) -> Counts:
    return Counts(
        *(
            sum(getattr(part, name) for part in parts)
            for name in ("requests", "online", "handed_over", "open", "invalid")
        )
    )


@dataclass(frozen=True)
class UnitCounts:
    """What one unit's knowledge and orders did in the span."""

    unit_id: int
    unit: str
    online: int = 0
    orders: int = 0
    resolved: int = 0
    overdue: int = 0

    @property
    def resolve_rate(self) -> Decimal | None:
        """办结率 of the orders sent to the unit."""
        return rate(self.resolved, self.orders)


def by_unit(session: Session, span: Span, now: datetime) -> list[UnitCounts]:
    """Per unit: requests its entries resolved online, and the orders raised in the span."""
    online = _adoptions_by_unit(session, span)
    orders = _orders_by_unit(session, span, now)
    names = dict(session.execute(select(Unit.id, Unit.name)).tuples())
    rows = []
    for unit_id in online.keys() | orders.keys():
        total, resolved, overdue = orders.get(unit_id, (0, 0, 0))
        rows.append(
            UnitCounts(unit_id, names[unit_id], online.get(unit_id, 0), total, resolved, overdue)
        )
    return sorted(rows, key=lambda row: (-(row.online + row.orders), row.unit))


def _adoptions_by_unit(session: Session, span: Span) -> dict[int, int]:
    query = (
        select(Adoption.unit_id, func.count(func.distinct(Adoption.request_id)))
        .join(CitizenRequest, CitizenRequest.id == Adoption.request_id)
        .where(span.received(), Adoption.undone_at.is_(None))
        .group_by(Adoption.unit_id)
    )
    return dict(session.execute(query).tuples())


def _orders_by_unit(session: Session, span: Span, now: datetime) -> dict[int, tuple[int, int, int]]:
    is_resolved = WorkOrder.state == "resolved"
    query = (
        select(
            WorkOrder.unit_id,
            func.count(),
            func.sum(case((is_resolved, 1), else_=0)),
            func.sum(case((and_(~is_resolved, WorkOrder.due_at < now), 1), else_=0)),
        )
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(span.received(), WorkOrder.unit_id.is_not(None))
        .group_by(WorkOrder.unit_id)
    )
    return {
        unit_id: (total, resolved, overdue)
        for unit_id, total, resolved, overdue in session.execute(query)
    }


def by_day(session: Session, span: Span) -> list[tuple[date, Counts]]:
    """Requests per day of the span, days without any included."""
    query = select(CitizenRequest.received_at, CitizenRequest.outcome).where(span.received())
    days: dict[date, dict[str, int]] = {}
    for received_at, outcome in session.execute(query):
        counts = days.setdefault(local_day(received_at), {})
        counts[outcome] = counts.get(outcome, 0) + 1
    listed = [span.first + timedelta(days=offset) for offset in range(span.days)]
    return [(day, _counts(days.get(day, {}))) for day in listed]
