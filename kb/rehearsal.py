"""A database on which everything may be tried and of which nothing stays."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.orm import sessionmaker

from kb.db import IS_REHEARSED, Database


@contextmanager
def rehearsed(database: Database, folder: Path) -> Iterator[Database]:
    """The database as it is now; what is committed to it is gone when the block ends.

    SQLite is tried on a copy in ``folder``, so that nobody waits for a long try. PostgreSQL is
    tried in one transaction that is taken back: until it ends, nobody deletes a row that a tried
    one points at, nor locks one ``FOR UPDATE`` without ``key_share``, nor takes a unique value
    that was tried.
    """
    if database.engine.dialect.name == "sqlite":
        copied = Database(_copy(database, folder / "rehearsal.db"))
        try:
            yield copied
        finally:
            copied.close()
        return
    with database.engine.connect() as connection, connection.begin() as whole:
        # Files are read between two statements, for longer than a transaction may idle.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        try:
            yield _OnConnection(connection)
        finally:
            whole.rollback()


def _copy(database: Database, path: Path) -> URL:
    source = database.engine.raw_connection()
    try:
        with closing(sqlite3.connect(path)) as target:
            source.driver_connection.backup(target)  # type: ignore[union-attr]
    finally:
        source.close()
    return URL.create("sqlite", database=str(path))


class _OnConnection(Database):
    """Units of work that are savepoints of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.engine = connection.engine
        self._writers = sessionmaker(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={IS_REHEARSED: True},
        )
        self._readers = self._writers
