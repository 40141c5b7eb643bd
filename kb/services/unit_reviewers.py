"""单位的审核人: who gives a unit's own approval, and what happens where there is nobody."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import ItemEvent, KnowledgeItem, KnowledgeVersion, Unit, User
from kb.terms import Role, VersionState

NOBODY = "本单位没有审核人，直接送中心复核"


def reviewers_of(session: Session, unit_id: int) -> frozenset[int]:
    """The ids of the active people who review for a unit: its own, and those of units above it."""
    return reviewers(session, [unit_id])[unit_id]


def reviewers(session: Session, unit_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """:func:`reviewers_of` for several units at once."""
    units = session.execute(select(Unit.id, Unit.parent_id))
    above = {row.id: row.parent_id for row in units}
    query = select(User.unit_id, User.id, User.roles).where(
        User.is_active.is_(True), User.unit_id.is_not(None)
    )
    people: dict[int | None, set[int]] = {}
    for unit_id, user_id, roles in session.execute(query):
        if Role.UNIT_REVIEWER in roles:
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


def pass_on_waiting(session: Session, now: datetime) -> None:
    """Send on to the centre what waits for the review of a unit that has no reviewer any more."""
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(KnowledgeVersion.state == VersionState.UNIT_REVIEW.value)
        .order_by(KnowledgeVersion.id)
    )
    waiting = session.scalars(query).all()
    found = reviewers(session, {version.item.unit_id for version in waiting})
    for version in waiting:
        if not found[version.item.unit_id]:
            version.state = VersionState.CENTRE_REVIEW.value
            session.add(
                ItemEvent(
                    item_id=version.item_id,
                    version_id=version.id,
                    kind="passed_on",
                    at=now,
                    comment=NOBODY,
                )
            )
