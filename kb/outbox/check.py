"""Does the index say what the database says? Compared both ways, never repaired silently."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indexer.errors import IndexerError
from kb.db import Database
from kb.errors import SearchUnavailable
from kb.models import IndexJob, KnowledgeItem, SearchTarget
from kb.outbox.drain import load_records
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes
from kb.outbox.recut import words_between
from kb.queries.dictionary import current_version

PAGE = 500


@dataclass
class TargetReport:
    """What differs between one index and the database; ids are entry ids."""

    target: str
    in_database: int = 0
    in_index: int = 0
    missing: list[int] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    waiting: int = 0
    parked: int = 0
    marker_behind: bool = False
    fingerprint_changed: bool = False
    words_behind: bool = False  # user words changed, and not all of their rows are written yet
    problem: str = ""

    @property
    def is_equal(self) -> bool:
        """True when the index holds exactly what the database says, once."""
        return not (
            self.missing
            or self.extra
            or self.stale
            or self.duplicate
            or self.marker_behind
            or self.fingerprint_changed
            or self.words_behind
            or self.problem
        )

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return asdict(self) | {"equal": self.is_equal}


def check_target(database: Database, indexes: Indexes, target: str) -> TargetReport:
    """Compare one index with the database, entry by entry and revision by revision."""
    report = TargetReport(target)
    with database.reading() as session:
        report.waiting = _count(session, target, parked=False)
        report.parked = _count(session, target, parked=True)
        row = session.get(SearchTarget, target)
        report.words_behind = row is not None and _words_behind(session, row)
        try:
            engine = indexes.engine(session, target)
            found, marker = engine.manifest(), engine.marker()
        except (SearchUnavailable, IndexerError) as error:
            report.problem = error.message
            return report
    report.marker_behind = row is not None and marker < row.marker
    report.fingerprint_changed = engine.fingerprint() != indexes.factory.fingerprint
    expected = _expected(database, target)
    report.in_database, report.in_index = len(expected), len(found)
    report.missing = sorted(int(key) for key in expected if key not in found)
    report.extra = sorted(key for key in found if key not in expected)
    report.duplicate = sorted(key for key, revs in found.items() if len(revs) > 1)
    report.stale = sorted(
        int(key) for key, rev in expected.items() if key in found and rev not in found[key]
    )
    return report


def _words_behind(session: Session, row: SearchTarget) -> bool:
    newest = current_version(session)
    if row.dictionary_version >= newest:
        return False
    return bool(words_between(session, row.dictionary_version, newest))


def check_all(database: Database, indexes: Indexes) -> list[TargetReport]:
    """Reports for every index."""
    return [check_target(database, indexes, target) for target in TARGETS]


def _expected(database: Database, target: str) -> dict[str, int]:
    with database.reading() as session:
        ids = list(session.scalars(select(KnowledgeItem.id).order_by(KnowledgeItem.id)))
    expected: dict[str, int] = {}
    for at in range(0, len(ids), PAGE):
        # A session a page: on SQLite a long reading transaction would keep writers waiting.
        with database.reading() as session:
            records = load_records(session, ids[at : at + PAGE], target)
        expected.update({record.item_id: record.rev for record in records.values()})
    return expected


def _count(session: Session, target: str, *, parked: bool) -> int:
    query = select(func.count()).where(IndexJob.target == target, IndexJob.parked.is_(parked))
    return session.scalar(query) or 0
