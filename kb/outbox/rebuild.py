"""Building an index afresh from the database, beside the live one, then switching the name."""

import logging
from collections.abc import Callable, Iterator

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from indexer.engine import Engine
from indexer.errors import InvalidRecord
from indexer.records import ItemRecord
from kb.clock import Clock
from kb.db import Database
from kb.models import IndexJob, KnowledgeItem, PassageRow, SearchTarget
from kb.outbox.check import check_target
from kb.outbox.drain import load_records
from kb.outbox.enqueue import TARGETS, enqueue
from kb.outbox.indexes import Indexes

log = logging.getLogger(__name__)
PAGE = 500
Progress = Callable[[str, int, int], None]


def rebuild(
    database: Database,
    indexes: Indexes,
    clock: Clock,
    targets: tuple[str, ...] = TARGETS,
    progress: Progress = lambda target, done, total: None,
) -> dict[str, int]:
    """Build each target anew and switch to it; returns entries per target.

    :param progress: told the target, how many passages are done, and about how many there are
        (exactly in the last call).

    Changes made meanwhile either still wait in the outbox or were applied to the old index; the
    latter are found by comparing revisions after the switch, and enqueued. So is an entry that
    cannot be indexed: it keeps no other out, and is parked and named like any other. User words
    changed meanwhile are left to the worker, see kb.outbox.recut.
    """
    counts: dict[str, int] = {}
    for target in targets:

        def fill(engine: Engine, target: str = target) -> int:
            counts[target] = _fill(database, engine, target, progress)
            return engine.marker()

        with database.reading() as session:
            words = indexes.dictionary.current(session)
        directory, marker = indexes.build(fill, target, words)
        with database.unit_of_work() as session:
            session.get(SearchTarget, target, with_for_update=True)
            indexes.switch(session, target, directory, marker, clock(), words.version)
            # The new index holds what the parked rows asked for, or the comparison finds it.
            session.execute(delete(IndexJob).where(IndexJob.target == target, IndexJob.parked))
        _catch_up(database, indexes, target)
    return counts


def _catch_up(database: Database, indexes: Indexes, target: str) -> None:
    """Enqueue what changed while the index was built and had been applied to the old one."""
    report = check_target(database, indexes, target)
    behind = {*report.missing, *report.stale, *map(int, report.extra)}
    if behind:
        with database.unit_of_work() as session:
            enqueue(session, behind)


def ensure_built(database: Database, indexes: Indexes, clock: Clock) -> list[str]:
    """Build the targets that have never been built, or by another dictionary or schema.

    An existing index is never touched: the new one is built beside it.
    """
    with database.reading() as session:
        known = {row.name: row.fingerprint for row in session.scalars(select(SearchTarget))}
    wanting = tuple(name for name in TARGETS if known.get(name) != indexes.factory.fingerprint)
    if wanting:
        rebuild(database, indexes, clock, wanting)
    return list(wanting)


def _fill(database: Database, engine: Engine, target: str, progress: Progress) -> int:
    with database.reading() as session:
        ids = list(session.scalars(select(KnowledgeItem.id).order_by(KnowledgeItem.id)))
        total = _current_passages(session)
    count = passages = 0

    def records() -> Iterator[ItemRecord]:
        nonlocal count, passages
        for page in _pages(ids):
            # A session a page: on SQLite a long reading transaction would keep writers waiting.
            with database.reading() as session:
                loaded = load_records(session, page, target)
            found = {key: record for key, record in loaded.items() if _is_sound(record)}
            count += len(found)
            passages += sum(len(record.passages) for record in found.values())
            yield from (found[key] for key in page if key in found)

    engine.build(records(), marker=1, progress=lambda done: progress(target, done, total))
    progress(target, passages, passages)
    return count


def _is_sound(record: ItemRecord) -> bool:
    try:
        record.check()
    except InvalidRecord as error:
        log.error("entry left out of the index", extra={"item": record.item_id}, exc_info=error)
        return False
    return True


def _current_passages(session: Session) -> int:
    """Passages of everything published: about what there is to do."""
    query = select(func.count(PassageRow.id)).join(
        KnowledgeItem, KnowledgeItem.current_version_id == PassageRow.version_id
    )
    return session.scalar(query) or 0


def _pages(ids: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), PAGE):
        yield ids[at : at + PAGE]
