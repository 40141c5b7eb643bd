"""Rows of batches whose pages are pictures: what became of them once people saw to the scan."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import BatchEntry, KnowledgeVersion, StoredFile
from kb.services.pushed import Pushed
from kb.terms import EntryOutcome

_DRAFTED = "文字已校对或录入完，草稿已生成"


def settle_scanned(session: Session, stored: StoredFile, pushed: Pushed, now: datetime) -> None:
    """The scan is read or typed: its rows wait no longer and lead to what was made of it."""
    version = session.get(KnowledgeVersion, pushed.version_id) if pushed.version_id else None
    for entry in _awaiting(session, stored):
        entry.code, entry.reason = pushed.code, (pushed.message or _DRAFTED)[:500]
        if version is None:
            entry.outcome = EntryOutcome.CONTAINER.value  # its rows are looked through elsewhere
            continue
        entry.title, entry.kind = version.title, version.kind
        entry.document_number = version.document_number
        if pushed.outcome == "duplicate":
            entry.outcome = EntryOutcome.DUPLICATE.value
            entry.matched_version_id = version.id
            continue
        is_next = pushed.outcome == "new_version"
        entry.outcome = (EntryOutcome.NEW_VERSION if is_next else EntryOutcome.NEW).value
        entry.version_id, entry.settled_at = version.id, now


def dismiss_scanned(session: Session, stored: StoredFile, now: datetime) -> None:
    """Nobody will see to the scan: its rows ask for nothing any more."""
    for entry in _awaiting(session, stored):
        entry.dismissed_at = now


def _awaiting(session: Session, stored: StoredFile) -> Sequence[BatchEntry]:
    """Rows that wait for the text of this file, or of the very same bytes sent once more."""
    same = select(StoredFile.id).where(
        StoredFile.sha256 == stored.sha256, StoredFile.unit_id == stored.unit_id
    )
    query = select(BatchEntry).where(
        BatchEntry.file_id.in_(same),
        BatchEntry.outcome == EntryOutcome.NEEDS_OCR.value,
        BatchEntry.settled_at.is_(None),
    )
    return session.scalars(query.order_by(BatchEntry.id).with_for_update()).all()
