"""Requests counted by some of their columns, several windows and groupings in one query."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.populations import REQUESTS
from kb.bulletins.request_queries import MATTERS, Names, read_groups
from kb.bulletins.subjects import traits_of
from kb.bulletins.tables import Counts, Table, table_of
from kb.bulletins.window import Window


def count_requests(session: Session, asked: Sequence[tuple[Window, Names]]) -> list[Table]:
    """Requests of each window by some of their columns, all in one query."""
    read: dict[tuple[int, Names], Window] = {}
    for window, names in asked:
        read[id(window), _READ_WITH.get(names, names)] = window
    groupings = [(window, names) for (_, names), window in read.items()]
    rows = dict(zip(read, _read(session, groupings), strict=True))
    tables = (_summed(rows[id(one), _READ_WITH.get(names, names)], names) for one, names in asked)
    return [with_present_names(table, asked[0][0].basis) for table in tables]


# What is summed from the rows of more columns: quicker than to have the database group once more.
_READ_WITH: dict[Names, Names] = {
    ("channel", "purpose"): MATTERS,
    ("channel", "category"): MATTERS,
}


@dataclass(frozen=True)
class _Rows:
    """What was counted by some columns: in a row their values, populations, and how many requests
    are of each of these.
    """

    columns: Names
    rows: list[tuple[Any, ...]]


def _read(session: Session, groupings: Sequence[tuple[Window, Names]]) -> list[_Rows]:
    found = []
    for (window, names), groups in zip(groupings, read_groups(session, groupings), strict=True):
        tell = _teller(window)
        rows = [
            (*values, populations, count)
            for values, counts in groups
            for populations, count in tell(counts)
        ]
        # Sorted, so that names with equal counts stand in the same order each time.
        found.append(_Rows(names, sorted(rows)))
    return found


def _summed(read: _Rows, names: Names) -> Table:
    """The rows summed by fewer of their columns, in the order in which these first appear."""
    kept = itemgetter(*(read.columns.index(name) for name in names), -2)
    sums: dict[tuple[Any, ...], int] = {}
    for row in read.rows:
        key = kept(row)
        sums[key] = sums.get(key, 0) + row[-1]
    found: dict[tuple[str, ...], Counts] = {}
    for (*values, populations), count in sums.items():
        counts = found.setdefault(tuple(values), Counts())
        for name in populations:
            counts[name] = counts.get(name, 0) + count
    return table_of(names, found.items())


def with_present_names(table: Table, basis: Basis) -> Table:
    """The same rows by the city's words for purposes, and by what all else is called now."""
    for column in table.columns:
        if column == "purpose":
            table = table.renamed(column, basis.purpose_name)
        elif column in _KINDS and _KINDS[column] in basis.renamed:
            table = table.renamed(column, partial(basis.present, _KINDS[column]))
    return table


# Column → its list in the city profile.
_KINDS = {
    "channel": "channels",
    "line": "lines",
    "region": "regions",
    "category": "categories",
}


_Told = Sequence[tuple[tuple[str, ...], int]]


def _teller(window: Window) -> Callable[[Sequence[Any]], _Told]:
    """Tells from the counts of a row how many are of which populations: each was counted, or one
    outcome and those of it that came later than the moment."""
    if not window.is_cohort:
        alone = [(name,) for name in REQUESTS]
        return lambda row: list(zip(alone, row, strict=True))

    @cache
    def named(outcome: str, is_later: bool) -> tuple[str, ...]:
        known = traits_of(outcome, window, is_later=is_later)
        return tuple(name for name, one in REQUESTS.items() if one.traits <= known)

    def tell(row: Sequence[Any]) -> _Told:
        outcome, count, later = row
        if not later:
            return ((named(outcome, False), count),)
        return (named(outcome, False), count - later), (named(outcome, True), later)

    return tell
