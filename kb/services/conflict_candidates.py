"""Which entries in force a version may contradict, and what the comparison must know of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from indexer.engine import Engine, Filters
from indexer.errors import InvalidQuery
from kb.conflicts.brief import Brief
from kb.conflicts.entry import Entry, Passage
from kb.conflicts.layout import level
from kb.conflicts.places import places_in
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion
from kb.source_lines import without_source
from kb.standing import IN_FORCE, period, spoken_version, standing_on
from kb.terms import Audience, ItemState, KnowledgeKind, Standing

MAX_QUESTIONS, HITS, MAX_CANDIDATES = 24, 8, 60
# Many units may write on one matter; its title finds them all, a clause finds passages like it.
TITLE_HITS = 60
# Characters read of what the search found, best first: as much as sixty short entries have. A
# check next to sixty long laws would take many seconds, and they are found for their length.
MAX_READ = 120_000
# A title or heading longer than this says more than the search needs.
MAX_QUESTION = 60
_HELD = (ItemState.PUBLISHED, ItemState.SUPERSEDED, ItemState.REPEALED)
_COMPARED = (*IN_FORCE, Standing.FUTURE)


@dataclass(frozen=True)
class Held:
    """A version read for comparison.

    :ivar rev: of the version, to see later whether it changed meanwhile.
    :ivar is_live: whether it is what its entry says, and in force now or later.
    :ivar is_ahead: whether it was published ahead while an earlier one still holds.
    """

    item_id: int
    version_id: int
    rev: int
    is_live: bool
    is_ahead: bool
    entry: Entry


def hold(version: KnowledgeVersion, today: date) -> Held:
    """Read a version out of its session."""
    item = version.item
    spoken = spoken_version(item, today)
    is_in_force = item.state in _HELD and standing_on(item, version, today) in _COMPARED
    is_live = is_in_force and spoken is not None and spoken.id == version.id
    is_ahead = is_in_force and not is_live and item.current_version_id == version.id
    span = period(item, version) if is_live else None
    passages = [
        Passage(p.ordinal, p.heading_path, without_source(p.text), p.kind) for p in version.passages
    ]
    entry = Entry(
        title=version.title,
        passages=passages,
        regions=frozenset(version.regions),
        home=places_in(level(item.unit.name)),
        variants=tuple(version.variants),
        document_number=version.document_number,
        start=span.start if span else version.valid_from or version.issued_on,
        end=span.end if span else version.valid_until,
        today=today,
        is_contact=version.kind == KnowledgeKind.CONTACT,
    )
    return Held(item.id, version.id, version.rev, is_live, is_ahead, entry)


def questions(brief: Brief) -> list[str]:
    """What to search for: the title, and under long documents what their clauses are about."""
    title = brief.entry.title[:MAX_QUESTION]
    asked = dict.fromkeys([title])
    stated = {statement.ordinal for statement in brief.statements}
    for passage in brief.entry.passages:
        heading = passage.heading.split(" > ")[-1]
        if passage.ordinal in stated and heading and not heading.startswith("第"):
            asked.setdefault(f"{title[:30]} {heading}"[:MAX_QUESTION])
    for statement in brief.statements:
        words = " ".join(sorted(statement.near - brief.topics, key=len, reverse=True)[:3])
        if words and len(brief.entry.passages) > 8:
            asked.setdefault(words[:MAX_QUESTION])
    return list(asked)[:MAX_QUESTIONS]


def find(engine: Engine, brief: Brief, today: date) -> list[int]:
    """Ids of the entries in force that a search finds for the version, best first."""
    both = frozenset({Audience.PUBLIC.value, Audience.INTERNAL.value})
    filters = Filters(as_of=today, audiences=both)
    found: dict[int, float] = {}
    for at, question in enumerate(questions(brief)):
        try:
            hits = engine.search(question, filters, HITS if at else TITLE_HITS).hits
        except InvalidQuery:
            continue  # a heading of signs only asks for nothing
        for place, hit in enumerate(hits):
            item_id = int(hit.item_id)
            found[item_id] = found.get(item_id, 0.0) + 1 / (1 + place)
    return sorted(found, key=lambda item_id: -found[item_id])[:MAX_CANDIDATES]


def load(session: Session, item_ids: Sequence[int], today: date) -> list[Held]:
    """What entries say today, or will where nothing holds today; those in force only.

    In the order given, and as many as :data:`MAX_READ` characters hold, but one at least.
    """
    query = (
        select(KnowledgeItem)
        .where(
            KnowledgeItem.id.in_(item_ids),
            KnowledgeItem.state.in_([state.value for state in _HELD]),
        )
        .options(
            selectinload(KnowledgeItem.unit),
            selectinload(KnowledgeItem.current_version).selectinload(KnowledgeVersion.passages),
        )
    )
    items = {item.id: item for item in session.scalars(query)}
    found: list[Held] = []
    left = MAX_READ
    for item_id in item_ids:
        spoken = spoken_version(items[item_id], today) if item_id in items else None
        if spoken is None:
            continue
        left -= sum(len(passage.text) for passage in spoken.passages)
        if left < 0 and found:
            break
        found.append(hold(spoken, today))
    return [one for one in found if one.is_live]


def linked(session: Session, version: KnowledgeVersion) -> frozenset[int]:
    """Entries that this one replaces, repeals or amends, or that do so to it, now or when it is
    published: what they say differently is meant."""
    item_id = version.item_id
    query = select(ItemLink.newer_id, ItemLink.older_id).where(
        or_(ItemLink.newer_id == item_id, ItemLink.older_id == item_id)
    )
    made: Sequence[tuple[int, int]] = [(row[0], row[1]) for row in session.execute(query)]
    planned = [int(link["item_id"]) for link in version.planned_links]
    return frozenset({*planned, *(one for pair in made for one in pair)} - {item_id})
