"""The little book of March in both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from kb.db import Database
from tests.kb.bulletins.book import Book, march


@pytest.fixture
def book(any_database: Database) -> Iterator[Session]:
    """A session over the records of March."""
    with any_database.session() as session:
        march(Book(session))
        yield session
        session.rollback()
