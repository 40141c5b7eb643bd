"""What is tried on a database is seen while it is tried, and gone afterwards."""

from pathlib import Path

from sqlalchemy import func, select

from kb.db import Database
from kb.models import AuditRecord, Unit
from kb.rehearsal import rehearsed
from kb.services.audit import record
from tests.kb.conftest import NOW


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
