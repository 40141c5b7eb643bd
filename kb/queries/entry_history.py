"""What came before and after an entry: its chain of 替代, 废止, 修改, and its versions."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kb.access import visible_items
from kb.actor import Actor
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion
from kb.standing import IN_FORCE, standing_on
from kb.terms import LinkKind, Standing, VersionState

_AMENDED = "被" + LinkKind.AMENDS.label
_REPEALED = "被" + LinkKind.REPEALS.label
_ONCE_PUBLISHED = (VersionState.PUBLISHED.value, VersionState.REPLACED.value)


@dataclass(frozen=True)
class Linked:
    """An entry at the other end of a link, as far as this person may know of it.

    ``relation`` reads from the entry on the page: 替代了, 被替代 and so on.
    """

    item_id: int
    title: str
    document_number: str
    relation: str
    effective_on: date
    standing: Standing
    is_newer: bool

    @property
    def is_repeal(self) -> bool:
        """Whether it only says that the entry ended: nothing tells that it took its place."""
        return self.relation == _REPEALED


def chain(session: Session, item_id: int, actor: Actor | None, today: date) -> list[Linked]:
    """The entries directly linked to this one that the person may see, newest link first."""
    found = [
        *_linked(session, item_id, actor, today, is_newer=True),
        *_linked(session, item_id, actor, today, is_newer=False),
    ]
    return sorted(found, key=lambda linked: (not linked.is_newer, -linked.effective_on.toordinal()))


def in_force_now(session: Session, item_id: int, actor: Actor | None, today: date) -> list[Linked]:
    """What holds in the entry's place, however many replacements later; else what is to come.

    Each is named with the link that ended its forerunner. Empty when nothing took its place.
    """
    seen, waiting, found = {item_id}, [item_id], []
    while waiting:
        for linked in _linked(session, waiting.pop(0), actor, today, is_newer=True):
            if linked.item_id in seen or linked.relation == _AMENDED:
                continue
            seen.add(linked.item_id)
            found.append(linked)
            if linked.standing not in IN_FORCE:
                waiting.append(linked.item_id)
    holding = [linked for linked in found if linked.standing in IN_FORCE]
    return holding or [linked for linked in found if linked.standing == Standing.FUTURE]


def _linked(
    session: Session, item_id: int, actor: Actor | None, today: date, *, is_newer: bool
) -> list[Linked]:
    link = aliased(ItemLink)
    here, there = (link.older_id, link.newer_id) if is_newer else (link.newer_id, link.older_id)
    query = (
        select(link.kind, link.effective_on, KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == there)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(here == item_id, visible_items(actor))
    )
    return [
        Linked(
            item_id=item.id,
            title=version.title,
            document_number=version.document_number,
            relation=("被" if is_newer else "") + LinkKind(kind).label,
            effective_on=effective_on,
            standing=standing_on(item, version, today),
            is_newer=is_newer,
        )
        for kind, effective_on, item, version in session.execute(query)
    ]


def published_versions(session: Session, item_id: int) -> list[KnowledgeVersion]:
    """The versions of an entry that were ever published, newest first."""
    query = (
        select(KnowledgeVersion)
        .where(KnowledgeVersion.item_id == item_id, KnowledgeVersion.state.in_(_ONCE_PUBLISHED))
        .order_by(KnowledgeVersion.number.desc())
    )
    return list(session.scalars(query))
