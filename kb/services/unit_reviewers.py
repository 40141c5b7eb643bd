"""单位的人: who handles its orders, who gives its own approval, and where there is nobody."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import ItemEvent, KnowledgeItem, KnowledgeVersion, Unit, User
from kb.terms import Role, VersionState

NOBODY = "本单位没有审核人，直接送中心复核"
NO_SECOND = "本单位没有另一位审核人，转中心复核"
_APPROVED = "unit_approved"
# An approval from before these does not count: the version came to the desk anew.
_ARRIVED = ("submitted", "schedule_cancelled", "schedule_failed")
_PAGE = 500


def reviewers_of(session: Session, unit_id: int) -> frozenset[int]:
    """The ids of the active people who review for a unit: its own, and those of units above it."""
    return reviewers(session, [unit_id])[unit_id]


def reviewers(session: Session, unit_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """:func:`reviewers_of` for several units at once."""
    return _people(session, unit_ids, {Role.UNIT_REVIEWER})


def without_staff(session: Session, units: Iterable[Unit]) -> list[Unit]:
    """The active units of which nobody, nor of the units above, can take up an order."""
    active = [unit for unit in units if unit.is_active]
    handlers = {Role.UNIT_CLERK, Role.UNIT_REVIEWER}
    found = _people(session, [unit.id for unit in active], handlers)
    return [unit for unit in active if not found[unit.id]]


def _people(
    session: Session, unit_ids: Iterable[int], wanted: Set[Role]
) -> Mapping[int, frozenset[int]]:
    """Who has one of the roles: active, of the unit or of one above it."""
    units = session.execute(select(Unit.id, Unit.parent_id))
    above = {row.id: row.parent_id for row in units}
    query = select(User.unit_id, User.id, User.roles).where(
        User.is_active.is_(True), User.unit_id.is_not(None)
    )
    people: dict[int | None, set[int]] = {}
    for unit_id, user_id, roles in session.execute(query):
        if not wanted.isdisjoint(roles):
            people.setdefault(unit_id, set()).add(user_id)
    found: dict[int, frozenset[int]] = {}
    for unit_id in unit_ids:
        here: int | None = unit_id
        who: set[int] = set()
        while here is not None:
            who |= people.get(here, set())
            here = above.get(here)
        found[unit_id] = frozenset(who)
    return found


def without_reviewer(session: Session, units: Iterable[Unit]) -> list[Unit]:
    """The active units whose rules name a reviewer that nobody is."""
    asked = [unit for unit in units if unit.is_active and unit.needs_unit_review]
    found = reviewers(session, [unit.id for unit in asked])
    return [unit for unit in asked if not found[unit.id]]


def approvals(session: Session, version_ids: Collection[int]) -> Mapping[int, set[int | None]]:
    """Who of the unit has approved each version since it last came to the unit's desk."""
    query = (
        select(ItemEvent.version_id, ItemEvent.kind, ItemEvent.actor_id)
        .where(
            ItemEvent.version_id.in_(version_ids),
            ItemEvent.kind.in_([_APPROVED, *_ARRIVED]),
        )
        .order_by(ItemEvent.id)
    )
    found: defaultdict[int, set[int | None]] = defaultdict(set)
    for version_id, kind, who in session.execute(query):
        if version_id is None:
            continue
        if kind == _APPROVED:
            found[version_id].add(who)
        else:
            found[version_id].clear()
    return found


def pass_on_waiting(session: Session, now: datetime) -> None:
    """Send on to the centre what waits for a review that nobody of the unit can give any more:
    it has no reviewer left, or none but those who approved already."""
    query = (
        select(KnowledgeVersion.id, KnowledgeItem.unit_id, Unit.needs_second_reviewer)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .where(KnowledgeVersion.state == VersionState.UNIT_REVIEW.value)
        .order_by(KnowledgeVersion.id)
    )
    waiting = session.execute(query).all()
    found = reviewers(session, {row.unit_id for row in waiting})
    for start in range(0, len(waiting), _PAGE):
        rows = waiting[start : start + _PAGE]
        approved = approvals(session, [row.id for row in rows if row.needs_second_reviewer])
        for row in rows:
            left = found[row.unit_id]
            if not left:
                _pass_on(session, row.id, NOBODY, now)
            elif row.id in approved and left <= approved[row.id]:
                _pass_on(session, row.id, NO_SECOND, now)


def _pass_on(session: Session, version_id: int, why: str, now: datetime) -> None:
    version = session.get_one(KnowledgeVersion, version_id, with_for_update={"key_share": True})
    if version.state != VersionState.UNIT_REVIEW:
        return  # somebody decided meanwhile
    version.state = VersionState.CENTRE_REVIEW.value
    session.add(
        ItemEvent(
            item_id=version.item_id, version_id=version.id, kind="passed_on", at=now, comment=why
        )
    )
