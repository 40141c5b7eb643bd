"""Does the index say what the database says? Compared both ways, never repaired silently."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indexer.errors import IndexerError
from kb.errors import SearchUnavailable
from kb.models import IndexJob, KnowledgeItem, SearchTarget
from kb.outbox.drain import load_records
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes

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
            or self.problem
        )

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return asdict(self) | {"equal": self.is_equal}


def check_target(session: Session, indexes: Indexes, target: str) -> TargetReport:
    """Compare one index with the database, entry by entry and revision by revision."""
    report = TargetReport(target)
    report.waiting = _count(session, target, parked=False)
    report.parked = _count(session, target, parked=True)
    row = session.get(SearchTarget, target)
    try:
        engine = indexes.engine(session, target)
        found = engine.manifest()
        marker = engine.marker()
    except (SearchUnavailable, IndexerError) as error:
        report.problem = getattr(error, "message", str(error))
        return report
    assert row is not None  # noqa: S101 - the engine came from this row
    report.marker_behind = marker < row.marker
    report.fingerprint_changed = row.fingerprint != indexes.factory.fingerprint
    expected = _expected(session, target)
    report.in_database, report.in_index = len(expected), len(found)
    report.missing = sorted(int(key) for key in expected if key not in found)
    report.extra = sorted(key for key in found if key not in expected)
    report.duplicate = sorted(key for key, revs in found.items() if len(revs) > 1)
    report.stale = sorted(
        int(key) for key, rev in expected.items() if key in found and rev not in found[key]
    )
    return report


def check_all(session: Session, indexes: Indexes) -> list[TargetReport]:
    """Reports for every index."""
    return [check_target(session, indexes, target) for target in TARGETS]


def _expected(session: Session, target: str) -> dict[str, int]:
    expected: dict[str, int] = {}
    ids = session.scalars(select(KnowledgeItem.id).order_by(KnowledgeItem.id)).all()
    for at in range(0, len(ids), PAGE):
        records = load_records(session, list(ids[at : at + PAGE]), target)
        expected.update({record.item_id: record.rev for record in records.values()})
        # End the reading transaction: on SQLite a long one would keep writers waiting.
        session.rollback()
    return expected


def _count(session: Session, target: str, *, parked: bool) -> int:
    query = select(func.count()).where(IndexJob.target == target, IndexJob.parked.is_(parked))
    return session.scalar(query) or 0
