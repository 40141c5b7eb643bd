"""A person says that a text is meant to hold from before it was written; nothing else may."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import require_editing
from kb.actor import Actor
from kb.backdating import backdating
from kb.errors import InvalidInput
from kb.models import ItemEvent, KnowledgeVersion
from kb.services.entries import note

CONFIRMED = "backdating_confirmed"


def sentence_of(version: KnowledgeVersion) -> str:
    """What the version's two dates say about each other; empty where nothing reaches back."""
    return backdating(version.issued_on, version.valid_from)


def confirmation(session: Session, version: KnowledgeVersion) -> ItemEvent | None:
    """Who confirmed these very dates last, if anybody did: other dates are another question."""
    query = select(ItemEvent).where(
        ItemEvent.version_id == version.id,
        ItemEvent.kind == CONFIRMED,
        ItemEvent.comment == sentence_of(version),
    )
    return session.scalars(query.order_by(ItemEvent.id.desc())).first()


def confirm(session: Session, version: KnowledgeVersion, actor: Actor, now: datetime) -> None:
    """Write down that the original says so; said twice, or of other dates, it is one step."""
    require_editing(actor, version.item)
    said = sentence_of(version)
    if said and confirmation(session, version) is None:
        note(session, version, CONFIRMED, actor, now, said)


def require_confirmed(session: Session, version: KnowledgeVersion) -> None:
    """Let nothing reach back in silence.

    :raises InvalidInput: it does, and nobody has said that it is meant to.
    """
    said = sentence_of(version)
    if said and confirmation(session, version) is None:
        asked = f"{said}：请对照原件改正日期；原件就是这样写的，先确认再送审、发布"
        raise InvalidInput(asked, {"backdated": asked})
