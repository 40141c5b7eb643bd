"""热点事项 of a period: what was found, beside what editors decided. Reads only.

A decision is bound to requests (kb.hot_matters.binding), so it outlives every new computation.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from kb.bulletins.conditions import UNFILED, UNPLACED
from kb.bulletins.periods import Period
from kb.hot_matters.accepted import AcceptedMatter, Part
from kb.hot_matters.binding import bind, members_by_decision
from kb.hot_matters.bursting import BURSTING, burst
from kb.masking import mask_person
from kb.models import CitizenRequest, FoundMatter, HotMatter, MatterRound
from kb.renaming import Renamed, present_name
from kb.services.matter_units import units_of
from kb.terms import Outcome

ACCEPTED, DISMISSED, MERGED, UNDONE = "accepted", "dismissed", "merged", "undone"
LIVE = (ACCEPTED, DISMISSED)
_AT_ONCE = 500


@dataclass(frozen=True)
class Facts:
    """What is known of one request of a matter."""

    request_id: int
    number: str
    title: str
    is_confidential: bool
    category: str
    district: str
    unit: str


@dataclass(frozen=True)
class Gathered:
    """A decision with all its requests and the groups that belong to it, largest first."""

    matter: HotMatter
    members: tuple[int, ...]
    groups: tuple[FoundMatter, ...]

    @property
    def earlier(self) -> list[int]:
        """The counts of the preceding periods, oldest first."""
        found = [group.earlier for group in self.groups]
        if not found:
            return list(self.matter.earlier)
        return [sum(counts) for counts in zip(*found, strict=True)]


def round_of(session: Session, period: Period) -> MatterRound | None:
    """The last look at a period; ``None`` when nobody asked for one."""
    return session.scalars(
        select(MatterRound).where(
            MatterRound.first == period.first, MatterRound.last == period.last
        )
    ).first()


def found_in(session: Session, period: Period) -> Sequence[FoundMatter]:
    """The groups of a period as they were found last, largest first."""
    query = (
        select(FoundMatter)
        .join(MatterRound, MatterRound.id == FoundMatter.round_id)
        .where(MatterRound.first == period.first, MatterRound.last == period.last)
        .order_by(FoundMatter.ordinal)
    )
    return session.scalars(query).all()


def decided_in(session: Session, period: Period) -> dict[int, HotMatter]:
    """The decisions of a period that hold, by id."""
    query = (
        select(HotMatter)
        .where(
            HotMatter.first == period.first,
            HotMatter.last == period.last,
            HotMatter.state.in_(LIVE),
        )
        .order_by(HotMatter.id)
    )
    return {one.id: one for one in session.scalars(query)}


def gathered(session: Session, period: Period) -> tuple[list[Gathered], list[FoundMatter]]:
    """The decisions of a period with their requests, and the groups nobody has decided on."""
    found, decided = found_in(session, period), decided_in(session, period)
    groups = [group.member_ids for group in found]
    held = {key: one.member_ids for key, one in decided.items()}
    owners, members = bind(groups, held), members_by_decision(groups, held)
    bound: dict[int, list[FoundMatter]] = {key: [] for key in decided}
    waiting = []
    for group, owner in zip(found, owners, strict=True):
        if owner is None:
            waiting.append(group)
        else:
            bound[owner].append(group)
    matters = [
        Gathered(one, tuple(sorted(members[key])), tuple(bound[key]))
        for key, one in decided.items()
    ]
    return matters, waiting


def accepted_matters(
    session: Session,
    period: Period,
    counted: ColumnElement[bool] | None = None,
    renamed: Renamed | None = None,
    as_of: datetime | None = None,
) -> list[AcceptedMatter]:
    """The hot matters that editors accepted for a period, largest first; for bulletins.

    :param counted: what must hold for a request beside being of the matter; the counts of the
        periods before know nothing of it, and a matter stands out by all its requests.
    :param renamed: categories and regions are told by the names they have now.
    :param as_of: the moment they are told as at; ``None`` for now.
    """
    matters, _ = gathered(session, period)
    accepted = [one for one in matters if one.matter.state == ACCEPTED]
    members = {key for got in accepted for key in got.members}
    facts = {one.request_id: one for one in facts_of(session, period, members, counted, as_of)}
    in_all = set(facts)
    if counted is not None:
        every = facts_of(session, period, members, as_of=as_of)
        in_all = {one.request_id for one in every}
    printed = [
        _printed(
            one,
            [_named_now(facts[key], renamed or {}) for key in one.members if key in facts],
            sum(key in in_all for key in one.members),
        )
        for one in accepted
    ]
    return sorted((one for one in printed if one.count), key=lambda one: (-one.count, one.name))


def _named_now(facts: Facts, renamed: Renamed) -> Facts:
    return replace(
        facts,
        category=present_name(renamed, "categories", facts.category),
        district=present_name(renamed, "regions", facts.district),
    )


def _printed(matter: Gathered, facts: Sequence[Facts], in_all: int) -> AcceptedMatter:
    earlier = matter.earlier
    anchors = [group.anchor_id for group in matter.groups]
    return AcceptedMatter(
        matter.matter.name,
        len(facts),
        earlier[-1] if earlier else None,
        parts(one.unit for one in facts),
        wording(facts, anchors),
        parts(one.category for one in facts),
        parts(one.district for one in facts),
        tuple(one.number for one in facts),
        burst(in_all, earlier) >= BURSTING,
    )


def parts(names: Iterable[str]) -> tuple[Part, ...]:
    """How many requests belong to each, largest first, of equals by name."""
    counted = Counter(names)
    return tuple(
        Part(name, counted[name]) for name in sorted(counted, key=lambda one: (-counted[one], one))
    )


def wording(facts: Sequence[Facts], anchors: Sequence[int] = ()) -> str:
    """A masked title: of the first anchor that may be read, else of the first request."""
    open_ones = {one.request_id: one for one in facts if not one.is_confidential}
    for key in (*anchors, *open_ones):
        if key in open_ones:
            return mask_person(open_ones[key].title)
    return ""


def facts_of(
    session: Session,
    period: Period,
    ids: Collection[int],
    counted: ColumnElement[bool] | None = None,
    as_of: datetime | None = None,
) -> list[Facts]:
    """What is known of these requests, by id; 无效 and what is not of the period are left out.

    :param counted: what else must hold for a request.
    :param as_of: which of them had come by then, and who had them; ``None`` for now.
    """
    wanted, found = sorted(ids), list[Facts]()
    for start in range(0, len(wanted), _AT_ONCE):
        found += _facts(session, period, wanted[start : start + _AT_ONCE], counted, as_of)
    return found


def _facts(
    session: Session,
    period: Period,
    ids: Sequence[int],
    counted: ColumnElement[bool] | None,
    as_of: datetime | None,
) -> list[Facts]:
    request = CitizenRequest
    units = units_of(session, ids, as_of)
    rows = session.execute(
        select(
            request.id,
            request.number,
            request.title,
            request.is_confidential,
            request.category,
            request.region,
        )
        .where(
            request.id.in_(ids),
            request.outcome != Outcome.INVALID.value,
            request.received_at >= period.start,
            request.received_at < period.end,
            true() if as_of is None else request.received_at <= as_of,
            true() if counted is None else counted,
        )
        .order_by(request.id)
    )
    return [
        Facts(
            row.id,
            row.number,
            row.title,
            row.is_confidential,
            _second_level(row.category),
            row.region.partition("/")[0] or UNPLACED,
            units.get(row.id, ONLINE),
        )
        for row in rows
    ]


# Who settled it, when no unit was sent an order.
ONLINE = "热线中心"


def _second_level(path: str) -> str:
    return "/".join(path.split("/")[:2]) or UNFILED
