"""The audit chain: whole as written, broken at the place that was touched."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import kb.models  # noqa: F401 - registers every table
from kb.db import Base, Database
from kb.models import AuditRecord
from kb.services import audit

NOW = datetime(2026, 5, 7, 2, 24, 5, 123456, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        for number in range(6):
            audit.record(
                session,
                None,
                "published",
                "item",
                number,
                {"标题": f"条目 {number}", "n": number, "list": [1, {"b": 2, "a": None}]},
                NOW + timedelta(seconds=number),
            )
        session.commit()
        session.expire_all()
        yield session
    database.close()


def test_an_untouched_chain_is_whole(session: Session) -> None:
    report = audit.verify_chain(session)
    last = session.scalars(select(AuditRecord.hash).order_by(AuditRecord.id.desc())).first()
    assert report.is_whole
    assert (report.checked, report.head_hash) == (6, last)


def test_an_empty_chain_is_whole(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        assert audit.verify_chain(session) == audit.ChainReport(0, None, "0" * 64)
    database.close()


@pytest.mark.parametrize(
    ("tampering", "broken_id"),
    [
        ("UPDATE audit_record SET detail = '{}' WHERE id = 3", 3),
        ("UPDATE audit_record SET action = 'viewed' WHERE id = 1", 1),
        ("UPDATE audit_record SET at = '2026-05-07 02:24:09.000000' WHERE id = 2", 2),
        ("UPDATE audit_record SET object_id = '9' WHERE id = 6", 6),
        ("DELETE FROM audit_record WHERE id = 4", 5),
        ("DELETE FROM audit_record WHERE id = 1", 2),
        ("UPDATE audit_record SET id = CASE id WHEN 2 THEN -3 ELSE -2 END WHERE id IN (2, 3)", -3),
    ],
)
def test_tampering_is_found_where_it_is(session: Session, tampering: str, broken_id: int) -> None:
    session.execute(text(tampering))
    session.expire_all()
    report = audit.verify_chain(session)
    assert not report.is_whole
    assert report.broken_id == broken_id


def test_a_resealed_row_breaks_the_next(session: Session) -> None:
    row = session.get_one(AuditRecord, 3)
    row.detail = {"标题": "改过"}
    row.hash = audit.seal(row)
    session.flush()
    assert audit.verify_chain(session).broken_id == 4
