"""What a draft may be the same as, and the files that came with its own: asked on its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import BatchEntry, ItemEvent, KnowledgeVersion, StoredFile
from kb.services.like_contacts import known_contacts
from kb.services.near_duplicates import known_texts
from kb.services.publishing import content_of
from kb.services.stored_files import attachments_of, parent_of
from kb.services.telling_apart import NUMBER_APART, TOLD_APART
from kb.terms import ItemState, KnowledgeKind, Role


@dataclass(frozen=True)
class Alike:
    """A live version of another entry that a draft may be, and why, for people."""

    version: KnowledgeVersion
    reason: str


def alike(session: Session, version: KnowledgeVersion) -> Alike | None:
    """The text of the unit that a new draft nearly repeats, until a person has told them apart."""
    item = version.item
    if item.state != ItemState.DRAFT:
        return None
    told = select(ItemEvent.id).where(
        ItemEvent.version_id == version.id, ItemEvent.kind.in_((TOLD_APART, NUMBER_APART))
    )
    if session.scalar(told.limit(1)) is not None:
        return None
    found = _like_text(session, version) or _like_contact(session, version)
    linked = {link["item_id"] for link in version.planned_links}
    return None if found is None or found.version.item_id in linked else found


def _like_text(session: Session, version: KnowledgeVersion) -> Alike | None:
    item = version.item
    near = known_texts(session, item.unit_id, but_item=item.id).nearest(content_of(version))
    if near is None:
        return None
    other = session.get_one(KnowledgeVersion, near.known.version_id)
    return Alike(other, f"与《{other.title}》约有 {near.similarity:.0%} 相同")


def _like_contact(session: Session, version: KnowledgeVersion) -> Alike | None:
    """Another contact of the unit that may be this office; not one of the same table."""
    item = version.item
    if version.kind != KnowledgeKind.CONTACT:
        return None
    listed: set[str] = set()
    if version.file_id is not None:
        query = select(KnowledgeVersion.title).where(KnowledgeVersion.file_id == version.file_id)
        listed = set(session.scalars(query))
    contacts = known_contacts(session, item.unit_id)
    like = contacts.find(content_of(version), listed, but_item=item.id)
    if like is None:
        return None
    other = session.get_one(KnowledgeVersion, like.version_id)
    return Alike(other, like.reason)


@dataclass(frozen=True)
class Enclosed:
    """A file and the version that was made of it, if one was.

    :ivar may_open: whether it is the reader's unit's own; one handed over is not any more.
    :ivar batch_id: of the batch that its rows, files or questions wait in.
    """

    file: StoredFile
    version: KnowledgeVersion | None
    may_open: bool
    batch_id: int | None = None


def came_in(session: Session, version: KnowledgeVersion, actor: Actor) -> Enclosed | None:
    """The mail or container that a version's original came in."""
    parent = parent_of(session, version.file_id) if version.file_id is not None else None
    return _enclosed(session, parent, actor) if parent is not None else None


def came_with(session: Session, version: KnowledgeVersion, actor: Actor) -> Sequence[Enclosed]:
    """The files that came inside a version's original."""
    if version.file_id is None:
        return ()
    return [_enclosed(session, file, actor) for file in attachments_of(session, version.file_id)]


def _enclosed(session: Session, file: StoredFile, actor: Actor) -> Enclosed:
    query = (
        select(KnowledgeVersion)
        .where(KnowledgeVersion.file_id == file.id)
        .order_by(KnowledgeVersion.id.desc())
        .limit(1)
    )
    may_open = actor.has(Role.EDITOR) or file.unit_id in actor.unit_scope
    batch = select(func.max(BatchEntry.batch_id)).where(BatchEntry.file_id == file.id)
    return Enclosed(file, session.scalars(query).first(), may_open, session.scalar(batch))
