"""Every change of an entry leaves an outbox row in the same transaction, whoever makes it."""

from collections.abc import Iterable

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.unitofwork import UOWTransaction

from kb.clock import utc_now
from kb.models import IndexJob, KnowledgeItem, KnowledgeVersion, Unit

# Public and staff search are different directories: hidden text is not there to be revealed.
PUBLIC, STAFF = "public", "staff"
TARGETS = (PUBLIC, STAFF)


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
            touched.add(row.id)
        elif isinstance(row, KnowledgeVersion):
            touched.add(row.item_id)
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
    enqueue(session, _touched(session))
