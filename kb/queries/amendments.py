"""修改: entries in force of which another one, in force too, has changed a part."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion
from kb.standing import IN_FORCE, standing_on
from kb.terms import LinkKind


@dataclass(frozen=True)
class Amendment:
    """The entry that changed a part of another, since ``effective_on``."""

    item_id: int
    title: str
    document_number: str
    effective_on: date


def amended_by(
    session: Session, item_ids: Iterable[int], actor: Actor | None, day: date
) -> dict[int, list[Amendment]]:
    """What changed a part of these entries and holds on ``day``, the newest first; one query.

    :returns: the amended among them by id; only what this person may see.
    """
    query = (
        select(ItemLink.older_id, ItemLink.effective_on, KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == ItemLink.newer_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            ItemLink.older_id.in_(list(item_ids)),
            ItemLink.kind == LinkKind.AMENDS.value,
            ItemLink.effective_on <= day,
            visible_items(actor),
        )
        .order_by(ItemLink.effective_on.desc(), ItemLink.id.desc())
    )
    found: dict[int, list[Amendment]] = {}
    for older_id, since, item, version in session.execute(query):
        if standing_on(item, version, day) in IN_FORCE:
            told = Amendment(item.id, version.title, version.document_number, since)
            found.setdefault(older_id, []).append(told)
    return found
