"""从采纳记录添加: questions agents answered with an entry, offered as judged questions.

Nothing here is automatic: a person reads the list and chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.masking import mask_text
from kb.models import Adoption, JudgedQuery, KnowledgeItem, KnowledgeVersion
from kb.services.judged_queries import MAX_TEXT, Wanted, judges_for_all, keep_query

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

    One that holds somebody's number is left out: masked, it would not be what was asked.
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
    return [Adopted(*row) for row in session.execute(query) if mask_text(row[1]) == row[1]]


def keep_adopted(
    session: Session,
    adoption_ids: Sequence[int],
    *,
    unit_id: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep the chosen ones as judged questions; returns how many.

    :raises InvalidInput: none chosen, or one that is not offered to this person.
    """
    if not adoption_ids:
        raise InvalidInput("请先勾选要添加的问题", {"adoption_id": "请先勾选要添加的问题"})
    offered = {row.adoption_id: row for row in adopted_questions(session, actor)}
    if not offered.keys() >= set(adoption_ids):
        raise InvalidInput("有的问题已经添加过，或不在您可查看的范围内，请刷新后重选")
    for adoption_id in adoption_ids:
        row = offered[adoption_id]
        wanted = Wanted(
            text=row.text,
            grades={row.item_id: SUGGESTED_GRADE},
            note=f"来自采纳记录，采纳 {row.times} 次",
            unit_id=unit_id,
        )
        keep_query(session, wanted, actor=actor, now=now)
    return len(adoption_ids)
