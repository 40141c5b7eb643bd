"""Files that were kept for a refused form and that nobody handed in: cleared after a week."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import OrderFile, StoredFile
from kb.services.audit import record
from kb.services.files import FileStore

KEPT_FOR = timedelta(days=7)


def clear_unused(database: Database, files: FileStore, now: datetime) -> int:
    """Forget order files that no step names; how many.

    The bytes go only when no other row names them, and after their row is gone: a crash in between
    leaves bytes without a row, never a row without its bytes.
    """
    before = now - KEPT_FOR
    unused = (OrderFile.seq.is_(None), OrderFile.uploaded_at < before)
    with database.reading() as session:
        found = session.execute(select(OrderFile.id, OrderFile.sha256).where(*unused)).all()
    cleared = 0
    for file_id, sha256 in found:
        with database.unit_of_work() as session:
            # Asked again: it may have been handed in this moment.
            query = select(OrderFile).where(OrderFile.id == file_id, *unused)
            row = session.scalars(query.with_for_update()).one_or_none()
            if row is None:
                continue
            _note(session, row, now)
            session.delete(row)
        cleared += 1
        with database.reading() as session:
            is_named = _is_named(session, sha256)
        if not is_named:
            files.discard(sha256, before)
    return cleared


def _is_named(session: Session, sha256: str) -> bool:
    return any(
        session.scalar(select(table.id).where(table.sha256 == sha256).limit(1)) is not None
        for table in (OrderFile, StoredFile)
    )


def _note(session: Session, row: OrderFile, now: datetime) -> None:
    record(
        session,
        actor_id=None,
        action="order_file.clear",
        object_type="order_file",
        object_id=row.id,
        detail={"order_id": row.order_id, "sha256": row.sha256},
        now=now,
    )
