"""Upgrade, downgrade, and compare: the only callers of Alembic."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from kb.db import ONLY_IN, Base

FOLDER = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction."""
    _run(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision, in one transaction."""
    _run(engine, command.downgrade, revision)


def _run(engine: Engine, verb: Any, revision: str) -> None:
    config = _config()
    with engine.connect() as connection, _tables_may_be_rewritten(connection), connection.begin():
        config.attributes["connection"] = connection
        if connection.dialect.name == "postgresql":
            # What fills a column of a large table takes as long as it takes.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        verb(config, revision)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise LookupError(f"a row of {broken[0]} points to no row of {broken[2]}")


@contextmanager
def _tables_may_be_rewritten(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by writing it anew and dropping the old one, which rows of other
    tables point to: their keys are checked at the end. It heeds this outside a transaction only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def current(engine: Engine) -> str | None:
    """The database's revision; None when it is empty."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The revision of the database that is connected; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """The newest revision the program knows."""
    revision = _scripts().get_current_head()
    if revision is None:
        raise LookupError("there is no migration")
    return revision


def is_known(revision: str) -> bool:
    """Tell whether this program has the revision; a newer program's it has not."""
    return any(known.revision == revision for known in _scripts().walk_revisions())


def differences(engine: Engine) -> list[Any]:
    """What differs between the models and the database; empty when they agree."""
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_compared(connection.dialect.name)}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def is_compared(dialect: str) -> Callable[..., bool]:
    """Tells alembic which parts of the models this database has: all but the indexes of another."""

    def tell(item: Any, *_about: Any) -> bool:
        return bool(item.info.get(ONLY_IN, dialect) == dialect)

    return tell


def write_revision(engine: Engine, message: str) -> None:
    """Write the migration that brings the database to the models (for developers)."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True)
