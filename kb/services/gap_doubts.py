"""A closed gap that is asked about again: it opens only when the question still fails."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from kb.clock import local_day
from kb.db import Database
from kb.models import Gap, GapAsk, GapQuery
from kb.services.gap_steps import give_again, step
from kb.services.gap_trying import ask_all, named_entries, noted, questions_of
from kb.services.search import SearchService
from kb.terms import GapCause, GapState

ASKED = "asked"


def settle_doubts(database: Database, search: SearchService, now: datetime) -> list[int]:
    """Ask once more what closed gaps were asked without an answer since they were closed.

    By now the answer may be published, or the question may have found it under other words: the
    gap stays closed when every such question is answered, else it goes back to its unit.

    :returns: ids of the gaps that were opened again.
    :raises SearchUnavailable: the index cannot be asked; what is in doubt stays so.
    """
    today, opened = local_day(now), []
    with database.reading() as session:
        gap_ids = list(session.scalars(_in_doubt(GapQuery.gap_id).distinct()))
    for gap_id in gap_ids:
        with database.reading() as session:
            gap = session.get_one(Gap, gap_id)
            doubted = set(session.scalars(_in_doubt(GapQuery.id).where(Gap.id == gap_id)))
            asked = [one for one in questions_of(session, gap) if one.query_id in doubted]
            named = named_entries(session, gap, today)
            results = ask_all(session, search, gap, asked, named, today)
        with database.unit_of_work() as session:
            gap = session.get_one(Gap, gap_id, with_for_update=True)
            if gap.state != GapState.CLOSED:
                continue  # somebody was faster
            session.add(noted(gap, results, ASKED, now))
            if not all(one.is_answered for one in results.values()):
                step(session, gap, "reopened", now, unit_id=gap.unit_id)
                give_again(session, gap, now)
                opened.append(gap_id)
    return opened


def _in_doubt(column: InstrumentedAttribute[int]) -> Select[int]:
    """Questions of closed gaps that were asked without an answer since, and not tried after."""
    return (
        select(column)
        .join(Gap, Gap.id == GapQuery.gap_id)
        .join(GapAsk, GapAsk.query_id == GapQuery.id)
        .where(
            Gap.state == GapState.CLOSED.value,
            GapQuery.is_answered.is_(None),
            GapAsk.cause == GapCause.UNANSWERED.value,
            GapAsk.at > Gap.closed_at,
        )
    )
