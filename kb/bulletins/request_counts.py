"""Requests counted by some of their columns, several windows and groupings in one query."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
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
    columns = list(dict.fromkeys(name for _, names in asked for name in names))
    is_one_pass = session.get_bind().dialect.name == "postgresql"
    parts = [
        part
        for window, places in _by_window(asked)
        for part in _request_parts(window, places, columns, is_one_pass=is_one_pass)
    ]
    found: list[dict[tuple[str, ...], Counts]] = [{} for _ in asked]
    places = [[1 + columns.index(name) for name in names] for _, names in asked]
    read = [_reader(window) for window, _ in asked]
    for row in session.execute(union_all(*parts)).all():
        at, counts = row[0], read[row[0]](row[1 + len(columns) :])
        key = tuple([row[place] for place in places[at]])
        if key in found[at]:
            found[at][key].add(counts)
        else:
            found[at][key] = counts
    # Sorted, so that names with equal counts stand in the same order each time.
    tables = [
        table_of(names, sorted(one.items(), key=lambda row: row[0]))
        for (_, names), one in zip(asked, found, strict=True)
    ]
    return [with_present_names(one, asked[0][0].basis) for one in tables]


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


def _reader(window: Window) -> Callable[[Sequence[Any]], Counts]:
    """Reads the counts of a row: of each population, or of one outcome and of those of it that
    came later than the moment."""
    if not window.is_cohort:
        return lambda row: Counts.of(REQUESTS, row)

    @cache
    def named(outcome: str, is_later: bool) -> list[str]:
        known = traits_of(outcome, window, is_later=is_later)
        return [name for name, one in REQUESTS.items() if one.traits <= known]

    def read(row: Sequence[Any]) -> Counts:
        outcome, count, later = row
        found = Counts(dict.fromkeys(named(outcome, False), count - later))
        if later:
            found.add(Counts(dict.fromkeys(named(outcome, True), later)))
        return found

    return read


def _request_parts(
    window: Window,
    groupings: Mapping[int, tuple[str, ...]],
    columns: Sequence[str],
    *,
    is_one_pass: bool,
) -> list[Grouped]:
    """Queries of ``at, columns…`` and what :func:`_reader` reads.

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
