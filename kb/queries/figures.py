"""The supervisor's first numbers: requests, resolved online, rate, by purpose and by unit.

One definition each (:data:`DEFINITIONS`, printed with the figures): 在线办结率 = 在线办结 / 受理量
(无效除外). The conditions behind a figure are functions of their own, so that the list a figure
opens is filtered by exactly the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.clock import day_start, local_day
from kb.models import (
    Adoption,
    CitizenRequest,
    KnowledgeItem,
    KnowledgeVersion,
    SearchRecord,
    Unit,
    WorkOrder,
)
from kb.services.work_orders import is_open
from kb.terms import Outcome, Purpose

UNFILED = "未分类"

# Figure, how it is worked out, and what to know about it.
DEFINITIONS = (
    ("受理量", "时段内受理的诉求，无效除外", "按受理时刻归入北京时间的自然日；时段含首尾两日。"),
    ("在线办结", "结果为“在线办结”的诉求", "撤销采纳的诉求恢复为处理中，不再计入。"),
    (
        "在线办结率",
        "在线办结 ÷ 受理量 × 100%",
        "四舍五入到两位小数；受理量为 0 时不计算，显示“—”。",
    ),
    ("采纳条目", "在线办结中，有未撤销的采纳记录的诉求", "记在被采纳条目当时所属的单位名下。"),
    ("其他在线答复", "在线办结 − 采纳条目", "坐席直接答复，没有用到条目。"),
    ("转办量", "结果为“转办”的诉求", "一件诉求计 1 次，与派给几个单位无关。"),
    ("处理中", "既未办结也未转办的诉求", "受理量 = 在线办结 + 转办量 + 处理中。"),
    (
        "工单、办结、超期",
        "时段内受理的诉求所转的工单，记在现承办单位名下",
        "办结率 = 已办结 ÷ 工单；超期 = 还没有办结、且已过办结时限。",
    ),
    (
        "库中有答案仍转办",
        "转工单时屏幕上有答案条目的诉求",
        "全部答上时的办结率 =（在线办结 + 这些诉求）÷ 受理量。",
    ),
    ("没有答案的提问", "检索后没有答案的提问次数", "按提问时刻归日；同一句话问几次计几次。"),
    (
        "较上一时段",
        "率用百分点相减；件数用（本期 − 上期）÷ 上期",
        "上一时段是紧挨着的同样天数；上期为 0 时不计算。今天尚未过完，与昨天全天相比。",
    ),
)


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


def is_valid() -> ColumnElement[bool]:
    """The condition that a request counts at all: 无效 ones stand outside every figure."""
    return CitizenRequest.outcome != Outcome.INVALID.value


def credited(*, unit_id: int | None = None, item_id: int | None = None) -> ColumnElement[bool]:
    """The condition that an entry answered the request: online, by an adoption not undone."""
    conditions = [Adoption.request_id == CitizenRequest.id, Adoption.undone_at.is_(None)]
    if unit_id is not None:
        conditions.append(Adoption.unit_id == unit_id)
    if item_id is not None:
        conditions.append(Adoption.item_id == item_id)
    is_online = CitizenRequest.outcome == Outcome.ONLINE.value
    return and_(is_online, exists().where(*conditions))


def was_lost() -> ColumnElement[bool]:
    """The condition that the library held an answer although the request became an order."""
    lost = exists().where(
        WorkOrder.request_id == CitizenRequest.id, WorkOrder.lost_item_id.is_not(None)
    )
    return and_(CitizenRequest.outcome == Outcome.HANDED_OVER.value, lost)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """The condition that an order is not resolved although its time has run out."""
    return and_(is_open(), WorkOrder.due_at < now)


def in_category(name: str) -> ColumnElement[bool]:
    """The condition that a request is filed under this first-level category or exact path."""
    if name == UNFILED:
        return CitizenRequest.category == ""
    return or_(
        CitizenRequest.category == name,
        CitizenRequest.category.startswith(f"{name}/", autoescape=True),
    )


def last_days(now: datetime, days: int) -> Span:
    """Today and the days before it."""
    today = local_day(now)
    return Span(today - timedelta(days=days - 1), today)


def rate(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
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
    return _counts(dict(session.execute(query).all()))


def by_purpose(session: Session, span: Span) -> list[tuple[str, Counts]]:
    """Requests by stored 诉求目的: every one of ours, also when it is zero, then a city's own."""
    groups = _grouped(session, CitizenRequest.purpose, span)
    ours = [purpose.value for purpose in Purpose]
    own = sorted(str(value) for value in groups if value not in ours)
    return [(value, groups.get(value, Counts())) for value in (*ours, *own)]


def by_category(session: Session, span: Span) -> list[tuple[str, Counts]]:
    """Requests by first-level category, largest first; unfiled ones last as 未分类."""
    groups: dict[str, list[Counts]] = {}
    for value, counts in _grouped(session, CitizenRequest.category, span).items():
        groups.setdefault(str(value or "").split("/")[0] or UNFILED, []).append(counts)
    summed = [(name, _sum(parts)) for name, parts in groups.items()]
    return sorted(summed, key=lambda row: (row[0] == UNFILED, -row[1].requests, row[0]))


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
    """Per unit: requests its entries resolved online, and the orders it holds of the span."""
    online = _adoptions_by_unit(session, span)
    orders = _orders_by_unit(session, span, now)
    names = dict(session.execute(select(Unit.id, Unit.name)).all())
    rows = []
    for unit_id in online.keys() | {unit_id for unit_id in orders if unit_id is not None}:
        total, resolved, overdue = orders.get(unit_id, (0, 0, 0))
        rows.append(
            UnitCounts(unit_id, names[unit_id], online.get(unit_id, 0), total, resolved, overdue)
        )
    return sorted(rows, key=lambda row: (-(row.online + row.orders), row.unit))


