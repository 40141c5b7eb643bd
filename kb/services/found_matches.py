"""Which entry a named document is: by 文号 first, then by title, the own unit's before others'."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.access import visible_items
from kb.actor import Actor
from kb.models import FoundLink, KnowledgeItem, KnowledgeVersion
from kb.services.found_acts import number_key, title_key
from kb.terms import ItemState

NEAR = 0.9
_LOOKED_AT = 200
_END = 5  # characters of a title's beginning and end by which the database narrows down


@dataclass(frozen=True)
class Match:
    """An entry that may be the named document, and how one sees it."""

    item: KnowledgeItem
    version: KnowledgeVersion
    rank: int

    @property
    def how(self) -> str:
        """In what they agree, for the page."""
        return ("文号相同", "标题相同", "标题相近", "标题相同，文号不同")[self.rank]


def matches(session: Session, link: FoundLink, actor: Actor) -> list[Match]:
    """The entries this person may see that the named document may be, best first."""
    narrowed = list(_narrowed(link))
    if not narrowed:
        return []
    own = link.version.item
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(visible_items(actor), KnowledgeItem.id != own.id, or_(*narrowed))
        .options(selectinload(KnowledgeItem.unit))
        .order_by(KnowledgeItem.id.desc())
        .limit(_LOOKED_AT)
    )
    found = [
        Match(item, version, rank)
        for item, version in session.execute(query)
        if (rank := _rank(link, version)) is not None
    ]
    return sorted(
        found,
        key=lambda match: (
            match.rank,
            match.item.state != ItemState.PUBLISHED.value,
            match.item.unit_id != own.unit_id,
            -match.item.id,
        ),
    )


def _narrowed(link: FoundLink) -> Iterable[ColumnElement[bool]]:
    """What the database can tell: the digits of the 文号, both ends of the title."""
    number = link.number_key
    if number:
        year, _, count = number.partition("〔")[2].partition("〕")
        parts = [year, count] if count else [number[-6:]]
        yield and_(
            *(KnowledgeVersion.document_number.contains(part, autoescape=True) for part in parts)
        )
    title = link.title_key
    if len(title) >= _END:
        yield and_(
            KnowledgeVersion.title.contains(title[:_END], autoescape=True),
            KnowledgeVersion.title.contains(title[-_END:], autoescape=True),
        )


def _rank(link: FoundLink, version: KnowledgeVersion) -> int | None:
    numbers = [number_key(part) for part in version.document_number.split("、") if part]
    if link.number_key and link.number_key in numbers:
        return 0
    named, known = link.title_key, title_key(version.title)
    same = bool(named) and named == known
    if same:
        return 3 if link.number_key and numbers else 1
    # Another number is another document, however near its title.
    if not named or (link.number_key and numbers):
        return None
    return 2 if SequenceMatcher(None, named, known).ratio() >= NEAR else None
