"""Rows of a record set a page at a time, and how far the loading is."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from kb.records.reading import Row

PAGE = 1000
# What is being loaded, how many rows are in, and of how many.
Progress = Callable[[str, int, int], None]


def pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists of at most :data:`PAGE`."""
    source = iter(rows)
    while page := list(islice(source, PAGE)):
        yield page
