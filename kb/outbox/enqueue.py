"""Every change of an entry leaves an outbox row in the same transaction, whoever makes it."""

from collections.abc import Iterable

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.unitofwork import UOWTransaction

from kb.clock import utc_now
from kb.models import IndexJob, KnowledgeItem, KnowledgeVersion, Unit
from kb.terms import ItemState, VersionState

# Public and staff search are different directories: hidden text is not there to be revealed.
PUBLIC, STAFF = "public", "staff"
TARGETS = (PUBLIC, STAFF)
_WAS_CURRENT = (VersionState.PUBLISHED, VersionState.REPLACED)
_WRITTEN = "outbox_written"


def enqueue(session: Session, item_ids: Iterable[int]) -> None:
    """Ask both indexes to look at these entries again."""
    now = utc_now()
    rows = [
        {"target": target, "object_id": item_id, "enqueued_at": now, "attempts": 0}
        | {"parked": False, "last_error": ""}
        for item_id in sorted(set(item_ids))
        for target in TARGETS
    ]
    if rows:
        session.execute(insert(IndexJob), rows)


def _touched(session: Session) -> set[int]:
    touched: set[int] = set()
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, KnowledgeItem):
            # What was never published is in no index.
            touched.update([row.id] if row.state != ItemState.DRAFT else [])
        elif isinstance(row, KnowledgeVersion):
            touched.update([row.item_id] if row.state in _WAS_CURRENT else [])
        elif isinstance(row, Unit) and row not in session.new:
            # The unit's name is part of what is indexed.
            touched.update(_items_of(session, row.id))
    return touched


def _items_of(session: Session, unit_id: int) -> list[int]:
    rows = session.connection().execute(
        select(KnowledgeItem.id).where(KnowledgeItem.unit_id == unit_id)
    )
    return [row[0] for row in rows]


@event.listens_for(Session, "after_flush")
def _enqueue_changes(session: Session, _context: UOWTransaction) -> None:
    """One row per entry and transaction is enough: the worker reads the state at its end."""
    written: set[int] = session.info.setdefault(_WRITTEN, set())
    fresh = _touched(session) - written
    enqueue(session, fresh)
    written |= fresh


@event.listens_for(Session, "after_commit")
def _forget_committed(session: Session) -> None:
    session.info.pop(_WRITTEN, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_rolled_back(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_WRITTEN, None)