def _adoptions_by_unit(session: Session, span: Span) -> dict[int, int]:
    query = (
        select(Adoption.unit_id, func.count(func.distinct(Adoption.request_id)))
        .join(CitizenRequest, CitizenRequest.id == Adoption.request_id)
        .where(
            span.received(),
            CitizenRequest.outcome == Outcome.ONLINE.value,
            Adoption.undone_at.is_(None),
        )
        .group_by(Adoption.unit_id)
    )
    return dict(session.execute(query).all())


def _orders_by_unit(
    session: Session, span: Span, now: datetime
) -> dict[int | None, tuple[int, int, int]]:
    is_resolved = WorkOrder.resolved_at.is_not(None)
    query = (
        select(
            WorkOrder.unit_id,
            func.count(),
            func.sum(case((is_resolved, 1), else_=0)),
            func.sum(case((is_overdue(now), 1), else_=0)),
        )
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(span.received(), is_valid())
        .group_by(WorkOrder.unit_id)
    )
    return {
        unit_id: (total, resolved, overdue)
        for unit_id, total, resolved, overdue in session.execute(query)
    }


@dataclass(frozen=True)
class OrderCounts:
    """Orders of the span's requests, whoever holds them."""

    orders: int = 0
    resolved: int = 0
    overdue: int = 0
    # Nobody's for the moment: not yet dispatched, or returned and to be dispatched anew.
    undispatched: int = 0

    @property
    def resolve_rate(self) -> Decimal | None:
        """办结率 of all orders."""
        return rate(self.resolved, self.orders)


def order_totals(session: Session, span: Span, now: datetime) -> OrderCounts:
    """All orders of the span; the units' rows and ``undispatched`` add up to ``orders``."""
    groups = _orders_by_unit(session, span, now)
    sums = [sum(column) for column in zip(*groups.values(), strict=True)] or [0, 0, 0]
    return OrderCounts(sums[0], sums[1], sums[2], groups.get(None, (0, 0, 0))[0])


def credited_requests(session: Session, span: Span) -> int:
    """采纳条目: requests of the span that an entry answered."""
    return _count(session, span.received(), credited())


def lost_requests(session: Session, span: Span) -> int:
    """库中有答案仍转办: requests of the span that need not have become orders."""
    return _count(session, span.received(), was_lost())


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(CitizenRequest).where(*conditions)
    return session.execute(query).scalar_one()


@dataclass(frozen=True)
class EntryCount:
    """How many requests of the span one entry answered."""

    item_id: int
    title: str
    unit: str
    requests: int


def top_entries(session: Session, span: Span, limit: int = 10) -> list[EntryCount]:
    """The entries that answered most requests, most first."""
    requests = func.count(func.distinct(Adoption.request_id))
    query = (
        select(KnowledgeItem.id, KnowledgeVersion.title, Unit.name, requests)
        .join(Adoption, Adoption.item_id == KnowledgeItem.id)
        .join(CitizenRequest, CitizenRequest.id == Adoption.request_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .where(
            span.received(),
            CitizenRequest.outcome == Outcome.ONLINE.value,
            Adoption.undone_at.is_(None),
        )
        .group_by(KnowledgeItem.id, KnowledgeVersion.title, Unit.name)
        .order_by(requests.desc(), KnowledgeItem.id)
        .limit(limit)
    )
    return [EntryCount(*row) for row in session.execute(query).all()]


def asked_without_answer(span: Span) -> ColumnElement[bool]:
    """The condition that a question was asked in the span and found no answer."""
    return and_(span.covers(SearchRecord.at), SearchRecord.answered.is_(False))


def unanswered_total(session: Session, span: Span) -> int:
    """没有答案的提问: how often a question of the span found nothing."""
    query = select(func.count()).select_from(SearchRecord).where(asked_without_answer(span))
    return session.execute(query).scalar_one()


def unanswered_questions(session: Session, span: Span, limit: int = 10) -> list[tuple[str, int]]:
    """The questions without an answer and how often each was asked, most often first."""
    times = func.count()
    query = (
        select(SearchRecord.query, times)
        .where(asked_without_answer(span))
        .group_by(SearchRecord.query)
        .order_by(times.desc(), SearchRecord.query)
        .limit(limit)
    )
    return list(session.execute(query).all())


def by_day(session: Session, span: Span) -> list[tuple[date, Counts]]:
    """Requests per day of the span, days without any included."""
    query = select(CitizenRequest.received_at, CitizenRequest.outcome).where(span.received())
    days: dict[date, dict[str, int]] = {}
    for received_at, outcome in session.execute(query):
        counts = days.setdefault(local_day(received_at), {})
        counts[outcome] = counts.get(outcome, 0) + 1
    listed = [span.first + timedelta(days=offset) for offset in range(span.days)]
    return [(day, _counts(days.get(day, {}))) for day in listed]
