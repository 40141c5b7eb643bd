"""相同 / 新版本 / 不同: what the library already holds of what somebody pushes."""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from kb.models import KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.services.entries import Content, text_hash
from kb.services.files import KeptFile
from kb.terms import Audience, ItemState, VersionState

_OVER = (VersionState.DISCARDED.value, VersionState.REPLACED.value)


def live_of(unit_id: int) -> ColumnElement[bool]:
    """The condition that a version of the unit's entries is current or on its way."""
    of_unit = select(KnowledgeItem.id).where(KnowledgeItem.unit_id == unit_id)
    return KnowledgeVersion.item_id.in_(of_unit) & KnowledgeVersion.state.not_in(_OVER)


def one_push_at_a_time(session: Session, unit_id: int) -> None:
    """Hold the unit until the commit, so that the same text pushed twice at once is seen."""
    session.get_one(Unit, unit_id, with_for_update={"key_share": True})


def find_same_file(session: Session, kept: KeptFile, unit_id: int) -> KnowledgeVersion | None:
    """A version of this unit made from the very same bytes, unless it was thrown away.

    Rows of a table are not meant: a table sent again may have rows that failed before.
    """
    query = (
        select(KnowledgeVersion)
        .join(StoredFile, StoredFile.id == KnowledgeVersion.file_id)
        .where(
            StoredFile.sha256 == kept.sha256,
            StoredFile.unit_id == unit_id,
            KnowledgeVersion.row.is_(None),
            KnowledgeVersion.state != VersionState.DISCARDED.value,
        )
        .order_by(KnowledgeVersion.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def find_same_bytes(session: Session, stored: StoredFile) -> KnowledgeVersion | None:
    """As :func:`find_same_file` for a file that has its row already."""
    return find_same_file(session, KeptFile(stored.sha256, stored.size_bytes), stored.unit_id)


def find_same_text(session: Session, content: Content, unit_id: int) -> KnowledgeVersion | None:
    """A version of this unit that says exactly the same."""
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(
            KnowledgeVersion.text_sha256 == hash_of(content),
            KnowledgeItem.unit_id == unit_id,
            KnowledgeVersion.state != VersionState.DISCARDED.value,
        )
        .order_by(KnowledgeVersion.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def hash_of(content: Content) -> str:
    """The fingerprint that a version of this content would have."""
    return text_hash(content.title.strip(), content.body, content.facts)


def find_same_number(session: Session, content: Content, unit_id: int) -> KnowledgeVersion | None:
    """The published version of the unit's entry that has the content's 文号."""
    query = _published_with(content.document_number).where(KnowledgeItem.unit_id == unit_id)
    return session.scalars(query).first() if content.document_number else None


def find_elsewhere(session: Session, content: Content, unit_id: int) -> KnowledgeVersion | None:
    """The public version of another unit's entry with the same 文号."""
    query = _published_with(content.document_number).where(
        KnowledgeItem.unit_id != unit_id, KnowledgeVersion.audience == Audience.PUBLIC.value
    )
    return session.scalars(query).first() if content.document_number else None


def _published_with(number: str) -> Select[KnowledgeVersion]:
    return (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            KnowledgeVersion.document_number == number,
            KnowledgeItem.state == ItemState.PUBLISHED.value,
        )
        .order_by(KnowledgeVersion.id)
        .limit(1)
    )


def find_same_title(session: Session, content: Content, unit_id: int) -> KnowledgeVersion | None:
    """The live version of a table row's entry: same kind, same question or name."""
    query = (
        select(KnowledgeVersion)
        .where(
            live_of(unit_id),
            KnowledgeVersion.kind == content.kind.value,
            KnowledgeVersion.title == content.title.strip(),
        )
        .order_by(KnowledgeVersion.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()
