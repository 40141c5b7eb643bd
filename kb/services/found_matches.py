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


@dataclass(frozen=True)
class Sought:
    """A named document by the keys of ``found_acts``, and whose text names it.

    :ivar item_id: the entry of that text, which cannot be meant; None while there is none.
    """

    number_key: str
    title_key: str
    unit_id: int
    item_id: int | None = None


def matches(session: Session, link: FoundLink, actor: Actor) -> list[Match]:
    """The entries this person may see that the named document may be, best first."""
    own = link.version.item
    return find(session, Sought(link.number_key, link.title_key, own.unit_id, own.id), actor)


def find(session: Session, sought: Sought, actor: Actor) -> list[Match]:
    """As :func:`matches`, for a document that is no row yet."""
    narrowed = list(_narrowed(sought))
    if not narrowed:
        return []
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(visible_items(actor), KnowledgeItem.id != (sought.item_id or 0), or_(*narrowed))
        .options(selectinload(KnowledgeItem.unit))
        .order_by(KnowledgeItem.id.desc())
        .limit(_LOOKED_AT)
    )
    found = [
        Match(item, version, rank)
        for item, version in session.execute(query)
        if (rank := _rank(sought, version)) is not None
    ]
    return sorted(
        found,
        key=lambda match: (
            match.rank,
            match.item.state != ItemState.PUBLISHED.value,
            match.item.unit_id != sought.unit_id,
            -match.item.id,
        ),
    )


def _narrowed(sought: Sought) -> Iterable[ColumnElement[bool]]:
    """What the database can tell: the digits of the 文号, both ends of the title."""
    number = sought.number_key
    if number:
        year, _, count = number.partition("〔")[2].partition("〕")
        parts = [year, count] if count else [number[-6:]]
        yield and_(
            *(KnowledgeVersion.document_number.contains(part, autoescape=True) for part in parts)
        )
    title = sought.title_key
    if len(title) >= _END:
        yield and_(
            KnowledgeVersion.title.contains(title[:_END], autoescape=True),
            KnowledgeVersion.title.contains(title[-_END:], autoescape=True),
        )


def _rank(sought: Sought, version: KnowledgeVersion) -> int | None:
    numbers = [number_key(part) for part in version.document_number.split("、") if part]
    if sought.number_key and sought.number_key in numbers:
        return 0
    named, known = sought.title_key, title_key(version.title)
    same = bool(named) and named == known
    if same:
        return 3 if sought.number_key and numbers else 1
    # Another number is another document, however near its title.
    if not named or (sought.number_key and numbers):
        return None
    return 2 if SequenceMatcher(None, named, known).ratio() >= NEAR else None
