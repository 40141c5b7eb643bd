"""Reading the dictionary: its version, its entries at any version, the lists a search uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from indexer.lexicon import Lexicon, default_lexicon
from kb.dictionary import Change, Entries, Identity, Value, applied, compose, shipped_entries
from kb.errors import NotFound
from kb.models import DictionaryEntry, DictionaryVersion, KnowledgeItem, KnowledgeVersion
from kb.terms import WordKind


def current_version(session: Session) -> int:
    """The number of the newest version; 0 while only the shipped lists are in use."""
    return session.scalar(select(func.max(DictionaryVersion.number))) or 0


def own_entries(session: Session) -> dict[Identity, Value]:
    """The city's own entries as they stand."""
    return {identity_of(row): value_of(row) for row in session.scalars(select(DictionaryEntry))}


def identity_of(row: DictionaryEntry) -> Identity:
    """Which entry a row is."""
    return Identity(WordKind(row.kind), row.key, row.target)


def value_of(row: DictionaryEntry) -> Value:
    """What a row says of its entry."""
    return Value(row.weight, row.both_ways, row.note, row.active)


def own_entries_at(session: Session, number: int) -> dict[Identity, Value]:
    """The city's own entries as they were when this version had been saved.

    :raises NotFound: there is no such version.
    """
    if not 0 <= number <= current_version(session):
        raise NotFound("词典没有这一版", number=number)
    query = select(DictionaryVersion).where(DictionaryVersion.number <= number)
    own: dict[Identity, Value] = {}
    for version in session.scalars(query.order_by(DictionaryVersion.number)):
        own = applied(own, map(Change.from_json, version.changes))
    return own


def lexicon_at(session: Session, number: int | None = None) -> Lexicon:
    """The word lists of a version, by default of the newest.

    :raises NotFound: there is no such version.
    """
    own = own_entries(session) if number is None else own_entries_at(session, number)
    return compose(default_lexicon(), own)


@dataclass(frozen=True)
class ListedEntry:
    """An entry as the list shows it. ``version`` is the city's own last change of it, if any."""

    identity: Identity
    value: Value
    is_shipped: bool
    version: DictionaryVersion | None

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        if self.version is None:
            return "随附"
        return "随附，本市改过" if self.is_shipped else "本市"


def listed_entries(session: Session) -> list[ListedEntry]:
    """Every entry, shipped and own, also those switched off."""
    shipped = shipped_entries(default_lexicon())
    query = select(DictionaryEntry).options(
        selectinload(DictionaryEntry.version).selectinload(DictionaryVersion.author)
    )
    own = {identity_of(row): row for row in session.scalars(query)}
    listed = [
        ListedEntry(identity, value_of(row), identity in shipped, row.version)
        for identity, row in own.items()
    ]
    listed += [
        ListedEntry(identity, value, True, None)
        for identity, value in shipped.items()
        if identity not in own
    ]
    return listed


def find_entry(session: Session, identity: Identity) -> ListedEntry:
    """One entry.

    :raises NotFound: neither shipped nor own.
    """
    for entry in listed_entries(session):
        if entry.identity == identity:
            return entry
    raise NotFound("词典里没有这一条，可能刚被别人删除")


def entries_in_use(session: Session) -> Entries:
    """Shipped entries and the city's own over them."""
    return shipped_entries(default_lexicon()) | own_entries(session)


def item_titles(session: Session, item_ids: Sequence[int]) -> dict[int, str]:
    """Titles of entries by number; those never published are left out."""
    query = (
        select(KnowledgeItem.id, KnowledgeVersion.title)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id.in_(item_ids))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def history(session: Session, page: int, size: int) -> tuple[list[DictionaryVersion], int]:
    """Versions, newest first, one page of them, and how many there are."""
    query = (
        select(DictionaryVersion)
        .options(selectinload(DictionaryVersion.author))
        .order_by(DictionaryVersion.number.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return list(session.scalars(query)), current_version(session)
