"""Records counted in groups: how many of a group belong to each population."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func

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
        one = self.populations[name]
        rest = Population(one.traits - self._common, one.moment, one.without)
        return self.subject.condition(rest, self.window)

    def columns(self) -> list[ColumnElement[int]]:
        """How many of a group are of each population, in their order."""
        return [func.count().filter(self.of(name)) for name in self.populations]
