"""One database session per request, opened when first used, committed once by the view.

Reading requests (GET, HEAD, OPTIONS) get a session that never waits for writers; others take the
write lock at their first statement.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g, request
from sqlalchemy.orm import Session

from webapp.context import services

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def db() -> Session:
    """The session of this request, also ``g.db`` from then on."""
    if "db" not in g:
        g.db_is_read_only = request.method in READING_METHODS
        g.db = _open(read_only=g.db_is_read_only)
    session: Session = g.db
    return session


def commit() -> None:
    """Commit what the request did; called once, by the view, after its services.

    :raises RuntimeError: the request only reads; on SQLite whoever read first is refused when
        another writes, so what it has to write goes through :func:`unit_of_work`.
    """
    session = db()
    if g.db_is_read_only:
        raise RuntimeError("a reading request writes through unit_of_work()")
    session.commit()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """A session that may write, committed when the block ends; rolled back if it raises.

    In a reading request the reading session is given up first: on SQLite it would otherwise
    wait for itself. What it loaded stays readable.
    """
    if g.get("db_is_read_only", request.method in READING_METHODS):
        _close()
        g.db_is_read_only = False
        g.db = _open(read_only=False)
    session = db()
    try:
        yield session
    except BaseException:
        session.rollback()
        raise
    session.commit()


def _open(*, read_only: bool) -> Session:
    known = services()
    if known.profiles is not None:
        known.profiles.newest()  # now, for it is not to be asked while a session is open
    return known.database.session(read_only=read_only)


def _close() -> None:
    session = g.pop("db", None)
    g.pop("db_is_read_only", None)
    if session is not None:
        session.expunge_all()
        session.rollback()
        session.close()


def init_app(app: Flask) -> None:
    """Give the session back at the end of every request; what was not committed is undone."""

    @app.teardown_appcontext
    def _give_back(_error: BaseException | None) -> None:
        _close()
