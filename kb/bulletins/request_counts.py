"""Requests counted by some of their columns, several windows and groupings in one query."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.grouping import Counting, Grouped
from kb.bulletins.populations import REQUESTS
from kb.bulletins.subjects import came_later, requests, traits_of
from kb.bulletins.tables import Counts, Table, table_of
from kb.bulletins.window import Window
from kb.models import CitizenRequest


def count_requests(
    session: Session, asked: Sequence[tuple[Window, tuple[str, ...]]]
) -> list[Table]:
    """Requests of each window by some of their columns, all in one query."""
    read: dict[tuple[int, tuple[str, ...]], Window] = {}
    for window, names in asked:
        read[id(window), _READ_WITH.get(names, names)] = window
    groupings = [(window, names) for (_, names), window in read.items()]
    rows = dict(zip(read, _read(session, groupings), strict=True))
    tables = (_summed(rows[id(one), _READ_WITH.get(names, names)], names) for one, names in asked)
    return [with_present_names(table, asked[0][0].basis) for table in tables]


MATTERS = ("channel", "purpose", "category")
# What is summed from the rows of more columns: quicker than to have the database group once more.
_READ_WITH: dict[tuple[str, ...], tuple[str, ...]] = {
    ("channel", "purpose"): MATTERS,
    ("channel", "category"): MATTERS,
}


@dataclass(frozen=True)
class _Rows:
    """What was counted by some columns: in a row their values, populations, and how many requests
    are of each of these.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def _read(session: Session, groupings: Sequence[tuple[Window, tuple[str, ...]]]) -> list[_Rows]:
    columns = list(dict.fromkeys(name for _, names in groupings for name in names))
    is_one_pass = session.get_bind().dialect.name == "postgresql"
    parts = [
        part
        for window, places in _by_window(groupings)
        for part in _request_parts(window, places, columns, is_one_pass=is_one_pass)
    ]
    found: list[list[tuple[Any, ...]]] = [[] for _ in groupings]
    places = [[1 + columns.index(name) for name in names] for _, names in groupings]
    told = [_teller(window) for window, _ in groupings]
    for row in session.execute(union_all(*parts)).all():
        at, values = row[0], [row[place] for place in places[row[0]]]
        for populations, count in told[at](row[1 + len(columns) :]):
            found[at].append((*values, populations, count))
    # Sorted, so that names with equal counts stand in the same order each time.
    return [_Rows(names, sorted(rows)) for (_, names), rows in zip(groupings, found, strict=True)]


def _summed(read: _Rows, names: tuple[str, ...]) -> Table:
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


def _by_window(
    asked: Sequence[tuple[Window, tuple[str, ...]]],
) -> Iterable[tuple[Window, dict[int, tuple[str, ...]]]]:
    """Each window with what it is grouped by, under the places in the question."""
    found: dict[int, tuple[Window, dict[int, tuple[str, ...]]]] = {}
    for at, (window, names) in enumerate(asked):
        found.setdefault(id(window), (window, {}))[1][at] = names
    return found.values()


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


def _request_parts(
    window: Window,
    groupings: Mapping[int, tuple[str, ...]],
    columns: Sequence[str],
    *,
    is_one_pass: bool,
) -> list[Grouped]:
    """Queries of ``at, columns…`` and what :func:`_teller` reads.

    Where all populations of a request follow from its outcome, requests are counted once by that,
    and not once for every population.

    :param is_one_pass: read the window once for all groupings, where the database knows how.
    """
    subject, request = requests(window), CitizenRequest
    counting = Counting(subject, REQUESTS, window)
    # Grouped by plain columns alone: of these PostgreSQL expects few groups, and so does not sort.
    column = {name: getattr(request, name) for name in columns}
    outcome = [request.outcome] if window.is_cohort else []
    counts = (
        [*outcome, func.count(), func.count().filter(came_later(window))]
        if window.is_cohort
        else counting.columns()
    )

    def part(at: ColumnElement[int], names: Collection[str]) -> Grouped:
        keys = [column[name] if name in names else literal("") for name in columns]
        query: Grouped = select(at, *keys, *counts)
        return query.where(window.of_requests(subject.moments.values()), counting.shared)

    if not is_one_pass or len(groupings) == 1:
        return [
            part(literal(at), names).group_by(*(column[name] for name in names), *outcome)
            for at, names in groupings.items()
        ]
    every = [name for name in columns if any(name in names for names in groupings.values())]
    # Which columns a row is not grouped by tells which grouping it belongs to.
    known = {_left_out_of(names, every): at for at, names in groupings.items()}
    at = case(known, value=func.grouping(*(column[name] for name in every)))
    sets = [tuple_(*(column[name] for name in names), *outcome) for names in groupings.values()]
    return [part(at, every).group_by(func.grouping_sets(*sets))]


def _left_out_of(names: Collection[str], every: Sequence[str]) -> int:
    return sum(1 << at for at, name in enumerate(reversed(every)) if name not in names)
