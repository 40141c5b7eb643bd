"""Entries that hold a user word added to or taken from the dictionary are indexed again.

``search_target.dictionary_version`` says which version's user words an index is cut with, or has
outbox rows for. It moves in the same transaction as the last of those rows, so whatever is
interrupted is begun again, whoever saved the dictionary and whichever process ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from indexer.lexicon import default_lexicon
from indexer.normalise import normalise
from indexer.records import ItemRecord
from kb.db import Database
from kb.dictionary import compose
from kb.models import KnowledgeItem, SearchTarget
from kb.outbox.drain import load_records
from kb.outbox.enqueue import STAFF, enqueue
from kb.queries.dictionary import current_version, own_entries_at
from kb.terms import ItemState

PAGE = 200


@dataclass
class _Pass:
    """One walk over the entries, for the indexes that were in use when it began."""

    directories: frozenset[str]
    version: int
    words: frozenset[str]
    after_id: int = 0


class Recutter:
    """Looks for entries to be cut again, a page a step, so that its worker keeps its lease."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pass: _Pass | None = None

    def step(self) -> bool:
        """Enqueue what one page of entries needs; tells whether there may be more to do."""
        with self._database.reading() as session:
            walk = self._pass or _begin(session)
            if walk is None:
                return False
            ids = _page(session, walk.after_id) if walk.words else []
            affected = holding(session, ids, walk.words)
        with self._database.unit_of_work() as session:
            enqueue(session, affected)
            if not ids:
                session.execute(
                    update(SearchTarget)
                    .where(SearchTarget.directory.in_(walk.directories))
                    .values(dictionary_version=walk.version)
                )
        walk.after_id = ids[-1] if ids else 0
        self._pass = walk if ids else None
        return True

    def finish(self) -> None:
        """All steps that are left."""
        while self.step():
            pass


def _begin(session: Session) -> _Pass | None:
    version = current_version(session)
    behind = session.scalars(
        select(SearchTarget).where(SearchTarget.dictionary_version < version)
    ).all()
    if not behind:
        return None
    words = words_between(session, min(row.dictionary_version for row in behind), version)
    return _Pass(frozenset(row.directory for row in behind), version, words)


def words_between(session: Session, one: int, other: int) -> frozenset[str]:
    """User words that one of two versions has and the other has not."""
    shipped = default_lexicon()
    first, second = (
        set(compose(shipped, own_entries_at(session, number)).user_words) for number in (one, other)
    )
    return frozenset(first ^ second)


def holding(session: Session, item_ids: list[int], words: frozenset[str]) -> list[int]:
    """Those of these entries in whose indexed text one of the words stands."""
    records = load_records(session, item_ids, STAFF)  # the staff index holds the public one's
    return [
        item_id
        for item_id, record in records.items()
        if any(word in text for text in _cut_texts(record) for word in words)
    ]


def count_holding(database: Database, words: frozenset[str]) -> int:
    """How many entries would be indexed again if these user words came or went."""
    count, after_id = 0, 0
    while words:
        # A session a page: on SQLite a long reading transaction would keep writers waiting.
        with database.reading() as session:
            ids = _page(session, after_id)
            if not ids:
                break
            count += len(holding(session, ids, words))
        after_id = ids[-1]
    return count


def _page(session: Session, after_id: int) -> list[int]:
    query = select(KnowledgeItem.id).where(
        KnowledgeItem.id > after_id, KnowledgeItem.state != ItemState.DRAFT.value
    )
    return list(session.scalars(query.order_by(KnowledgeItem.id).limit(PAGE)))


def _cut_texts(record: ItemRecord) -> Iterator[str]:
    """What the index cuts into words, see indexer.schema."""
    named = (record.title, *record.variants, *record.learned, *record.unit_names)
    yield normalise("\n".join((*named, record.issuing_authority)))
    for passage in record.passages:
        yield normalise(f"{passage.heading_path}\n{passage.text}")
