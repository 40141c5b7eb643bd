"""知识缺口 in numbers: opened, reopened, closed in a span; given, closed and lost by unit."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.models import Gap, GapStep
from kb.queries.gap_figures import GapFigures, gap_figures
from kb.terms import GapState
from tests.kb.hotline import Hotline, at

APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
NOW = at("2026-05-07 10:24")


def gap(session: Session, opened: datetime, state: GapState, **more: object) -> Gap:
    row = Gap(
        title="一件事",
        state=state.value,
        opened_at=opened,
        first_asked_at=opened,
        last_asked_at=opened,
        **more,
    )
    session.add(row)
    session.flush()
    return row


def step(session: Session, row: Gap, kind: str, when: datetime, unit_id: int) -> None:
    session.add(GapStep(gap_id=row.id, kind=kind, at=when, unit_id=unit_id))
    session.flush()


def test_each_gap_counts_where_it_happened(session: Session, city: Hotline) -> None:
    unit = city.unit("澜川市民政局")
    in_march, in_april = at("2026-03-31 23:59"), at("2026-04-01 00:00")
    late = gap(session, in_april, GapState.ASSIGNED, unit_id=unit.id, due_at=in_april)
    gap(session, in_april, GapState.MERGED)  # counts with the one it went to
    gap(session, in_march, GapState.OPEN)
    done = gap(session, in_march, GapState.CLOSED, unit_id=unit.id)
    # Closed, asked again, closed again within the month: one gap, one reopening.
    for kind in ("assigned", "closed", "reopened", "closed"):
        step(session, done, kind, at("2026-04-20 09:00"), unit.id)
    step(session, late, "assigned", at("2026-05-01 00:00"), unit.id)
    assert gap_figures(session, APRIL, NOW) == GapFigures(
        opened=1, reopened=1, closed=1, waiting=2, overdue=1
    )
