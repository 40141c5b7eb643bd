"""What a draft may be the same as, and the files that came with its own: asked on its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import ItemEvent, KnowledgeVersion, StoredFile
from kb.services.drafting import TOLD_APART
from kb.services.near_duplicates import known_texts
from kb.services.publishing import content_of
from kb.services.stored_files import attachments_of, parent_of
from kb.terms import ItemState


@dataclass(frozen=True)
class Alike:
    """A live version of another entry that says nearly the same, and how much of it."""

    version: KnowledgeVersion
    similarity: float


def alike(session: Session, version: KnowledgeVersion) -> Alike | None:
    """The text of the unit that a new draft nearly repeats, until a person has told them apart."""
    item = version.item
    if item.state != ItemState.DRAFT:
        return None
    told = select(ItemEvent.id).where(
        ItemEvent.version_id == version.id, ItemEvent.kind == TOLD_APART
    )
    if session.scalar(told.limit(1)) is not None:
        return None
    near = known_texts(session, item.unit_id, but_item=item.id).nearest(content_of(version))
    if near is None:
        return None
    other = session.get_one(KnowledgeVersion, near.known.version_id)
    if other.item_id in {link["item_id"] for link in version.planned_links}:
        return None
    return Alike(other, near.similarity)


@dataclass(frozen=True)
class Enclosed:
    """A file and the version that was made of it, if one was."""

    file: StoredFile
    version: KnowledgeVersion | None


def came_in(session: Session, version: KnowledgeVersion) -> Enclosed | None:
    """The mail or container that a version's original came in."""
    parent = parent_of(session, version.file_id) if version.file_id is not None else None
    return _enclosed(session, parent) if parent is not None else None


def came_with(session: Session, version: KnowledgeVersion) -> Sequence[Enclosed]:
    """The files that came inside a version's original."""
    if version.file_id is None:
        return ()
    return [_enclosed(session, file) for file in attachments_of(session, version.file_id)]


def _enclosed(session: Session, file: StoredFile) -> Enclosed:
    query = (
        select(KnowledgeVersion)
        .where(KnowledgeVersion.file_id == file.id)
        .order_by(KnowledgeVersion.id.desc())
        .limit(1)
    )
    return Enclosed(file, session.scalars(query).first())
