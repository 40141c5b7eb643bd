"""The domain on real databases with the real embedded index."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Base, Database
from kb.models import Unit, User
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.terms import Role
from tests.kb.hotline import Hotline

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)  # 2026-05-07 周四 10:24 in the city
EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))


@pytest.fixture(scope="session")
def factory() -> WhooshFactory:
    return WhooshFactory()


@pytest.fixture
def unit(any_database: Database) -> Unit:
    """汀州市教育局, an invented unit with a reviewer."""
    with any_database.unit_of_work() as session:
        unit = Unit(name="汀州市教育局", aliases=["教育局"])
        session.add(unit)
        session.add(reviewing_user(unit))
    return unit


def reviewing_user(unit: Unit) -> User:
    """Somebody who gives the unit's own approval, and without whom the centre does."""
    return User(
        username=f"shenhe-{unit.name}",
        name="审核人",
        unit=unit,
        roles=[Role.UNIT_REVIEWER.value],
        password_hash="none",
        created_at=NOW,
    )


@pytest.fixture
def indexes(any_database: Database, factory: WhooshFactory, tmp_path: Path) -> Iterator[Indexes]:
    """Both indexes, built and empty."""
    indexes = Indexes(tmp_path / "indexes", factory)
    ensure_built(any_database, indexes, lambda: NOW)
    yield indexes
    indexes.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One SQLite database with the calendar for a module whose tests take their changes back."""
    path: Path = tmp_path_factory.mktemp("hotline") / "kb.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        Hotline(session).calendar()
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session whose changes are taken back at the end."""
    with database.session() as session:
        yield session
        session.rollback()


@pytest.fixture
def city(session: Session) -> Hotline:
    return Hotline(session)
