"""知识缺口 in numbers, for boards and bulletins: opened, closed, waiting, lost cases by unit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.models import CitizenRequest, Gap, GapStep, KnowledgeItem, Unit, WorkOrder
from kb.terms import OPEN_GAPS, GapState, Outcome


@dataclass(frozen=True)
class GapFigures:
    """Gaps of a span; ``waiting`` and ``overdue`` are as they stand now.

    :ivar opened: gaps that came up in the span; those merged into another do not count.
    :ivar reopened: times a closed gap was asked about again without an answer.
    :ivar closed: gaps whose questions were proved answered in the span, each once.
    :ivar overdue: gaps that a unit has not answered in time.
    """

    opened: int
    reopened: int
    closed: int
    waiting: int
    overdue: int


def gap_figures(session: Session, span: Period, now: datetime) -> GapFigures:
    """The figures of the whole city."""
    is_open = Gap.state.in_([state.value for state in OPEN_GAPS])
    is_late = (Gap.state == GapState.ASSIGNED.value) & (Gap.due_at < now)
    opened = span.covers(Gap.opened_at) & (Gap.state != GapState.MERGED.value)
    return GapFigures(
        opened=_gaps(session, opened),
        reopened=_steps(session, span, "reopened", is_each_once=False),
        closed=_steps(session, span, "closed", is_each_once=True),
        waiting=_gaps(session, is_open),
        overdue=_gaps(session, is_late),
    )


def _gaps(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Gap).where(condition)) or 0


def _steps(session: Session, span: Period, kind: str, *, is_each_once: bool) -> int:
    counted = func.count(GapStep.gap_id.distinct()) if is_each_once else func.count()
    query = select(counted).select_from(GapStep)
    return session.scalar(query.where(GapStep.kind == kind, span.covers(GapStep.at))) or 0


@dataclass(frozen=True)
class UnitGaps:
    """One unit: gaps given to it and closed by it in the span, and lost cases of its entries."""

    unit_id: int
    unit: str
    given: int = 0
    closed: int = 0
    lost: int = 0


def by_unit(session: Session, span: Period) -> list[UnitGaps]:
    """Per unit, most first. A lost case counts for the unit whose entry was shown and not used."""
    given = _steps_by_unit(session, span, "assigned")
    closed = _steps_by_unit(session, span, "closed")
    lost = lost_by_unit(session, span)
    names = dict(session.execute(select(Unit.id, Unit.name)).all())
    rows = [
        UnitGaps(one, names[one], given.get(one, 0), closed.get(one, 0), lost.get(one, 0))
        for one in given.keys() | closed.keys() | lost.keys()
    ]
    return sorted(rows, key=lambda row: (-(row.given + row.lost), row.unit))


def _steps_by_unit(session: Session, span: Period, kind: str) -> dict[int, int]:
    query = (
        select(GapStep.unit_id, func.count(GapStep.gap_id.distinct()))
        .where(GapStep.kind == kind, span.covers(GapStep.at), GapStep.unit_id.is_not(None))
        .group_by(GapStep.unit_id)
    )
    return {unit_id: count for unit_id, count in session.execute(query) if unit_id is not None}


def lost_by_unit(session: Session, span: Period) -> dict[int, int]:
    """库中有答案仍转办: requests of the span by the unit of the entry that was shown."""
    query = (
        select(KnowledgeItem.unit_id, func.count(CitizenRequest.id.distinct()))
        .select_from(CitizenRequest)
        .join(WorkOrder, WorkOrder.request_id == CitizenRequest.id)
        .join(KnowledgeItem, KnowledgeItem.id == WorkOrder.lost_item_id)
        .where(
            span.covers(CitizenRequest.received_at),
            CitizenRequest.outcome == Outcome.HANDED_OVER.value,
        )
        .group_by(KnowledgeItem.unit_id)
    )
    return dict(session.execute(query).all())
