"""The little book in both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.models import User
from kb.terms import Role
from tests.kb.bulletins.book import Book, at, march


@pytest.fixture
def book(any_database: Database) -> Iterator[Session]:
    """A session over the records of March."""
    with any_database.session() as session:
        march(Book(session))
        yield session
        session.rollback()


def supervisor(session: Session) -> Actor:
    """A supervisor who is kept in a database."""
    user = User(
        username="dudao",
        name="督办员",
        password_hash="-",
        roles=[Role.SUPERVISOR.value],
        created_at=at("01-01 09:00"),
    )
    session.add(user)
    session.flush()
    return Actor(user.id, user.name, None, frozenset({Role.SUPERVISOR}))


@pytest.fixture
def editor(book: Session) -> Actor:
    """A supervisor who writes bulletins."""
    return supervisor(book)
