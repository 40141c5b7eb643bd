"""The proof that a gap is closed: its own questions, asked again as they were asked, find answers.

What counts as an answer is told by :mod:`kb.services.gap_judging`.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.clock import local_day
from kb.db import Database
from kb.gaps.matter import from_json, is_said
from kb.models import (
    Gap,
    GapAsk,
    GapEntry,
    GapQuery,
    GapRun,
    IndexJob,
    KnowledgeItem,
)
from kb.services.gap_judging import Asked, Tried, ask_again
from kb.services.gap_steps import forget_notices, step, tell_unit
from kb.services.learning import wording_of
from kb.services.search import SearchService
from kb.standing import IN_FORCE, standing_on
from kb.terms import OPEN_GAPS, GapCause, GapState, ItemState

PUBLICATION, DEMAND, DAILY = "publication", "demand", "daily"


def is_indexed(session: Session, item_id: int) -> bool:
    """Tell whether the indexes have heard of an entry's last change."""
    pending = exists().where(IndexJob.object_id == item_id, IndexJob.parked.is_(False))
    return not session.scalar(select(pending))


def try_gap(
    database: Database, search: SearchService, gap_id: int, reason: str, now: datetime
) -> bool:
    """Ask every question of an open gap again and keep the result; close it when all are answered.

    :returns: whether the gap is closed now.
    :raises SearchUnavailable: the index cannot be asked; nothing is kept.
    """
    today = local_day(now)
    with database.reading() as session:
        gap = session.get(Gap, gap_id)
        if gap is None or gap.state not in OPEN_GAPS:
            return False
        named = named_entries(session, gap, today)
        results = ask_all(session, search, gap, questions_of(session, gap), named, today)
    with database.unit_of_work() as session:
        return _keep(session, gap_id, results, bool(named), reason, now)


def ask_all(
    session: Session,
    search: SearchService,
    gap: Gap,
    asked: Sequence[Asked],
    named: Sequence[int],
    today: date,
) -> dict[int, Tried]:
    """How each question does now, by the question's id."""
    return {
        one.query_id: ask_again(session, search, one, named, today, gap.unit_id) for one in asked
    }


def questions_of(session: Session, gap: Gap) -> list[Asked]:
    lost = select(GapAsk.query_id).where(GapAsk.cause == GapCause.LOST.value)
    unanswered = select(GapAsk.query_id).where(GapAsk.cause == GapCause.UNANSWERED.value)
    was_shown = GapQuery.id.in_(lost) & GapQuery.id.not_in(unanswered)
    query = select(GapQuery, was_shown).where(GapQuery.gap_id == gap.id).order_by(GapQuery.id)
    return [
        Asked(row.text, row.audience, from_json(row.matter), is_shown, row.id)
        for row, is_shown in session.execute(query)
    ]


def named_entries(session: Session, gap: Gap, today: date) -> list[int]:
    """The entries named for a gap that are in force."""
    query = (
        select(KnowledgeItem)
        .join(GapEntry, GapEntry.item_id == KnowledgeItem.id)
        .where(GapEntry.gap_id == gap.id, KnowledgeItem.state == ItemState.PUBLISHED.value)
        .options(selectinload(KnowledgeItem.current_version))
    )
    return [
        item.id
        for item in session.scalars(query)
        if item.current_version and standing_on(item, item.current_version, today) in IN_FORCE
    ]


def _keep(
    session: Session,
    gap_id: int,
    results: dict[int, Tried],
    has_named: bool,
    reason: str,
    now: datetime,
) -> bool:
    gap = session.get_one(Gap, gap_id, with_for_update=True)
    if gap.state not in OPEN_GAPS:
        return False
    run = noted(gap, results, reason, now)
    if _worth_keeping(session, run):
        session.add(run)
    # Questions that came in while these were asked have proved nothing yet.
    is_whole = {question.id for question in gap.questions} == set(results)
    if results and is_whole and run.answered == run.total:
        _close(session, gap, run, now)
        return True
    if reason == PUBLICATION and has_named and gap.unit_id is not None:
        missing = run.total - run.answered
        title = f"补充的条目已发布，还有 {missing} 句提问没有答上：{gap.title}"
        tell_unit(session, gap, "missed", title, now)
    return False


def noted(gap: Gap, results: dict[int, Tried], reason: str, now: datetime) -> GapRun:
    """How the questions did, written at each of them; the run is the caller's to keep."""
    for question in gap.questions:
        if question.id in results:
            question.is_answered = results[question.id].is_answered
            question.said = results[question.id].said[:300]
    gap.tried_at = now
    return GapRun(
        gap_id=gap.id,
        at=now,
        reason=reason,
        total=len(results),
        answered=sum(one.is_answered for one in results.values()),
        results=[
            {
                "query_id": query_id,
                "is_answered": one.is_answered,
                "item_id": one.item_id,
                "said": one.said,
            }
            for query_id, one in results.items()
        ],
    )


def _worth_keeping(session: Session, run: GapRun) -> bool:
    """A daily try that found what the last one found would only fill the list."""
    if run.reason != DAILY:
        return True
    query = select(GapRun.results).where(GapRun.gap_id == run.gap_id).order_by(GapRun.id.desc())
    return session.scalars(query.limit(1)).first() != run.results


def _close(session: Session, gap: Gap, run: GapRun, now: datetime) -> None:
    gap.state, gap.closed_at = GapState.CLOSED.value, now
    titles = dict.fromkeys(
        result["said"].partition("：")[2] for result in run.results if result["is_answered"]
    )
    comment = f"{run.total} 句提问全部答上：{'、'.join(titles)}"
    step(session, gap, "closed", now, comment, unit_id=gap.unit_id)
    forget_notices(session, gap)


def concerned(session: Session, item_id: int) -> list[int]:
    """Open gaps that an entry may answer: those it is named for, and those whose matter it says."""
    item = session.get(KnowledgeItem, item_id)
    version = item.current_version if item is not None else None
    if version is None:
        return []
    wording = wording_of(version)
    named = select(GapEntry.gap_id).where(GapEntry.item_id == item_id)
    open_states = [state.value for state in OPEN_GAPS]
    found = set(
        session.scalars(select(Gap.id).where(Gap.id.in_(named), Gap.state.in_(open_states)))
    )
    query = (
        select(GapQuery.gap_id, GapQuery.matter)
        .join(Gap, Gap.id == GapQuery.gap_id)
        .where(Gap.state.in_(open_states))
    )
    for gap_id, matter in session.execute(query):
        if gap_id not in found and is_said(from_json(matter), wording):
            found.add(gap_id)
    return sorted(found)


def try_for_entry(
    database: Database, search: SearchService, item_id: int, now: datetime
) -> list[int]:
    """After a publication: ask again what the entry may answer; returns the gaps it closed."""
    with database.reading() as session:
        gap_ids = concerned(session, item_id)
    return [gap_id for gap_id in gap_ids if try_gap(database, search, gap_id, PUBLICATION, now)]


def due_for_a_try(session: Session, before: datetime, limit: int) -> list[int]:
    """Open gaps that were not tried since ``before``, the longest untried first."""
    query = (
        select(Gap.id)
        .where(
            Gap.state.in_([state.value for state in OPEN_GAPS]),
            or_(Gap.tried_at.is_(None), Gap.tried_at < before),
        )
        .order_by(Gap.tried_at.is_not(None), Gap.tried_at, Gap.id)
        .limit(limit)
    )
    return list(session.scalars(query))
