"""Databases for tests: a migrated SQLite file each, and PostgreSQL when the run offers one.

``KB_TEST_POSTGRES`` names a server on which databases may be created, e.g.
``postgresql+psycopg://postgres@127.0.0.1:5433/postgres``; without it those tests skip.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import kb.models  # noqa: F401 - registers every table
from kb.calendar import seed_calendar
from kb.db import Base, Database
from kb.migrations.run import upgrade

KINDS = (
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.postgres),
)


def _prepare(database: Database) -> None:
    upgrade(database.engine)
    with database.unit_of_work() as session:
        seed_calendar(session)
    database.close()


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file with the calendar, to be copied for each test."""
    path = folder / "template.sqlite3"
    _prepare(Database(f"sqlite:///{path}"))
    return path


def blank_sqlite(folder: Path) -> Path:
    """A SQLite file with the tables of the models and nothing in them, to be copied."""
    path = folder / "blank.sqlite3"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.close()
    return path


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[Database]:
    """A database of its own for one test."""
    path = folder / "yingda.sqlite3"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def postgres_server() -> str:
    """The server's URL, or skip the test."""
    url = os.environ.get("KB_TEST_POSTGRES", "")
    if not url:
        pytest.skip("KB_TEST_POSTGRES is not set: no PostgreSQL to test on")
    return url


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def postgres_template(server: str) -> str:
    """The name of a migrated PostgreSQL database with the calendar."""
    name = f"yingda_template_{uuid.uuid4().hex[:8]}"
    _administer(server, f"CREATE DATABASE {name}")
    _prepare(Database(make_url(server).set(database=name)))
    return name


def drop_postgres(server: str, name: str) -> None:
    """Remove a database made by a test run."""
    _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def postgres_copy(server: str, template: str) -> Iterator[Database]:
    """A database of its own for one test."""
    name = f"yingda_test_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    database = Database(make_url(server).set(database=name))
    yield database
    database.close()
    drop_postgres(server, name)


@contextmanager
def fresh(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """A migrated database of the kind that the asking fixture is run for."""
    if request.param == "sqlite":
        with sqlite_copy(request.getfixturevalue("sqlite_template"), folder) as database:
            yield database
        return
    server = postgres_server()
    with postgres_copy(server, request.getfixturevalue("postgres_template")) as database:
        yield database
