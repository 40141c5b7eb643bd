"""The imports so far: those through the pages a page at a time, those of the command line."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kb.models import RecordImport, RecordSetRow

PER_PAGE = 20
MAX_BY_COMMAND = 20


@dataclass(frozen=True)
class SetsPage:
    """One page, newest first."""

    rows: Sequence[RecordSetRow]
    page: int
    pages: int
    total: int


def sets_page(session: Session, page: int) -> SetsPage:
    """A page of the imports through the pages; one beyond the last gives the last."""
    total = session.scalar(select(func.count()).select_from(RecordSetRow)) or 0
    pages = max(-(-total // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    query = (
        select(RecordSetRow)
        .order_by(RecordSetRow.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
        .options(
            selectinload(RecordSetRow.by),
            selectinload(RecordSetRow.loaded),
            selectinload(RecordSetRow.job),
        )
    )
    return SetsPage(session.scalars(query).all(), page, pages, total)


def imports_before(session: Session) -> Sequence[RecordImport]:
    """The newest imports that no page began: those of the command line."""
    through_pages = select(RecordSetRow.import_id).where(RecordSetRow.import_id.is_not(None))
    query = (
        select(RecordImport)
        .where(RecordImport.id.not_in(through_pages))
        .order_by(RecordImport.id.desc())
        .limit(MAX_BY_COMMAND)
    )
    return session.scalars(query).all()
