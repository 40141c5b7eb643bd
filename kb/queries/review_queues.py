"""待审: what waits for the unit's reviewer and for the centre, counted and paged in SQL."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.queries.portal import scope_of, versions_in, within
from kb.terms import Role, VersionState

_UNIT, _CENTRE = VersionState.UNIT_REVIEW.value, VersionState.CENTRE_REVIEW.value
# The unit's desk before the centre's, at each the oldest first.
_desk: ColumnElement[int] = case((KnowledgeVersion.state == _UNIT, 0), else_=1)
_ORDER = (_desk, KnowledgeVersion.updated_at, KnowledgeVersion.id)


@dataclass(frozen=True)
class Waiting:
    """The first versions that wait at a desk, oldest first, and how many wait in all."""

    rows: tuple[KnowledgeVersion, ...]
    total: int


@dataclass(frozen=True)
class Queues:
    """Both desks, and how many of the versions this person can decide on."""

    unit: Waiting
    centre: Waiting
    mine: int


@dataclass(frozen=True)
class Place:
    """Where a version stands among those that a person can decide on.

    :ivar number: from 1; 0 when it is none of them.
    :ivar following: the id of the next one; after the last comes the first.
    """

    number: int
    total: int
    following: int | None


def queues(session: Session, actor: Actor, unit_id: int | None, size: int) -> Queues:
    """The desks of the units the person looks at, with at most ``size`` versions each."""
    scope = scope_of(actor, unit_id)
    return Queues(
        unit=_waiting(session, scope, _UNIT, size),
        centre=_waiting(session, scope, _CENTRE, size),
        mine=_count(session, _mine(actor), within(KnowledgeItem.unit_id, scope)),
    )


def place_of(session: Session, actor: Actor, version_id: int) -> Place:
    """The version's place in the queue of the person, and what comes after it."""
    mine = _mine(actor)
    here = session.execute(_keys().where(mine, KnowledgeVersion.id == version_id)).one_or_none()
    total = _count(session, mine)
    if here is None:
        return Place(0, total, first_of(session, actor))
    after = _after(here[0], here[1], here[2])
    following = session.scalar(
        _ids().where(mine, after).order_by(*_ORDER).limit(1)
    ) or session.scalar(
        _ids().where(mine, KnowledgeVersion.id != version_id).order_by(*_ORDER).limit(1)
    )
    return Place(total - _count(session, mine, after), total, following)


def first_of(session: Session, actor: Actor) -> int | None:
    """The version that has waited longest for this person."""
    return session.scalar(_ids().where(_mine(actor)).order_by(*_ORDER).limit(1))


def _mine(actor: Actor) -> ColumnElement[bool]:
    state = KnowledgeVersion.state
    at_desks: list[ColumnElement[bool]] = [false()]
    if actor.has(Role.UNIT_REVIEWER):
        at_desks.append(and_(state == _UNIT, KnowledgeItem.unit_id.in_(actor.unit_scope)))
    if actor.has(Role.EDITOR):
        at_desks.append(state == _CENTRE)
    return or_(*at_desks)


def _after(desk: int, at: datetime, version_id: int) -> ColumnElement[bool]:
    later = and_(KnowledgeVersion.updated_at == at, KnowledgeVersion.id > version_id)
    return or_(_desk > desk, and_(_desk == desk, or_(KnowledgeVersion.updated_at > at, later)))


def _ids() -> Select[int]:
    return select(KnowledgeVersion.id).join(
        KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id
    )


def _keys() -> Select[int, datetime, int]:
    return select(_desk, KnowledgeVersion.updated_at, KnowledgeVersion.id).join(
        KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return (
        session.scalar(select(func.count()).select_from(_ids().where(*conditions).subquery())) or 0
    )


def _waiting(session: Session, scope: Collection[int] | None, state: str, size: int) -> Waiting:
    at_desk = KnowledgeVersion.state == state
    rows = session.scalars(versions_in(scope).where(at_desk).order_by(*_ORDER[1:]).limit(size))
    return Waiting(tuple(rows), _count(session, at_desk, within(KnowledgeItem.unit_id, scope)))
