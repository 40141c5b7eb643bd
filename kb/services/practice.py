"""练习 (先培训后上岗): judged questions as an exercise with a clock, for one's own eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.errors import IllegalTransition, NotFound
from kb.models import JudgedQuery, KnowledgeItem, PracticeRun
from kb.models.judging import USEFUL_GRADE
from kb.terms import ItemState, Role

LENGTH = 10
# Whoever leaves for lunch has not searched for an hour.
LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Score:
    """How a run came out so far; ``typical_seconds`` is the median, None before any answer."""

    answered: int
    right: int
    total: int
    typical_seconds: int | None


def start(session: Session, actor: Actor, now: datetime, chance: Random) -> PracticeRun:
    """Begin a run of ten questions, fewer where there are fewer.

    :raises IllegalTransition: the centre keeps no judged question that can be practised.
    """
    actor.require(Role.AGENT)
    usable = _usable(session)
    if not usable:
        raise IllegalTransition("还没有可以练习的问题；知识管理员在“检索”里加上评测问题后就能练")
    chosen = chance.sample(usable, min(LENGTH, len(usable)))
    run = PracticeRun(user_id=actor.user_id, started_at=now, shown_at=now, questions=chosen)
    run.answers = []
    session.add(run)
    session.flush()
    return run


def _usable(session: Session) -> list[int]:
    """The centre's questions about today whose answer is published, or that have none."""
    query = (
        select(JudgedQuery)
        .where(JudgedQuery.active, JudgedQuery.unit_id.is_(None), JudgedQuery.as_of.is_(None))
        .order_by(JudgedQuery.id)
        .options(selectinload(JudgedQuery.grades))
    )
    published = set(
        session.scalars(
            select(KnowledgeItem.id).where(KnowledgeItem.state == ItemState.PUBLISHED.value)
        )
    )
    return [
        question.id
        for question in session.scalars(query)
        if question.expects_refusal or right_entries(question) & published
    ]


def right_entries(question: JudgedQuery) -> set[int]:
    """The entries that may be read to who asks this."""
    return {grade.item_id for grade in question.grades if grade.grade >= USEFUL_GRADE}


def get_run(session: Session, run_id: int, actor: Actor) -> PracticeRun:
    """A run of one's own.

    :raises NotFound: it does not exist or is somebody else's.
    """
    run = session.get(PracticeRun, run_id)
    if run is None or run.user_id != actor.user_id:
        raise NotFound("没有这次练习，或者它不是您的")
    return run


def waiting_question(session: Session, run: PracticeRun) -> JudgedQuery | None:
    """The question that waits for an answer; None when all are answered."""
    if len(run.answers) >= len(run.questions):
        return None
    return session.get_one(JudgedQuery, run.questions[len(run.answers)])


def answer(
    session: Session, run: PracticeRun, question_id: int, item_id: int | None, now: datetime
) -> bool:
    """Answer the question that waits with an entry, or with 无依据; tell whether it was right.

    :raises IllegalTransition: another question waits, e.g. after a second click.
    """
    question = waiting_question(session, run)
    if question is None or question.id != question_id:
        raise IllegalTransition("这一题已经答过，接着答下一题")
    right = right_entries(question)
    is_right = item_id in right if right else item_id is None
    seconds = min(int((now - run.shown_at).total_seconds()), LONGEST_SECONDS)
    done = {
        "query_id": question_id,
        "item_id": item_id,
        "is_right": is_right,
        "seconds": max(seconds, 0),
    }
    run.answers = [*run.answers, done]
    run.shown_at = now
    if len(run.answers) == len(run.questions):
        run.finished_at = now
    return is_right


def score(run: PracticeRun) -> Score:
    """What a run came to."""
    spent = [done["seconds"] for done in run.answers]
    right = sum(done["is_right"] for done in run.answers)
    typical = round(median(spent)) if spent else None
    return Score(len(run.answers), right, len(run.questions), typical)


def runs_of(session: Session, actor: Actor, limit: int = 20) -> Sequence[PracticeRun]:
    """One's own runs, newest first."""
    query = (
        select(PracticeRun)
        .where(PracticeRun.user_id == actor.user_id)
        .order_by(PracticeRun.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


@dataclass(frozen=True)
class Reviewed:
    """An answered question for looking back: what was chosen and what would have been right."""

    question: JudgedQuery
    is_right: bool
    seconds: int
    chosen: KnowledgeItem | None
    right: Sequence[KnowledgeItem]


def review(session: Session, run: PracticeRun) -> list[Reviewed]:
    """Every answered question of a run in order."""
    ids = [done["query_id"] for done in run.answers]
    loaded = select(JudgedQuery).where(JudgedQuery.id.in_(ids))
    questions = {
        question.id: question
        for question in session.scalars(loaded.options(selectinload(JudgedQuery.grades)))
    }
    wanted = {done["item_id"] for done in run.answers} - {None}
    for question in questions.values():
        wanted |= right_entries(question)
    entries = select(KnowledgeItem).where(KnowledgeItem.id.in_(wanted))
    items = {
        item.id: item
        for item in session.scalars(entries.options(selectinload(KnowledgeItem.current_version)))
        if item.current_version is not None
    }
    return [
        Reviewed(
            question=(question := questions[done["query_id"]]),
            is_right=done["is_right"],
            seconds=done["seconds"],
            chosen=items.get(done["item_id"]),
            right=[items[one] for one in sorted(right_entries(question)) if one in items],
        )
        for done in run.answers
    ]
