"""What is tried on a database is seen while it is tried, and gone afterwards."""

from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import AuditRecord, Batch, BatchEntry, KnowledgeVersion, Unit, User
from kb.rehearsal import rehearsed
from kb.services.audit import record
from kb.services.publishing import approve, submit
from kb.services.unit_reviewers import pass_on_waiting
from kb.terms import VersionState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, draft
from tests.kb.test_publishing import reviewer_of


def _names(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Unit.name)))


def test_units_of_work_are_seen_by_the_next_and_taken_back_in_the_end(
    any_database: Database, unit: Unit, tmp_path: Path
) -> None:
    with rehearsed(any_database, tmp_path) as tried:
        with tried.unit_of_work() as session:
            session.add(Unit(name="汀州市试验局", aliases=[]))
            record(session, None, "unit.create", "unit", 1, {}, NOW)
        assert _names(tried) == ["汀州市教育局", "汀州市试验局"]
        try:
            with tried.unit_of_work() as session:
                session.add(Unit(name="汀州市失败局", aliases=[]))
                session.flush()
                raise KeyError("a use case that fails takes back its own part alone")
        except KeyError:
            pass
        assert _names(tried) == ["汀州市教育局", "汀州市试验局"]
        # Nobody waits for a try: others write and read meanwhile.
        with any_database.unit_of_work() as session:
            session.add(Unit(name="汀州市公安局", aliases=[]))
            record(session, None, "unit.create", "unit", 2, {}, NOW)
        assert _names(any_database) == ["汀州市公安局", "汀州市教育局"]
    assert _names(any_database) == ["汀州市公安局", "汀州市教育局"]
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditRecord)) == 1


def _tried(session: Session, unit: Unit, matched: list[KnowledgeVersion]) -> None:
    """A batch of files that the library has already."""
    batch = Batch(unit_id=unit.id, created_at=NOW, key="试")
    session.add(batch)
    session.flush()
    for version in matched:
        session.add(
            BatchEntry(
                batch_id=batch.id,
                unit_id=unit.id,
                path=f"{version.id}.txt",
                matched_version_id=version.id,
            )
        )


def test_what_a_tried_file_is_like_is_approved_meanwhile(
    any_database: Database, unit: Unit, tmp_path: Path
) -> None:
    own, orphaned = draft(any_database, unit), draft(any_database, unit, title="另一份")
    with any_database.unit_of_work() as session:
        for version in (own, orphaned):
            submit(
                session,
                session.get_one(KnowledgeVersion, version.id),
                actor=clerk_of(unit),
                now=NOW,
            )
    with rehearsed(any_database, tmp_path) as tried:
        with tried.unit_of_work() as session:
            _tried(session, unit, [own, orphaned])
        with any_database.unit_of_work() as session:
            if any_database.engine.dialect.name == "postgresql":
                session.execute(text("SET LOCAL lock_timeout = '2s'"))  # else it waits for itself
            found = session.get_one(KnowledgeVersion, own.id)
            approve(session, found, actor=reviewer_of(unit), now=NOW)
            approve(session, found, actor=EDITOR, now=NOW)
            session.scalars(select(User)).one().is_active = False
            session.flush()
            pass_on_waiting(session, NOW)
    with any_database.reading() as session:
        states = [session.get_one(KnowledgeVersion, one.id).state for one in (own, orphaned)]
    assert states == [VersionState.PUBLISHED, VersionState.CENTRE_REVIEW]
