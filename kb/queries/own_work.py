"""An agent's own numbers (我的数字) beside those of all agents together; nobody is ranked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.models import Call, CitizenRequest, KnowledgeItem, KnowledgeVersion, WorkOrder
from kb.queries.request_conditions import was_lost
from kb.services.calls import LONGEST_CALL
from kb.terms import Outcome

MAX_LOST = 20


@dataclass(frozen=True)
class Work:
    """What was taken and answered: requests without invalid ones, calls, and their length.

    :ivar minutes: mean length of the ended calls, None without any.
    """

    total: int
    online: int
    calls: int = 0
    minutes: float | None = None

    @property
    def rate(self) -> float | None:
        """在线办结率 in percent; None when nothing was taken."""
        return 100 * self.online / self.total if self.total else None


@dataclass(frozen=True)
class Row:
    """A named period with the agent's own work and everybody's."""

    name: str
    period: Period
    own: Work
    everyone: Work


@dataclass(frozen=True)
class Lost:
    """库中有答案仍转办: a request that went on although a card was on the screen."""

    number: str
    title: str
    item_id: int
    entry: str


def own_rows(session: Session, agent_id: int, now: datetime) -> list[Row]:
    """Today, this week, this month and the month before."""
    mine = CitizenRequest.agent_id == agent_id
    rows = []
    for name, period in _periods(local_day(now)):
        own = work_of(session, period, mine)
        calls, minutes = _calls(session, period, agent_id)
        taken = work_of(session, period, CitizenRequest.agent_id.is_not(None))
        rows.append(Row(name, period, Work(own.total, own.online, calls, minutes), taken))
    return rows


def _periods(today: date) -> list[tuple[str, Period]]:
    month = Period(Period.month_of(today).first, today)
    return [
        ("今天", Period(today, today)),
        ("本周", Period(Period.week_of(today).first, today)),
        ("本月", month),
        ("上月", Period.month_of(month.first - timedelta(days=1))),
    ]


def work_of(session: Session, period: Period, whose: ColumnElement[bool]) -> Work:
    """How many requests were taken and how many answered at once; invalid ones do not count."""
    query = (
        select(CitizenRequest.outcome, func.count())
        .where(
            whose,
            period.covers(CitizenRequest.received_at),
            CitizenRequest.outcome != Outcome.INVALID.value,
        )
        .group_by(CitizenRequest.outcome)
    )
    counts = dict(session.execute(query).all())
    return Work(sum(counts.values()), counts.get(Outcome.ONLINE.value, 0))


def _calls(session: Session, period: Period, agent_id: int) -> tuple[int, float | None]:
    query = select(Call.started_at, Call.ended_at).where(
        Call.agent_id == agent_id, period.covers(Call.started_at)
    )
    lengths, count = [], 0
    for started_at, ended_at in session.execute(query):
        count += 1
        if ended_at is not None and ended_at - started_at <= LONGEST_CALL:
            lengths.append((ended_at - started_at).total_seconds() / 60)
    return count, sum(lengths) / len(lengths) if lengths else None


def lost_cases(
    session: Session, agent_id: int, now: datetime, answerable: Collection[str]
) -> list[Lost]:
    """The last of the agent's own lost cases of thirty days, to learn from.

    :param answerable: the 目的 that an entry can answer (``Basis.answerable``).
    """
    query = (
        select(
            CitizenRequest.number, CitizenRequest.title, KnowledgeItem.id, KnowledgeVersion.title
        )
        .join(WorkOrder, WorkOrder.request_id == CitizenRequest.id)
        .join(KnowledgeItem, KnowledgeItem.id == WorkOrder.lost_item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            CitizenRequest.agent_id == agent_id,
            CitizenRequest.received_at >= now - timedelta(days=30),
            was_lost(answerable),
        )
        .order_by(CitizenRequest.id.desc())
        .limit(MAX_LOST)
    )
    return [Lost(*row) for row in session.execute(query)]
