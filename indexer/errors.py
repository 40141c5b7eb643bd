"""The errors of the search library. `message` is Chinese, for people."""

from __future__ import annotations


class IndexerError(Exception):
    """Root of everything this library raises on purpose.

    :param message: one Chinese sentence: what is wrong and what to do.
    :param context: facts for the log; never the caller's words, a name or a phone number.
    """

    def __init__(self, message: str, **context: object) -> None:
        super().__init__(message)
        self.message = message
        self.context = context


class IndexUnavailable(IndexerError):
    """There is no readable index where one was expected; only a rebuild creates one."""


class IndexExists(IndexerError):
    """A new index was asked for in a folder that already holds files."""


class IndexCorrupt(IndexerError):
    """The index opens but its content cannot be read; rebuild it from the database."""


class IndexLocked(IndexerError):
    """Another process is writing; there is one indexer only."""


class IndexStale(IndexerError):
    """The index was made by another analyser (words or schema); rebuild before writing."""


class IndexWriteFailed(IndexerError):
    """A batch could not be committed. Nothing of it is visible; the process should end."""


class InvalidRecord(IndexerError):
    """A record cannot be indexed as it is (no id, doubled ordinals, dates reversed)."""


class InvalidQuery(IndexerError):
    """The query holds nothing that could be searched for."""
