"""How records are grouped so that populations can be told apart: by bits, traits and instants."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal

from kb.bulletins.populations import Populations
from kb.bulletins.subjects import Subject
from kb.bulletins.window import Column, Window

Grouped = Select[*tuple[Any, ...]]


def bits_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[int]:
    """One number that says which of the conditions hold."""
    found: ColumnElement[int] = literal(0)
    for at, condition in enumerate(conditions):
        found = found + case((condition, 1 << at), else_=0)
    return found


def told(names: Iterable[str], bits: int) -> set[str]:
    return {name for at, name in enumerate(names) if bits >> at & 1}


def in_time_of(window: Window, moments: Iterable[Column]) -> ColumnElement[int]:
    """Which of a record's instants lie in the period; in a cohort nobody asks."""
    return literal(0) if window.is_cohort else bits_of(map(window.in_span, moments))


def memberships(
    populations: Populations, subject: Subject, window: Window
) -> Callable[[Collection[str], int], list[str]]:
    """Tells the populations of records by their traits and by the instants in the period."""
    moments = list(subject.moments)

    def found(traits: Collection[str], in_time: int) -> list[str]:
        when = set(moments) if window.is_cohort else told(moments, in_time)
        return [name for name, one in populations.items() if one.has(traits) and one.moment in when]

    return found
