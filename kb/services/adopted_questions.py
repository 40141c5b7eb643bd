"""从采纳记录添加: questions agents answered with an entry, offered as judged questions.

Nothing here is automatic: a person reads the list and chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import Adoption, CitizenRequest, JudgedQuery, KnowledgeItem, KnowledgeVersion
from kb.services.judged_queries import MAX_TEXT, Wanted, judges_for_all, keep_query
from kb.services.learning import may_name_someone

# What was adopted answered the caller: it is offered as "exactly", which the person may change.
SUGGESTED_GRADE = 3
SHOWN = 100


@dataclass(frozen=True)
class Adopted:
    """A question and the entry it was answered with. `adoption_id` is the latest of `times`."""

    adoption_id: int
    text: str
    item_id: int
    title: str
    times: int
    last_at: datetime


def adopted_questions(session: Session, actor: Actor, limit: int = SHOWN) -> list[Adopted]:
    """Adopted questions that are not judged yet, the most often adopted first.

    One that was asked in confidence, or that may say who somebody is, is left out: a judged
    question is shown to everybody who looks after search, for as long as it is kept.
    """
    judged = select(JudgedQuery.text).where(JudgedQuery.active)
    times = func.count().label("times")
    query = (
        select(
            func.max(Adoption.id),
            Adoption.query,
            Adoption.item_id,
            KnowledgeVersion.title,
            times,
            func.max(Adoption.at).label("last_at"),
        )
        .join(KnowledgeItem, KnowledgeItem.id == Adoption.item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            Adoption.undone_at.is_(None),
            Adoption.query != "",
            Adoption.query.not_in(_confidential()),
            func.length(Adoption.query) <= MAX_TEXT,
            Adoption.query.not_in(judged),
            visible_items(actor),
        )
        .group_by(Adoption.query, Adoption.item_id, KnowledgeVersion.title)
        .order_by(times.desc(), func.max(Adoption.id).desc())
        .limit(limit)
    )
    if not judges_for_all(actor):
        query = query.where(Adoption.unit_id.in_(actor.unit_scope))
    rows = [Adopted(*row) for row in session.execute(query)]
    return [row for row in rows if not may_name_someone(row.text, _version(session, row.item_id))]


def _confidential() -> Select[str]:
    """Questions of which any caller asked for confidence, or that hold a caller's name."""
    name = func.trim(CitizenRequest.requester_name)
    return (
        select(Adoption.query)
        .join(CitizenRequest, CitizenRequest.id == Adoption.request_id)
        .where(
            or_(
                CitizenRequest.is_confidential,
                and_(name != "", Adoption.query.contains(name)),
            )
        )
    )


def _version(session: Session, item_id: int) -> KnowledgeVersion | None:
    return session.get_one(KnowledgeItem, item_id).current_version


def chosen_of(session: Session, adoption_ids: Sequence[int], actor: Actor) -> list[Adopted]:
    """The chosen ones in the order they were chosen; nothing is kept yet.

    :raises InvalidInput: none chosen, or one that is not offered to this person.
    """
    if not adoption_ids:
        raise InvalidInput("请先勾选要添加的问题", {"adoption_id": "请先勾选要添加的问题"})
    offered = {row.adoption_id: row for row in adopted_questions(session, actor)}
    if not offered.keys() >= set(adoption_ids):
        raise InvalidInput("有的问题已经添加过，或不在您可查看的范围内，请刷新后重选")
    return [offered[adoption_id] for adoption_id in dict.fromkeys(adoption_ids)]


def keep_adopted(
    session: Session,
    adoption_ids: Sequence[int],
    *,
    unit_id: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep the chosen ones as judged questions; returns how many.

    :raises InvalidInput: see :func:`chosen_of`.
    """
    chosen = chosen_of(session, adoption_ids, actor)
    for row in chosen:
        wanted = Wanted(
            text=row.text,
            grades={row.item_id: SUGGESTED_GRADE},
            note=f"来自采纳记录，采纳 {row.times} 次",
            unit_id=unit_id,
        )
        keep_query(session, wanted, actor=actor, now=now)
    return len(chosen)
