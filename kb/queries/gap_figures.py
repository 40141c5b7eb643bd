"""知识缺口 in numbers, for boards and bulletins: opened, closed, waiting."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.models import Gap, GapStep
from kb.terms import OPEN_GAPS, GapState


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
