"""核验 of many entries at once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.models import KnowledgeItem
from kb.services import checking
from kb.services.many import Outcome, on_each
from kb.terms import Term


class Act(Term):
    """What can be said of many entries."""

    HOLDS = "holds", "仍有效"
    ENDS = "ends", "到期不再延续"


def check_many(
    session: Session,
    wanted: Sequence[tuple[int, int]],
    act: Act,
    *,
    next_review_on: date | None,
    actor: Actor,
    now: datetime,
) -> Outcome[KnowledgeItem]:
    """Say it of each of the entries that takes it (:func:`kb.services.many.on_each`).

    :raises InvalidInput: none or too many are named, or the next day is missing or not ahead.
    """

    def say(item: KnowledgeItem, rev: int) -> None:
        if act == Act.ENDS:
            checking.let_end(session, item, seen_rev=rev, actor=actor, now=now)
            return
        checking.confirm(
            session, item, next_review_on=next_review_on, seen_rev=rev, actor=actor, now=now
        )

    return on_each(
        session,
        wanted,
        noun="条目",
        load=lambda item_id: get_visible(session, item_id, actor),
        name=lambda item: item.current_version.title if item.current_version else f"条目 {item.id}",
        act=say,
    )
