"""What the unit portal's home shows: counts, queues, the life of an entry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from kb.actor import Actor
from kb.clock import day_start
from kb.models import (
    Adoption,
    ItemEvent,
    ItemLink,
    KnowledgeItem,
    KnowledgeVersion,
    Unit,
)
from kb.queries.portal_list import holding
from kb.queries.shown import shown_version
from kb.terms import Role, VersionState


def units_of(session: Session, actor: Actor) -> list[Unit]:
    """The units this person works for in the portal: all for editors, else the own and below."""
    query = select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.id)
    if not actor.has(Role.EDITOR):
        query = query.where(Unit.id.in_(actor.unit_scope))
    return list(session.scalars(query))


def scope_of(actor: Actor, unit_id: int | None = None) -> Collection[int] | None:
    """The unit ids to look at; ``None`` is every unit (editors only).

    A unit outside the person's reach narrows to nothing.
    """
    if actor.has(Role.EDITOR):
        return None if unit_id is None else {unit_id}
    return actor.unit_scope if unit_id is None else actor.unit_scope & {unit_id}


def within(
    column: InstrumentedAttribute[int], scope: Collection[int] | None
) -> ColumnElement[bool]:
    """The condition that a unit column lies in the scope."""
    return true() if scope is None else column.in_(scope)


@dataclass(frozen=True)
class Counts:
    """The three figures of the page head."""

    in_force: int
    pushed: int
    credited: int


def month_start(today: date) -> date:
    """The first day of the month."""
    return today.replace(day=1)


def counts(session: Session, scope: Collection[int] | None, today: date) -> Counts:
    """现行有效 today, entries and versions begun this month, requests resolved by the entries."""
    in_force = (
        select(func.count())
        .select_from(KnowledgeItem)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(today))
        .where(within(KnowledgeItem.unit_id, scope), holding(today))
    )
    pushed = (
        select(func.count(func.distinct(KnowledgeVersion.item_id)))
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(
            within(KnowledgeItem.unit_id, scope),
            KnowledgeVersion.created_at >= day_start(month_start(today)),
            KnowledgeVersion.state != VersionState.DISCARDED.value,
        )
    )
    credited = select(func.count(func.distinct(Adoption.request_id))).where(
        within(Adoption.unit_id, scope), Adoption.undone_at.is_(None)
    )
    return Counts(
        session.scalar(in_force) or 0, session.scalar(pushed) or 0, session.scalar(credited) or 0
    )


def waiting_since(session: Session, versions: Sequence[KnowledgeVersion]) -> dict[int, datetime]:
    """When each version came to the desk where it lies now."""
    steps = ["submitted", "unit_approved"]
    query = (
        select(ItemEvent.version_id, func.max(ItemEvent.at))
        .where(
            ItemEvent.version_id.in_([version.id for version in versions]),
            ItemEvent.kind.in_(steps),
        )
        .group_by(ItemEvent.version_id)
    )
    return {version_id: at for version_id, at in session.execute(query) if version_id}


def versions_in(scope: Collection[int] | None) -> Select[KnowledgeVersion]:
    """Every version of the units, with what a list shows of it."""
    return (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(within(KnowledgeItem.unit_id, scope))
        .options(
            selectinload(KnowledgeVersion.item).selectinload(KnowledgeItem.unit),
            selectinload(KnowledgeVersion.author),
        )
    )


@dataclass(frozen=True)
class Life:
    """Everything an entry went through: its versions, links both ways, and events, oldest first."""

    versions: tuple[KnowledgeVersion, ...]
    replaces: tuple[ItemLink, ...]
    replaced_by: tuple[ItemLink, ...]
    events: tuple[ItemEvent, ...]


def life(session: Session, item: KnowledgeItem) -> Life:
    """The entry's whole history. Only its own people and editors may be shown all of it."""
    events = session.scalars(
        select(ItemEvent)
        .where(ItemEvent.item_id == item.id)
        .options(selectinload(ItemEvent.actor))
        .order_by(ItemEvent.at, ItemEvent.id)
    ).all()
    links = session.scalars(
        select(ItemLink)
        .where(or_(ItemLink.newer_id == item.id, ItemLink.older_id == item.id))
        .options(
            selectinload(ItemLink.newer).selectinload(KnowledgeItem.current_version),
            selectinload(ItemLink.older).selectinload(KnowledgeItem.current_version),
        )
        .order_by(ItemLink.effective_on, ItemLink.id)
    ).all()
    return Life(
        tuple(item.versions),
        tuple(link for link in links if link.newer_id == item.id),
        tuple(link for link in links if link.older_id == item.id),
        tuple(events),
    )


def credited(session: Session, item_id: int) -> int:
    """How many requests the entry resolved online."""
    query = select(func.count(func.distinct(Adoption.request_id))).where(
        Adoption.item_id == item_id, Adoption.undone_at.is_(None)
    )
    return session.scalar(query) or 0
