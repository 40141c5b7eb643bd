"""核验 of many entries at once: each by the same verb as alone; what cannot be done is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import KnowledgeItem
from kb.services import checking
from kb.terms import Term

MOST = 100


class Act(Term):
    """What can be said of many entries."""

    HOLDS = "holds", "仍有效"
    ENDS = "ends", "到期不再延续"


@dataclass(frozen=True)
class Outcome:
    """The entries it was said of, and of the others the name and why not."""

    done: tuple[KnowledgeItem, ...]
    left: tuple[tuple[str, str], ...]


def check_many(
    session: Session,
    wanted: Sequence[tuple[int, int]],
    act: Act,
    *,
    next_review_on: date | None,
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Say it of each of the entries that takes it; the caller commits, or looks and rolls back.

    :param wanted: entry and the revision that the person saw.
    :raises InvalidInput: none or too many are named, or the next day is missing or not ahead.
    """
    if not 0 < len(wanted) <= MOST:
        sentence = f"一次最多 {MOST} 条" if wanted else "请先勾选条目"
        raise InvalidInput(sentence, {"item": sentence})
    done: list[KnowledgeItem] = []
    left: list[tuple[str, str]] = []
    for item_id, rev in wanted:
        name = f"条目 {item_id}"
        try:
            item = get_visible(session, item_id, actor)
            name = item.current_version.title if item.current_version else name
            if act == Act.HOLDS:
                checking.confirm(
                    session,
                    item,
                    next_review_on=next_review_on,
                    seen_rev=rev,
                    actor=actor,
                    now=now,
                )
            else:
                checking.let_end(session, item, seen_rev=rev, actor=actor, now=now)
        # Every verb refuses before it changes anything.
        except (IllegalTransition, NotFound, PermissionDenied, StaleVersion) as refused:
            left.append((name, refused.message))
        else:
            done.append(item)
    return Outcome(tuple(done), tuple(left))
