"""统计口径 basis: which of the possible definitions a city has chosen.

Every choice is data (docs/figures.md); what is not chosen has the default of this file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kb.errors import NotFound
from kb.renaming import Renamed, present_name, stored_names
from kb.terms import ANSWERABLE, purpose_code, purpose_label

LEAD, ASSISTING = "主办", "协办"
HALF_UP, LARGEST_REMAINDER = "half_up", "largest_remainder"
REQUESTS, DISPATCHED = "requests", "dispatched"
RECEIVED, EVENTS = "received_at", "events"
LISTED, EXCEPT = "listed", "except"
PARENT, TOTAL = "parent", "total"

# Each rate with what it may be divided by; the first is the default.
DENOMINATORS: Mapping[str, tuple[str, ...]] = {
    "resolved_online_rate": ("requests",),
    "dispatched_share": ("requests",),
    "orders_resolved_rate": ("dispatched",),
    "overall_resolved_rate": ("requests",),
    "acknowledged_on_time_rate": ("dispatched", "acknowledged"),
    "resolved_on_time_rate": ("dispatched", "resolved", "due"),
    "follow_up_rate": ("resolved", "dispatched"),
    "satisfaction_rate": ("followed_up", "rated", "dispatched"),
}


# What units may be graded by, as it is printed.
GRADED = {
    "satisfaction_rate": "满意率",
    "resolved_rate": "办结率",
    "resolved_on_time_rate": "按期办结率",
    "first_time_rate": "一次性办结率",
}


@dataclass(frozen=True)
class Scope:
    """Which requests count: channels (``None``: all), without those of these outcomes (labels)."""

    channels: tuple[str, ...] | None = None
    exclude_outcomes: tuple[str, ...] = ("无效",)

    def has(self, channel: str) -> bool:
        """Tell whether requests of this channel count."""
        return self.channels is None or channel in self.channels


@dataclass(frozen=True)
class Roles:
    """Whose orders count: in the totals, and in the rows of the units."""

    totals: tuple[str, ...] = (LEAD,)
    by_unit: tuple[str, ...] = (LEAD,)


@dataclass(frozen=True)
class Satisfied:
    """Who is satisfied: those who said one of ``values``, or all but those who did."""

    mode: str = LISTED
    values: tuple[str, ...] = ("满意", "基本满意")


@dataclass(frozen=True)
class DailyAverage:
    """日均: of which count, over which days, printed with how many decimals."""

    of: str = "offered"
    days: str = "calendar"
    decimals: int = 0


@dataclass(frozen=True)
class ShareRounding:
    """How a column of shares is printed; only one printed whole can be made to add up to 100."""

    by_purpose: str = HALF_UP
    by_category: str = HALF_UP
    by_channel: str = HALF_UP
    by_region: str = HALF_UP


@dataclass(frozen=True)
class Grades:
    """分档: the rate a unit is graded by, the bands from best to worst, and who is not graded."""

    of: str = "satisfaction_rate"
    bands: tuple[tuple[str, int], ...] = (("优秀", 98), ("良好", 95), ("合格", 90), ("待改进", 0))
    at_least: int = 10


@dataclass(frozen=True)
class Topic:
    """专项: a saved condition that is tracked across periods like a line.

    Within one part any value suffices; all parts that are given must hold.
    """

    name: str
    channels: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Basis:
    """All choices of a city. ``as_of`` is a fixed moment, ``period_end``, or ``None``: made now."""

    scope: Scope = field(default_factory=Scope)
    cohort: str = RECEIVED
    as_of: datetime | str | None = None
    share_base: str = REQUESTS
    child_share_base: str = TOTAL
    roles: Roles = field(default_factory=Roles)
    denominators: Mapping[str, str] = field(
        default_factory=lambda: {name: choices[0] for name, choices in DENOMINATORS.items()}
    )
    satisfied: Satisfied = field(default_factory=Satisfied)
    daily_average: DailyAverage = field(default_factory=DailyAverage)
    decimals: int = 2
    share_rounding: ShareRounding = field(default_factory=ShareRounding)
    unit_aliases: Mapping[str, str] = field(default_factory=dict)
    zero_lines: tuple[str, ...] = ()
    phone_channels: tuple[str, ...] = ("电话", "12345热线")
    topics: tuple[Topic, ...] = ()
    grades: Grades = field(default_factory=Grades)
    top: int = 10
    city: str = ""
    # The name of the 专项 that everything is counted of; empty for all.
    about: str = ""
    # Stored 目的 → the word of the city, from its profile.
    purpose_names: Mapping[str, str] = field(default_factory=dict)
    # Stored 目的 that an entry can answer; a complaint is handled, whatever the library holds.
    answerable: tuple[str, ...] = ANSWERABLE
    # What the city profile renamed; all is counted under the names of now.
    renamed: Renamed = field(default_factory=dict)

    @property
    def subject(self) -> Topic | None:
        """The 专项 that everything is counted of; ``None`` for all."""
        return next((one for one in self.topics if one.name == self.about), None)

    @property
    def counts_assisting(self) -> bool:
        """True when the parts of assisting units count anywhere."""
        return ASSISTING in (*self.roles.totals, *self.roles.by_unit)

    def purpose_name(self, stored: str) -> str:
        """The city's word for a stored 目的."""
        return self.present("purposes", self.purpose_names.get(stored) or purpose_label(stored))

    def present(self, kind: str, stored: str) -> str:
        """The name that something is counted under: the one it has now."""
        return present_name(self.renamed, kind, stored)

    def stored(self, kind: str, names: Iterable[str]) -> list[str]:
        """All that may be stored for what is counted under these channels or lines."""
        return stored_names(self.renamed, kind, names)

    def stored_purposes(self, names: Iterable[str]) -> list[str]:
        """All that may be stored for these words of the city."""
        codes = {word: stored for stored, word in self.purpose_names.items()}
        words = self.stored("purposes", names)
        return [codes.get(word) or purpose_code(word) for word in words]

    def unit_name(self, name: str) -> str:
        """The name a unit is counted under."""
        return self.unit_aliases.get(name, name)


def under_present_names(basis: Basis, renamed: Renamed) -> Basis:
    """The same choices in a city that renamed some of what it chooses from."""
    known = replace(basis, renamed=renamed)

    def now(kind: str, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(known.present(kind, name) for name in names))

    chosen = basis.scope.channels
    channels = None if chosen is None else now("channels", chosen)
    return replace(
        known,
        scope=replace(basis.scope, channels=channels),
        phone_channels=now("channels", basis.phone_channels),
        zero_lines=now("lines", basis.zero_lines),
    )


def basis_about(basis: Basis, topic: str) -> Basis:
    """The same definitions for one 专项 alone; for all when ``topic`` is empty.

    :raises NotFound: the city has no such 专项.
    """
    found = replace(basis, about=topic)
    if topic and found.subject is None:
        raise NotFound(f"没有“{topic}”这个专项，可能已停用或改名")
    return found


def with_topic(basis: Basis, topic: Topic) -> Basis:
    """The same definitions for one 专项 alone, by this very condition of it."""
    others = (one for one in basis.topics if one.name != topic.name)
    return replace(basis, topics=(*others, topic), about=topic.name)
