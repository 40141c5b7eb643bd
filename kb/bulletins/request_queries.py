"""Requests grouped by some of their columns: the queries, and what their rows say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from kb.bulletins.grouping import Counting, Grouped
from kb.bulletins.populations import REQUESTS
from kb.bulletins.subjects import came_later, requests
from kb.bulletins.window import Window
from kb.models import CitizenRequest
from kb.packed import unpacked

Names = tuple[str, ...]
PLACES: Names = ("channel", "line", "region")
MATTERS: Names = ("channel", "purpose", "category")
# Of these groupings the database keeps outcome and values in one column, which PostgreSQL groups
# by in half the time.
_KEPT = {PLACES: CitizenRequest.filed_place, MATTERS: CitizenRequest.filed_matter}


def read_groups(
    session: Session, asked: Sequence[tuple[Window, Names]]
) -> list[list[tuple[Sequence[str], Sequence[Any]]]]:
    """The groups of each window by some columns, all in one query: their values, and counts.

    Where all populations of a request follow from its outcome, requests are counted once by that,
    and not once for every population: the counts are an outcome, how many requests have it, and
    how many of these came later than the moment. Else they are those of each population.
    """
    is_postgres = session.get_bind().dialect.name == "postgresql"
    kept = [is_postgres and window.is_cohort and names in _KEPT for window, names in asked]
    plain = [names for (_, names), is_kept in zip(asked, kept, strict=True) if not is_kept]
    columns = list(dict.fromkeys(name for names in plain for name in names))
    parts: list[Grouped] = []
    for window, groupings in _by_window(asked):
        whole = {at: names for at, names in groupings.items() if kept[at]}
        others = {at: names for at, names in groupings.items() if not kept[at]}
        if whole:
            parts.append(_kept_part(window, whole, len(columns)))
        if others:
            parts += _plain_parts(window, others, columns, is_one_pass=is_postgres)
    places = [
        [2 + columns.index(name) for name in names] if names in plain else [] for _, names in asked
    ]
    found: list[list[tuple[Sequence[str], Sequence[Any]]]] = [[] for _ in asked]
    for row in session.execute(union_all(*parts)).all():
        at = row[0]
        if kept[at]:
            outcome, *values = unpacked(row[1], 1 + len(asked[at][1]))
            found[at].append((values, (outcome, *row[-2:])))
        else:
            values = [row[place] for place in places[at]]
            found[at].append((values, row[2 + len(columns) :]))
    return found


def _by_window(
    asked: Sequence[tuple[Window, Names]],
) -> Iterable[tuple[Window, dict[int, Names]]]:
    """Each window with what it is grouped by, under the places in the question."""
    found: dict[int, tuple[Window, dict[int, Names]]] = {}
    for at, (window, names) in enumerate(asked):
        found.setdefault(id(window), (window, {}))[1][at] = names
    return found.values()


def _kept_part(window: Window, groupings: Mapping[int, Names], blank: int) -> Grouped:
    """A query of ``at, values in one, blanks…, no outcome, counts`` by the columns kept for it."""
    column = {name: _KEPT[names] for name, names in groupings.items()}
    known = {_left_out_of([at], list(groupings)): at for at in groupings}
    counts = (func.count(), func.count().filter(came_later(window)))
    query: Grouped = select(
        case(known, value=func.grouping(*column.values())),
        func.coalesce(*column.values()),
        *(literal("") for _ in range(blank + 1)),
        *counts,
    )
    return _found(query, window).group_by(
        func.grouping_sets(*(tuple_(one) for one in column.values()))
    )


def _found(query: Grouped, window: Window) -> Grouped:
    subject = requests(window)
    shared = Counting(subject, REQUESTS, window).shared
    return query.where(window.of_requests(subject.moments.values()), shared)


def _plain_parts(
    window: Window, groupings: Mapping[int, Names], columns: Sequence[str], *, is_one_pass: bool
) -> list[Grouped]:
    """Queries of ``at, nothing, columns…, counts``.

    :param is_one_pass: read the window once for all groupings, where the database knows how.
    """
    request = CitizenRequest
    # Grouped by plain columns alone: of these PostgreSQL expects few groups, and so does not sort.
    column = {name: getattr(request, name) for name in columns}
    outcome = [request.outcome] if window.is_cohort else []
    counts = (
        [*outcome, func.count(), func.count().filter(came_later(window))]
        if window.is_cohort
        else Counting(requests(window), REQUESTS, window).columns()
    )

    def part(at: ColumnElement[int], names: Collection[str]) -> Grouped:
        keys = [column[name] if name in names else literal("") for name in columns]
        return _found(select(at, literal(""), *keys, *counts), window)

    if not is_one_pass or len(groupings) == 1:
        return [
            part(literal(at), names).group_by(*(column[name] for name in names), *outcome)
            for at, names in groupings.items()
        ]
    every = [name for name in columns if any(name in names for names in groupings.values())]
    known = {_left_out_of(names, every): at for at, names in groupings.items()}
    at = case(known, value=func.grouping(*(column[name] for name in every)))
    sets = [tuple_(*(column[name] for name in names), *outcome) for names in groupings.values()]
    return [part(at, every).group_by(func.grouping_sets(*sets))]


def _left_out_of(names: Collection[Any], every: Sequence[Any]) -> int:
    """What ``grouping`` says of a grouping by some of the columns: which it is not grouped by."""
    return sum(1 << at for at, name in enumerate(reversed(every)) if name not in names)
