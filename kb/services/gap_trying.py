"""The proof that a gap is closed: its own questions, asked again as they were asked, find answers.

A question is answered when the search does not say 无依据 and shows one of the entries named for
the gap among the first three cards. Where no entry is named, any first answer in force will do,
unless the question had been shown an answer before and became an order nevertheless: then somebody
must say first which entry is the right one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from indexer.errors import InvalidQuery
from kb.clock import local_day
from kb.db import Database
from kb.errors import SearchUnavailable
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
from kb.services.gap_owner import AGENT
from kb.services.gap_steps import forget_notices, step, tell_unit
from kb.services.learning import wording_of
from kb.services.search import Answers, Question, SearchService
from kb.standing import standing_on
from kb.terms import OPEN_GAPS, Audience, GapCause, GapState, ItemState, Standing

FIRST_CARDS = 3
PUBLICATION, DEMAND, DAILY = "publication", "demand", "daily"
_IN_FORCE = (Standing.IN_FORCE, Standing.EXPIRING)


@dataclass(frozen=True)
class Tried:
    """How one question did: whether it counts as answered, by which entry, and the sentence."""

    is_answered: bool
    item_id: int | None
    said: str


@dataclass(frozen=True)
class _Asked:
    """A question of a gap, read out of its session."""

    query_id: int
    text: str
    audience: str
    was_shown_answer: bool


def is_indexed(session: Session, item_id: int) -> bool:
    """Tell whether the indexes have heard of an entry's last change."""
    pending = exists().where(IndexJob.object_id == item_id, IndexJob.parked.is_(False))
    return not session.scalar(select(pending))


def ask_again(
    session: Session,
    search: SearchService,
    text: str,
    audience: str,
    named: Sequence[int],
    today: date,
    *,
    needs_named: bool = False,
) -> Tried:
    """Ask one question as it was asked, of the staff's index or the public's.

    :param named: ids of the entries that are to answer; without any the first answer counts.
    :param needs_named: an answer that nobody has named does not count.
    :raises SearchUnavailable: the index cannot be asked.
    """
    actor = None if audience == Audience.PUBLIC.value else AGENT
    try:
        answers = search.find(session, Question(text, today, limit=FIRST_CARDS), actor)
    except InvalidQuery:
        return Tried(False, None, "这句话没有可以检索的内容")
    if answers.degraded:
        raise SearchUnavailable("索引暂时不可用，稍后再试")
    return _judge(answers, named, needs_named)


def _judge(answers: Answers, named: Sequence[int], needs_named: bool) -> Tried:
    if not answers.answered:
        return Tried(False, None, "仍然无依据")
    first = answers.found[0]
    title = f"《{first.version.title[:120]}》"
    if named:
        for place, found in enumerate(answers.found, start=1):
            if found.item.id in named:
                sentence = f"第 {place} 张卡片答上：《{found.version.title[:120]}》"
                return Tried(True, found.item.id, sentence)
        return Tried(False, first.item.id, f"答的是{title}，不是为它补充的条目")
    if needs_named:
        return Tried(False, first.item.id, f"原来就答的是{title}，仍转了工单；请指明应采纳的条目")
    return Tried(True, first.item.id, f"第 1 张卡片答上：{title}")


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
        asked = _asked(session, gap)
        named = named_entries(session, gap, today)
        results = {
            one.query_id: ask_again(
                session,
                search,
                one.text,
                one.audience,
                named,
                today,
                needs_named=one.was_shown_answer,
            )
            for one in asked
        }
    with database.unit_of_work() as session:
        return _keep(session, gap_id, results, bool(named), reason, now)


def _asked(session: Session, gap: Gap) -> list[_Asked]:
    lost = select(GapAsk.query_id).where(GapAsk.cause == GapCause.LOST.value)
    unanswered = select(GapAsk.query_id).where(GapAsk.cause == GapCause.UNANSWERED.value)
    query = (
        select(
            GapQuery.id,
            GapQuery.text,
            GapQuery.audience,
            GapQuery.id.in_(lost) & GapQuery.id.not_in(unanswered),
        )
        .where(GapQuery.gap_id == gap.id)
        .order_by(GapQuery.id)
    )
    return [_Asked(*row) for row in session.execute(query)]


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
        if item.current_version and standing_on(item, item.current_version, today) in _IN_FORCE
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
    for question in gap.questions:
        if question.id in results:
            question.is_answered = results[question.id].is_answered
            question.said = results[question.id].said[:300]
    run = GapRun(
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
    gap.tried_at = now
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
