"""Requests counted by some of their columns, several windows and groupings in one query."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import ColumnElement, case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from kb.bulletins.grouping import Grouped, in_time_of, memberships
from kb.bulletins.populations import REQUESTS
from kb.bulletins.subjects import is_answered_later, left_out, outcome_at, requests
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
    first = asked[0][0]
    without, tell = left_out(first), memberships(REQUESTS, requests(first), first)

    @cache
    def names_of(stored: str, is_later: bool, in_time: int) -> list[str]:
        outcome = outcome_at(stored, is_later=is_later)
        return tell({outcome} if outcome in without else {outcome, "counted"}, in_time)

    found: list[dict[tuple[str, ...], Counts]] = [{} for _ in asked]
    places = [[columns.index(name) for name in names] for _, names in asked]
    for at, outcome, is_later, in_time, count, *values in session.execute(union_all(*parts)):
        counts = Counts.fromkeys(names_of(outcome, is_later, in_time), count)
        key = tuple(values[place] for place in places[at])
        found[at].setdefault(key, Counts()).add(counts)
    tables = [table_of(names, one.items()) for (_, names), one in zip(asked, found, strict=True)]
    return [
        one.renamed("purpose", first.basis.purpose_name) if "purpose" in one.columns else one
        for one in tables
    ]


def _by_window(
    asked: Sequence[tuple[Window, tuple[str, ...]]],
) -> Iterable[tuple[Window, dict[int, tuple[str, ...]]]]:
    """Each window with what it is grouped by, under the places in the question."""
    found: dict[int, tuple[Window, dict[int, tuple[str, ...]]]] = {}
    for at, (window, names) in enumerate(asked):
        found.setdefault(id(window), (window, {}))[1][at] = names
    return found.values()


def _request_parts(
    window: Window,
    groupings: Mapping[int, tuple[str, ...]],
    columns: Sequence[str],
    *,
    is_one_pass: bool,
) -> list[Grouped]:
    """Queries of ``at, outcome, answered later, instants in the period, count, columns…``.

    :param is_one_pass: read the window once for all groupings, where the database knows how.
    """
    subject, request = requests(window), CitizenRequest
    moments = subject.moments.values()
    in_time = in_time_of(window, moments)
    rows = (
        select(
            request.outcome,
            is_answered_later(window).label("is_later"),
            in_time.label("in_time"),
            *(getattr(request, name) for name in columns),
        )
        .where(window.of_requests(moments))
        .subquery()
    )
    # PostgreSQL expects few groups, and so does not sort, only of plain columns and of conditions.
    fixed = (rows.c.outcome, rows.c.is_later, rows.c.in_time)

    def part(at: ColumnElement[int], names: Collection[str]) -> Grouped:
        keys = [rows.c[name] if name in names else literal("") for name in columns]
        return select(at, *fixed, func.count(), *keys)

    if not is_one_pass or len(groupings) == 1:
        return [
            part(literal(at), names).group_by(*fixed, *(rows.c[name] for name in names))
            for at, names in groupings.items()
        ]
    every = [name for name in columns if any(name in names for names in groupings.values())]
    # Which columns a row is not grouped by tells which grouping it belongs to.
    known = {_left_out_of(names, every): at for at, names in groupings.items()}
    at = case(known, value=func.grouping(*(rows.c[name] for name in every)))
    sets = [tuple_(*(rows.c[name] for name in names)) for names in groupings.values()]
    return [part(at, every).group_by(*fixed, func.grouping_sets(*sets))]


def _left_out_of(names: Collection[str], every: Sequence[str]) -> int:
    return sum(1 << at for at, name in enumerate(reversed(every)) if name not in names)
