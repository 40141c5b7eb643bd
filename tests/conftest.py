"""What every room's tests share: migrated databases on both kinds of server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kb.db import Database
from kb.services import passwords
from tests import databases
from tests.compiled_once import compiled_once


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A hash is dear by design, and most tests log somebody in."""
    shipped = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._HASHER = shipped


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.blank_sqlite(tmp_path_factory.mktemp("blank"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    server = databases.postgres_server()
    name = databases.postgres_template(server)
    yield name
    databases.drop_postgres(server, name)


@pytest.fixture(params=databases.KINDS)
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh migrated database: the test runs once on SQLite, once on PostgreSQL."""
    with databases.fresh(request, tmp_path) as database:
        yield database
