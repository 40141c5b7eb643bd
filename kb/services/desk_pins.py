"""固定和最近用过: the entries an agent comes back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_visible, visible_items
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import Adoption, CitizenRequest, DeskPin, KnowledgeItem, KnowledgeVersion
from kb.standing import standing_on
from kb.terms import Standing

MAX_PINS = 12
RECENT = 6
_RECENT_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class KeptEntry:
    """An entry as a line to choose from."""

    item_id: int
    title: str
    kind: str
    unit: str
    standing: Standing


@dataclass(frozen=True)
class Kept:
    """What an agent has at hand; nothing stands in both."""

    pinned: Sequence[KeptEntry] = ()
    recent: Sequence[KeptEntry] = ()


def pin(session: Session, item_id: int, actor: Actor, now: datetime) -> None:
    """固定; pinning twice changes nothing.

    :raises NotFound: the agent may not see such an entry.
    :raises InvalidInput: twelve are pinned already.
    """
    get_visible(session, item_id, actor)
    if item_id in pinned_ids(session, actor):
        return
    count = session.scalar(
        select(func.count()).select_from(DeskPin).where(DeskPin.user_id == actor.user_id)
    )
    if (count or 0) >= MAX_PINS:
        raise InvalidInput(f"最多固定 {MAX_PINS} 条，请先取消一条不常用的")
    session.add(DeskPin(user_id=actor.user_id, item_id=item_id, at=now))


def unpin(session: Session, item_id: int, actor: Actor) -> None:
    """取消固定; what is not pinned stays so."""
    query = select(DeskPin).where(DeskPin.user_id == actor.user_id, DeskPin.item_id == item_id)
    for row in session.scalars(query):
        session.delete(row)


def pinned_ids(session: Session, actor: Actor) -> frozenset[int]:
    """The entries the agent pinned, also those that hold no more."""
    return frozenset(
        session.scalars(select(DeskPin.item_id).where(DeskPin.user_id == actor.user_id))
    )


def kept_entries(session: Session, actor: Actor, now: datetime, today: date) -> Kept:
    """What was pinned, in that order, and what the agent answered with in the last week."""
    pins = select(DeskPin.item_id, DeskPin.id).where(DeskPin.user_id == actor.user_id)
    pinned = [item_id for item_id, _ in session.execute(pins.order_by(DeskPin.id))]
    used = (
        select(Adoption.item_id, func.max(Adoption.id))
        .join(CitizenRequest, CitizenRequest.id == Adoption.request_id)
        .where(
            CitizenRequest.agent_id == actor.user_id,
            Adoption.undone_at.is_(None),
            Adoption.at >= now - _RECENT_DAYS,
            Adoption.item_id.not_in(pinned),
        )
        .group_by(Adoption.item_id)
        .order_by(func.max(Adoption.id).desc())
        .limit(RECENT)
    )
    recent = [item_id for item_id, _ in session.execute(used)]
    lines = _lines(session, [*pinned, *recent], actor, today)
    return Kept(
        [lines[item_id] for item_id in pinned if item_id in lines],
        [lines[item_id] for item_id in recent if item_id in lines],
    )


def _lines(
    session: Session, item_ids: Sequence[int], actor: Actor, today: date
) -> dict[int, KeptEntry]:
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id.in_(item_ids), visible_items(actor))
        .options(selectinload(KnowledgeItem.unit))
    )
    return {
        item.id: KeptEntry(
            item.id, version.title, version.kind, item.unit.name, standing_on(item, version, today)
        )
        for item, version in session.execute(query)
    }
