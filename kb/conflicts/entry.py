"""What the comparison knows of an entry, and a statement: one value that it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kb.conflicts.groups import Sides, sides_of
from kb.conflicts.places import places_in
from kb.conflicts.roles import Role
from kb.conflicts.values import Kind, Meaning, Quantity


@dataclass(frozen=True)
class Passage:
    """A passage as it is kept: heading path, text, kind."""

    ordinal: int
    heading: str
    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Entry:
    """What the comparison must know of one version of an entry.

    :ivar regions: districts it is for; empty for the whole city.
    :ivar home: the district of its unit, whose windows it tells of unless it says otherwise.
    :ivar start, end: the days it holds; ``None`` is open.
    :ivar today: the day it is read on, which tells the years that are over.
    :ivar is_contact: it only gives an office's own phone and address (联系方式).
    """

    title: str
    passages: Sequence[Passage]
    regions: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    variants: Sequence[str] = ()
    document_number: str = ""
    start: date | None = None
    end: date | None = None
    today: date | None = None
    is_contact: bool = False


def _no_words(_text: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Statement:
    """One value in its place.

    :ivar start, end: the value in the passage's text; ``clause_start``, ``clause_end`` its
        sentence.
    :ivar near_text: its own clause, label and row; :ivar around_text: its sentence and heading.
    :ivar scope_text: what may say for whom or in which case it holds.
    :ivar spoken_text: its sentence without lists of papers and house numbers.
    :ivar topics: reads topic words. Texts are read when they are asked for: those of most
        statements of a long document never are.
    :ivar who: words of a phrase before it that ends in 的 (拆除重建的，每户…): its case.
    :ivar of_years: those of its years that it is for alone (2024年度), not from then on.
    :ivar conditions: limits that stand before it in its sentence (满80周岁).
    """

    kind: Kind
    role: Role
    meaning: Meaning
    ordinal: int
    start: int
    end: int
    clause_start: int
    clause_end: int
    label: str = ""
    near_text: str = ""
    around_text: str = ""
    scope_text: str = ""
    who: frozenset[str] = frozenset()
    conditions: tuple[Quantity, ...] = ()
    years: frozenset[str] = frozenset()
    of_years: frozenset[str] = frozenset()
    spoken_text: str = ""
    topics: Callable[[str], frozenset[str]] = field(default=_no_words, compare=False, repr=False)

    @cached_property
    def near(self) -> frozenset[str]:
        """The topic words of its own clause, label and row."""
        return self.topics(self.near_text)

    @cached_property
    def around(self) -> frozenset[str]:
        """The topic words of its sentence and heading."""
        return self.topics(self.around_text)

    @cached_property
    def sides(self) -> Sides:
        """On which sides of each row of groups and cases it stands."""
        return sides_of(self.scope_text)

    @cached_property
    def places(self) -> frozenset[str]:
        """The districts and smaller places that its sentence names."""
        return places_in(self.spoken_text)
