"""Engine, sessions and naming rules.

SQLite is opened as the reliability plan asks: full synchronisation, WAL only on a library
without the WAL-reset bug, ``BEGIN IMMEDIATE`` for every session that may write, so that two
writers wait for each other instead of failing half-way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, TypeDecorator, create_engine, event, text
from sqlalchemy.engine import URL, Connection, Dialect, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from kb.errors import KbError

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# Marks in ``info`` an index that only one of the databases has.
ONLY_IN = "only_in"
# Marks the sessions of a try (kb.rehearsal).
IS_REHEARSED = "is_rehearsed"


class Base(DeclarativeBase):
    """Parent of every model; constraint names follow one rule so migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored as UTC, always aware in Python. A naive value is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be timezone-aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite before these versions can corrupt a WAL database with several connections.
WAL_FIXED = ((3, 51, 3),)
WAL_BACKPORTS = ((3, 50, 7), (3, 44, 6))


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite library has the WAL-reset fix.

    Source: sqlite.org/wal.html#walresetbug (fixed 3.51.3; backports 3.50.7 and 3.44.6).
    """
    if version >= WAL_FIXED[0]:
        return True
    return any(version[:2] == back[:2] and version >= back for back in WAL_BACKPORTS)


def _set_sqlite_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions by itself: ``begin`` below does.
    connection.isolation_level = None
    wal = wal_is_safe(sqlite3.sqlite_version_info)
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        f"journal_mode={'WAL' if wal else 'DELETE'}",
        f"synchronous={'FULL' if wal else 'EXTRA'}",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def make_engine(url: str | URL, **options: Any) -> Engine:
    """Open the database named by an SQLAlchemy URL (``sqlite:///…`` or ``postgresql+psycopg://…``).

    :raises KbError: PostgreSQL runs with settings that would lose what was acknowledged.
    """
    parsed = make_url(url)
    # An error must not carry into the log what people typed.
    options = {"hide_parameters": True, **options}
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, **options)
        event.listen(engine, "connect", _set_sqlite_pragmas)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(parsed, pool_pre_ping=True, **options)
    event.listen(engine, "connect", _check_postgres)
    return engine


# Off, each of these loses acknowledged rows when power fails.
_MUST_BE_ON = ("synchronous_commit", "fsync", "full_page_writes")


def _check_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off' ORDER BY name",
            (list(_MUST_BE_ON),),
        )
        off = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET statement_timeout = '60s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()
    if off:
        names = "、".join(off)
        raise KbError(f"数据库的 {names} 为 off，断电会丢失已确认的数据；请改为 on 后再启动")


class Database:
    """One database: opens sessions, and units of work that commit once at their end."""

    def __init__(self, url: str | URL, **options: Any) -> None:
        self.engine = make_engine(url, **options)
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(
            self.engine.execution_options(read_only=True), expire_on_commit=False
        )

    def session(self, *, read_only: bool = False) -> Session:
        """A new session; the caller commits, rolls back and closes."""
        return self._readers() if read_only else self._writers()

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with self._writers() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads and never waits for writers."""
        with self._readers() as session:
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def one_at_a_time(session: Session, lock: int) -> None:
    """Let one transaction at a time pass here, until it ends.

    SQLite's writers already exclude each other; PostgreSQL's wait for a lock of this number. What
    is taken back in the end takes no lock, for it lasts long and nobody sees it.
    """
    if session.info.get(IS_REHEARSED):
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})
