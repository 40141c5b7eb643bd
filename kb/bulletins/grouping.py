"""Records counted in groups: how many of a group belong to each population."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from kb.bulletins.populations import Population, Populations
from kb.bulletins.subjects import Condition, Subject
from kb.bulletins.window import Window

Grouped = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Counting:
    """The populations of a subject as columns of a grouped query.

    What all of them have in common is asked once, of every record: ``shared`` is the condition for
    records that count anywhere. A population is told by exactly the condition that lists it.
    """

    subject: Subject
    populations: Populations
    window: Window

    @property
    def _common(self) -> frozenset[str]:
        return frozenset.intersection(*(one.traits for one in self.populations.values()))

    @property
    def shared(self) -> Condition:
        """The condition for records found by their period that any population may hold."""
        return and_(True, *(self.subject.traits[name] for name in sorted(self._common)))

    def of(self, name: str) -> Condition:
        """The condition that such a record is of this population."""
        return self.subject.condition(self._rest(name), self.window)

    def _rest(self, name: str) -> Population:
        one = self.populations[name]
        return Population(one.traits - self._common, one.moment, one.without)

    def columns(self) -> list[ColumnElement[int]]:
        """How many of a group are of each population, in their order."""
        return [func.count().filter(self.of(name)) for name in self.populations]

    def asked(self) -> list[ColumnElement[Any]]:
        """What the populations ask of a record, as columns of a query for :meth:`told`."""
        rest = [self._rest(name) for name in self.populations]
        traits = sorted({name for one in rest for name in one.traits | one.without})
        moments = () if self.window.is_cohort else sorted({one.moment for one in rest})
        return [
            *(self.subject.traits[name].label(f"is_{name}") for name in traits),
            *(self.subject.moments[name].label(f"at_{name}") for name in moments),
        ]

    def told(self, columns: ReadOnlyColumnCollection[str, Any]) -> "Counting":
        """The same populations of the rows of such a query, which are those that count anywhere."""
        traits = {name[3:]: column for name, column in columns.items() if name.startswith("is_")}
        moments = {name[3:]: column for name, column in columns.items() if name.startswith("at_")}
        return Counting(Subject(traits, moments), self.populations, self.window)
