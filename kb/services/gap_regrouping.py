"""并入 and 拆分: an editor knows better which questions ask for one matter. Callers commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput
from kb.gaps.matter import from_json
from kb.models import Gap, GapQuery
from kb.services.gap_collecting import title_of
from kb.services.gap_steps import audit, flush, forget_notices, recount, require_seen, step
from kb.terms import OPEN_GAPS, GapState, Role


def merge(
    session: Session, gap: Gap, into: Gap, *, seen_rev: int, actor: Actor, now: datetime
) -> Gap:
    """并入: the questions of a gap go to another one of the same matter; :func:`undo_merge` undoes.

    :raises InvalidInput: it is the same gap.
    :raises IllegalTransition: one of the two is closed, dismissed or merged.
    :raises StaleVersion: the gap changed since the page was made.
    """
    _require(gap, seen_rev, actor)
    if gap.id == into.id:
        raise InvalidInput("不能并入它自己", {"into": "请选择另一条知识缺口"})
    for one in (gap, into):
        if one.state not in OPEN_GAPS:
            raise IllegalTransition(f"“{one.title}”已是“{GapState(one.state).label}”，不能合并")
    for question in list(gap.questions):
        question.came_from_id = gap.id
        _move(question, into)
    for entry in gap.entries:
        if entry.item_id not in {row.item_id for row in into.entries}:
            entry.gap_id = into.id
    forget_notices(session, gap)
    gap.state, gap.merged_into_id = GapState.MERGED.value, into.id
    gap.due_at, gap.due_steps = None, []
    recount(session, gap)
    recount(session, into)
    step(session, gap, "merged", now, f"并入“{into.title}”", actor=actor)
    step(session, into, "took_in", now, f"并入了“{gap.title}”", actor=actor)
    audit(session, gap, "merge", actor, now, into=into.id)
    flush(session, gap)
    session.expire(into, ["entries"])
    return into


def undo_merge(session: Session, gap: Gap, *, seen_rev: int, actor: Actor, now: datetime) -> Gap:
    """撤销并入: the questions come back; the gap is to be given to a unit anew.

    :raises IllegalTransition: it is not merged, or its questions have moved on since.
    """
    _require(gap, seen_rev, actor)
    query = select(GapQuery).where(
        GapQuery.came_from_id == gap.id, GapQuery.gap_id == gap.merged_into_id
    )
    questions = session.scalars(query.order_by(GapQuery.id)).all()
    if gap.state != GapState.MERGED or not questions:
        raise IllegalTransition("这条没有并入别的知识缺口，或者它的提问后来又移走了")
    into = session.get_one(Gap, gap.merged_into_id)
    for question in questions:
        question.came_from_id = None
        _move(question, gap)
    gap.state, gap.merged_into_id, gap.unit_id = GapState.OPEN.value, None, None
    recount(session, gap)
    recount(session, into)
    step(session, gap, "taken_up", now, "撤销并入", actor=actor)
    step(session, into, "gave_back", now, f"退出“{gap.title}”", actor=actor)
    flush(session, gap)
    return gap


@dataclass(frozen=True)
class Parting:
    """What 拆分 would do: the name of the new gap, the questions that go, those that stay."""

    title: str
    gone: Sequence[GapQuery]
    left: Sequence[GapQuery]


def parting(gap: Gap, query_ids: Collection[int], *, seen_rev: int, actor: Actor) -> Parting:
    """What :func:`split` would do; nothing is changed.

    :raises InvalidInput: none is chosen, or all are.
    :raises IllegalTransition: the gap is closed, dismissed or merged.
    :raises StaleVersion: the gap changed since the page was made.
    """
    _require(gap, seen_rev, actor)
    if gap.state not in OPEN_GAPS:
        raise IllegalTransition(f"已是“{GapState(gap.state).label}”，不能拆分")
    wanted = set(query_ids)
    gone = [question for question in gap.questions if question.id in wanted]
    left = [question for question in gap.questions if question.id not in wanted]
    if not gone or not left:
        sentence = "请勾选要拆出去的提问，至少留下一句"
        raise InvalidInput(sentence, {"questions": sentence})
    first = gone[0]
    title = title_of(first.text, from_json(first.matter), first.is_private)
    return Parting(title, gone, left)


def split(
    session: Session,
    gap: Gap,
    query_ids: Collection[int],
    *,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> Gap:
    """拆分: some questions of a gap ask for another matter and become a gap of their own.

    :raises: see :func:`parting`.
    """
    found = parting(gap, query_ids, seen_rev=seen_rev, actor=actor)
    made = Gap(
        title=found.title,
        opened_at=now,
        first_asked_at=now,
        last_asked_at=now,
    )
    session.add(made)
    session.flush()
    for question in found.gone:
        question.came_from_id = None
        _move(question, made)
    recount(session, gap)
    recount(session, made)
    step(session, made, "opened", now, f"从“{gap.title}”拆出", actor=actor)
    step(session, gap, "split", now, f"拆出“{made.title}”", actor=actor)
    audit(session, gap, "split", actor, now, made=made.id)
    flush(session, gap)
    return made


def _move(question: GapQuery, gap: Gap) -> None:
    question.gap = gap


def _require(gap: Gap, seen_rev: int, actor: Actor) -> None:
    actor.require(Role.EDITOR)
    require_seen(gap, seen_rev)
