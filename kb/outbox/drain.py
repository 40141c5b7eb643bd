"""The one indexer's work: apply the current state of changed entries, then forget the rows.

A crash before the index commit changes nothing; between commit and delete the same state is
applied again. Rows are deleted by their own number, never by "all up to": PostgreSQL gives
numbers before commit, and a later one can become visible first.
"""

import logging
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from indexer.errors import IndexLocked, IndexStale, InvalidRecord
from indexer.records import ItemRecord
from kb.db import Database
from kb.models import IndexJob, KnowledgeItem, KnowledgeVersion, SearchTarget
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes
from kb.presenters.index_record import belongs, index_record
from kb.services.learning import active_texts

log = logging.getLogger(__name__)
BATCH = 500
MAX_ATTEMPTS = 5


@dataclass(frozen=True)
class Batch:
    """Outbox rows of one target and the state of the entries they name, read together."""

    seqs: tuple[int, ...]
    replace: tuple[ItemRecord, ...]
    remove: tuple[str, ...]
    marker: int
    directory: str


def load_records(session: Session, item_ids: list[int], target: str) -> dict[int, ItemRecord]:
    """The records these entries have in ``target`` now; those that have none are left out."""
    query = (
        select(KnowledgeItem)
        .where(KnowledgeItem.id.in_(item_ids))
        .options(
            selectinload(KnowledgeItem.unit),
            selectinload(KnowledgeItem.current_version).selectinload(KnowledgeVersion.passages),
        )
    )
    learned = active_texts(session, item_ids)
    records = {}
    for item in session.scalars(query):
        version = item.current_version
        if version is not None and belongs(item, version, target):
            records[item.id] = index_record(item, version, learned.get(item.id, ()))
    return records


def read_batch(session: Session, target: str, limit: int = BATCH) -> Batch | None:
    """The next rows of a target, one operation per entry however often it changed."""
    rows = session.scalars(
        select(IndexJob)
        .where(IndexJob.target == target, IndexJob.parked.is_(False))
        .order_by(IndexJob.seq)
        .limit(limit)
    ).all()
    if not rows:
        return None
    if rows[0].attempts:
        # Something in the batch failed before: go one by one until it is found and parked.
        rows = rows[:1]
    ids = sorted({row.object_id for row in rows})
    records = load_records(session, ids, target)
    row = session.get_one(SearchTarget, target)
    return Batch(
        seqs=tuple(row.seq for row in rows),
        replace=tuple(records[key] for key in ids if key in records),
        remove=tuple(str(key) for key in ids if key not in records),
        marker=row.marker + 1,
        directory=row.directory,
    )


def drain_once(database: Database, indexes: Indexes, target: str) -> int:
    """Apply one batch; returns how many rows were settled.

    Any error of the writer is raised after it is noted on the rows: the indexer must end and
    start afresh, because a failed Whoosh writer may keep its lock.
    """
    with database.reading() as session:
        if session.get(SearchTarget, target) is None:
            return 0
        batch = read_batch(session, target)
        engine = indexes.engine(session, target) if batch else None
    if batch is None or engine is None:
        return 0
    try:
        engine.apply(batch.replace, batch.remove, marker=batch.marker)
    except InvalidRecord as error:
        # Refused before the writer was opened: the index is as it was and may be used on.
        _note_failure(database, batch, error)
        return len(batch.seqs)
    except Exception as error:
        _note_failure(database, batch, error)
        raise
    with database.unit_of_work() as session:
        row = session.get_one(SearchTarget, target, with_for_update=True)
        if row.directory == batch.directory:
            session.execute(delete(IndexJob).where(IndexJob.seq.in_(batch.seqs)))
            row.marker = batch.marker
        # Else a rebuild switched the index meanwhile: the rows stay for the new one.
    return len(batch.seqs)


def drain_all(database: Database, indexes: Indexes) -> int:
    """Apply everything that waits, for every target; returns the number of rows settled."""
    settled = 0
    for target in TARGETS:
        while (done := drain_once(database, indexes, target)) > 0:
            settled += done
    return settled


def _is_of_the_place(error: BaseException | None) -> bool:
    """Tell a full disk, another writer or an old index from a record that cannot be written."""
    if error is None:
        return False
    return isinstance(error, (OSError, IndexLocked, IndexStale)) or _is_of_the_place(
        error.__cause__
    )


def _reason(error: Exception) -> str:
    """What kind of error it was, with our own sentence about the entry where there is one."""
    kind = type(error).__name__
    return f"{kind}: {error.message}" if isinstance(error, InvalidRecord) else kind


def _note_failure(database: Database, batch: Batch, error: Exception) -> None:
    """Count the attempt; a row that keeps failing is parked so that the rest goes on.

    What no row is to blame for is not counted: the rows wait until the place is sound again.
    """
    log.error("index commit failed", extra={"rows": len(batch.seqs)}, exc_info=error)
    if _is_of_the_place(error):
        return
    with database.unit_of_work() as session:
        session.execute(
            update(IndexJob)
            .where(IndexJob.seq.in_(batch.seqs))
            .values(attempts=IndexJob.attempts + 1, last_error=_reason(error))
        )
        if len(batch.seqs) == 1:
            session.execute(
                update(IndexJob)
                .where(IndexJob.seq.in_(batch.seqs), IndexJob.attempts >= MAX_ATTEMPTS)
                .values(parked=True)
            )
