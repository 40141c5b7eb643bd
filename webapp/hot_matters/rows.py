"""The lines of the list: decisions of editors and groups nobody decided on, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.hot_matters.accepted import Part
from kb.hot_matters.bursting import BURSTING, burst
from kb.models import FoundMatter, HotMatter
from kb.services.hot_matters import ACCEPTED, Facts, Gathered, facts_of, gathered, parts, wording
from webapp.sparkline import sparkline

SORTS = {"size": "件数", "burst": "突增"}
TABS = {"open": "待定", "accepted": "已采用", "dismissed": "不采用"}
# From here on a count stands out: more than three standard deviations above what was expected.


@dataclass(frozen=True)
class Line:
    """One line; ``matter`` is the decision, ``None`` where there is none yet."""

    anchor_id: int
    matter: HotMatter | None
    title: str
    wording: str
    size: int
    burst: float
    earlier: tuple[int, ...]
    units: tuple[Part, ...]
    districts: tuple[Part, ...]
    categories: tuple[Part, ...]

    @property
    def trend(self) -> Markup:
        """The counts of the periods before and of this one."""
        return sparkline([*self.earlier, self.size])

    @property
    def is_bursting(self) -> bool:
        """Whether the count stands out."""
        return self.burst >= BURSTING

    @property
    def change(self) -> int | None:
        """More or fewer than in the period before."""
        return self.size - self.earlier[-1] if self.earlier else None


def lines(session: Session, period: Period, sort: str) -> dict[str, list[Line]]:
    """The lines of each tab, largest or most bursting first."""
    matters, waiting = gathered(session, period)
    found: dict[str, list[Line]] = {
        "open": [_of_group(one) for one in waiting],
        "accepted": [],
        "dismissed": [],
    }
    held = {key for one in matters for key in one.members}
    known = {fact.request_id: fact for fact in facts_of(session, period, held)}
    for one in matters:
        tab = "accepted" if one.matter.state == ACCEPTED else "dismissed"
        found[tab].append(_of_matter(one, [known[key] for key in one.members if key in known]))
    for listed in found.values():
        listed.sort(key=lambda one: (-(one.burst if sort == "burst" else one.size), -one.size))
    return found


def _of_group(group: FoundMatter) -> Line:
    return Line(
        group.anchor_id,
        None,
        group.title,
        group.title,
        group.size,
        group.burst,
        tuple(group.earlier),
        *(_parts(kept) for kept in (group.units, group.districts, group.categories)),
    )


def _parts(kept: Sequence[Sequence[Any]]) -> tuple[Part, ...]:
    return tuple(Part(name, count) for name, count in kept)


def _of_matter(one: Gathered, facts: Sequence[Facts]) -> Line:
    anchors = [group.anchor_id for group in one.groups]
    earlier = one.earlier
    return Line(
        anchors[0] if anchors else next(iter(one.members), 0),
        one.matter,
        one.matter.name,
        wording(facts, anchors),
        len(facts),
        burst(len(facts), earlier),
        tuple(earlier),
        parts(fact.unit for fact in facts),
        parts(fact.district for fact in facts),
        parts(fact.category for fact in facts),
    )
