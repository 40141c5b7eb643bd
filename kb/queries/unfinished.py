"""What a unit has begun and not handed in: drafts, returned versions, originals not read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from kb.models import BatchEntry, ItemEvent, KnowledgeVersion, StoredFile
from kb.queries.portal import versions_in, within
from kb.terms import ReadState, VersionState

PAGE = 20
UNREAD = (ReadState.PENDING, ReadState.NEEDS_OCR, ReadState.FAILED)
# A file that is just being read is no news yet.
READING_SECONDS = 5
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows and how many rows there are; ``pages`` is at least 1."""

    rows: tuple[T, ...]
    total: int
    page: int
    pages: int


def drafts(
    session: Session, scope: Collection[int] | None, *, page: int = 1, size: int = PAGE
) -> Page[KnowledgeVersion]:
    """Drafts and returned versions of these units (``None`` is all), last changed first."""
    states = [VersionState.DRAFT.value, VersionState.RETURNED.value]
    query = versions_in(scope).where(KnowledgeVersion.state.in_(states))
    order = (KnowledgeVersion.updated_at.desc(), KnowledgeVersion.id.desc())
    return _page(session, query, order, page, size)


def return_reasons(session: Session, versions: Sequence[KnowledgeVersion]) -> dict[int, str]:
    """Why each returned version came back, by version id."""
    query = (
        select(ItemEvent.version_id, ItemEvent.comment)
        .where(
            ItemEvent.version_id.in_([version.id for version in versions]),
            ItemEvent.kind == "returned",
        )
        .order_by(ItemEvent.id)
    )
    return {version_id: said for version_id, said in session.execute(query) if version_id}


def unread_files(
    session: Session,
    scope: Collection[int] | None,
    now: datetime,
    *,
    page: int = 1,
    size: int = PAGE,
) -> Page[StoredFile]:
    """Originals that are kept but not in the knowledge base, newest first."""
    fresh = and_(
        StoredFile.read_state == ReadState.PENDING.value,
        StoredFile.uploaded_at > now - timedelta(seconds=READING_SECONDS),
    )
    query = select(StoredFile).where(
        within(StoredFile.unit_id, scope),
        StoredFile.read_state.in_([state.value for state in UNREAD]),
        ~fresh,
        StoredFile.dismissed_at.is_(None),
        # A batch shows its own files.
        StoredFile.id.not_in(select(BatchEntry.file_id).where(BatchEntry.file_id.is_not(None))),
    )
    order = (StoredFile.uploaded_at.desc(), StoredFile.id.desc())
    return _page(session, query, order, page, size)


def _page(
    session: Session, query: Select[T], order: Sequence[Any], page: int, size: int
) -> Page[T]:
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = session.scalars(query.order_by(*order).limit(size).offset((page - 1) * size))
    return Page(tuple(rows), total, page, pages)
