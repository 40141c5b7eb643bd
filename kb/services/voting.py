"""有用/没用 of the public; a 没用 in words of their own joins the questions without an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import EntryVote, KnowledgeVersion, SearchRecord
from kb.services.search_log import is_question, masked_query
from kb.terms import Audience, VoteReason

NOT_USEFUL = "not_useful"
MAX_SHOWN = 5


def vote(
    session: Session,
    version: KnowledgeVersion,
    *,
    is_useful: bool,
    reason: str = "",
    said: str = "",
    now: datetime,
) -> EntryVote:
    """Keep a vote; what somebody wanted to know and did not find counts for the gaps.

    :param said: what they wanted to know; numbers are masked before it is kept.
    :raises InvalidInput: 没用 without a reason.
    """
    if not is_useful and reason not in set(VoteReason):
        sentence = "请选一下哪里没有用"
        raise InvalidInput(sentence, {"reason": sentence})
    kept = EntryVote(
        item_id=version.item_id,
        version_id=version.id,
        at=now,
        is_useful=is_useful,
        reason="" if is_useful else reason,
        said=masked_query(said),
    )
    session.add(kept)
    if not is_useful and is_question(kept.said):
        session.add(
            SearchRecord(
                at=now,
                query=kept.said,
                audience=Audience.PUBLIC.value,
                answered=False,
                top_item_id=version.item_id,
                led_to=NOT_USEFUL,
            )
        )
    session.flush()
    return kept


@dataclass(frozen=True)
class Votes:
    """How the public finds an entry; ``latest`` are the newest 没用."""

    useful: int = 0
    not_useful: int = 0
    latest: Sequence[EntryVote] = ()


def votes_on(session: Session, item_id: int) -> Votes:
    """All votes on an entry, of every version; two queries."""
    query = (
        select(EntryVote.is_useful, func.count())
        .where(EntryVote.item_id == item_id)
        .group_by(EntryVote.is_useful)
    )
    counts = dict(session.execute(query).all())
    latest = (
        select(EntryVote)
        .where(EntryVote.item_id == item_id, EntryVote.is_useful.is_(False))
        .order_by(EntryVote.id.desc())
        .limit(MAX_SHOWN)
    )
    return Votes(counts.get(True, 0), counts.get(False, 0), session.scalars(latest).all())
