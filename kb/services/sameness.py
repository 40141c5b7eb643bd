"""相同 / 新版本 / 不同: what the library already holds of what somebody pushes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from kb.models import KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.services.entries import Content, text_hash
from kb.services.files import KeptFile
from kb.terms import Audience, ItemState, VersionState

_OVER = (VersionState.DISCARDED.value, VersionState.REPLACED.value)
_COUNTS = (ItemState.DRAFT.value, ItemState.PUBLISHED.value)
_STATED = ("document_number", "issued_on", "valid_from", "valid_until", "review_on")
_MAX_ALIKE = 20


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


def find_same_text(
    session: Session, content: Content, unit_id: int, item_id: int | None = None
) -> KnowledgeVersion | None:
    """A version of this unit that says exactly the same and still counts, so nothing is new.

    :param item_id: the entry that the sender named, whose audience they may want to change.
    """
    said = {name: getattr(content, name) for name in _STATED}
    audience = content.audience if item_id is not None else None
    rows = _with_text(session, content, unit_id)
    return next((row for row in rows if adds_nothing(row, said, audience)), None)


def find_over_text(session: Session, content: Content, unit_id: int) -> KnowledgeVersion | None:
    """A version of this unit with exactly these words that is replaced, withdrawn or ended."""
    return next((row for row in _with_text(session, content, unit_id) if is_over(row)), None)


def adds_nothing(
    version: KnowledgeVersion, said: Mapping[str, Any], audience: Audience | None = None
) -> bool:
    """Tell whether the same text with these statements would change nothing.

    :param said: dates and number as the sender states them; what is left out is not said.
    :param audience: for whom it is to be; ``None`` where that is not meant to change it.
    """
    if is_over(version) or (audience is not None and audience != version.audience):
        return False
    return all(not said.get(name) or said[name] == getattr(version, name) for name in _STATED)


def is_over(version: KnowledgeVersion) -> bool:
    """Tell whether a version was replaced, or its entry withdrawn, superseded or repealed."""
    return version.state in _OVER or version.item.state not in _COUNTS


def _with_text(session: Session, content: Content, unit_id: int) -> list[KnowledgeVersion]:
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(
            KnowledgeVersion.text_sha256 == hash_of(content),
            KnowledgeItem.unit_id == unit_id,
            KnowledgeVersion.state != VersionState.DISCARDED.value,
        )
        .order_by(KnowledgeVersion.id.desc())
        .limit(_MAX_ALIKE)
    )
    return list(session.scalars(query))


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
