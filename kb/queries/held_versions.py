"""Which version of an entry answered on a day (口径日期): the current one, or one before it."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import may_see_version
from kb.actor import Actor
from kb.clock import local_day
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion
from kb.standing import holds, version_on
from kb.terms import ItemState, LinkKind


def versions_held(
    session: Session, items: Iterable[KnowledgeItem], day: date, actor: Actor | None
) -> Mapping[int, KnowledgeVersion]:
    """The version of each entry that holds on ``day``, by entry; those that do not are left out.

    :param items: visible to the actor, with their current versions. An earlier version that was
        内部 stays hidden from whom it was hidden then.
    """
    found: dict[int, KnowledgeVersion] = {}
    earlier: dict[int, KnowledgeItem] = {}
    for item in items:
        current = item.current_version
        if current is None:
            continue
        if holds(item, current, day) and not _published_after(current, day):
            found[item.id] = current
        elif current.number > 1:
            earlier[item.id] = item
        elif holds(item, current, day):
            found[item.id] = current
    for item_id, versions in _published(session, earlier).items():
        seen = [row for row in versions if may_see_version(row, earlier[item_id], actor)]
        version = version_on(earlier[item_id], seen, day)
        if version is not None:
            found[item_id] = version
    return found


def version_held(
    session: Session, item: KnowledgeItem, day: date, actor: Actor | None
) -> KnowledgeVersion | None:
    """The version of one entry that holds on ``day``, if any does."""
    return versions_held(session, [item], day, actor).get(item.id)


def successors(session: Session, ended: Iterable[KnowledgeItem], day: date) -> Mapping[int, int]:
    """Which entry had taken the place of each of these by ``day``, as ids; at most one each."""
    ids = [item.id for item in ended if item.state == ItemState.SUPERSEDED]
    if not ids:
        return {}
    query = (
        select(ItemLink.older_id, ItemLink.newer_id)
        .where(
            ItemLink.older_id.in_(ids),
            ItemLink.kind == LinkKind.SUPERSEDES.value,
            ItemLink.effective_on <= day,
        )
        # The last to take effect is kept.
        .order_by(ItemLink.effective_on, ItemLink.id)
    )
    return {row.older_id: row.newer_id for row in session.execute(query)}


def _published_after(version: KnowledgeVersion, day: date) -> bool:
    return version.published_at is not None and local_day(version.published_at) > day


def _published(
    session: Session, items: Mapping[int, KnowledgeItem]
) -> dict[int, list[KnowledgeVersion]]:
    if not items:
        return {}
    query = select(KnowledgeVersion).where(
        KnowledgeVersion.item_id.in_(items), KnowledgeVersion.published_at.is_not(None)
    )
    found: dict[int, list[KnowledgeVersion]] = {}
    for version in session.scalars(query):
        found.setdefault(version.item_id, []).append(version)
    return found
