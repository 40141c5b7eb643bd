"""The rows of what the index found: the database decides what may be shown."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from indexer.engine import Hit
from kb.access import visible_items
from kb.actor import Actor
from kb.clauses import locate
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.queries.held_versions import successors, versions_held
from kb.services.found_items import FoundItem, first_telling
from kb.services.learning import active_texts
from kb.services.questions import Question


def load_found(
    session: Session, hits: Sequence[Hit], question: Question, actor: Actor | None
) -> tuple[FoundItem, ...]:
    """Reload the hits' rows and keep those this person may see that hold on the day asked."""
    by_id = {
        item.id: item for item in visible_rows(session, [int(hit.item_id) for hit in hits], actor)
    }
    held = dict(versions_held(session, by_id.values(), question.as_of, actor))
    _put_successors(session, by_id, held, question, actor)
    learned = active_texts(session, [item.id for item in by_id.values()])
    found = []
    for hit in hits:
        item = by_id.get(int(hit.item_id))
        version = held.get(item.id) if item is not None else None
        if item is None or version is None:
            continue
        is_as_hit = str(item.id) == hit.item_id and version is item.current_version
        placed = hit if is_as_hit else _in_earlier(hit, item, version)
        found.append(FoundItem(item, version, placed, tuple(learned.get(item.id, ()))))
    return tuple(found[: question.limit])


def _put_successors(
    session: Session,
    by_id: dict[int, KnowledgeItem],
    held: dict[int, KnowledgeVersion],
    question: Question,
    actor: Actor | None,
) -> None:
    """Put what replaced it in the place of an entry that was replaced a moment ago.

    Between the publication and the index's next commit the index still names the old entry alone:
    without this neither of the two would be found for that moment.
    """
    ended = [item for item in by_id.values() if item.id not in held]
    newer_of = successors(session, ended, question.as_of)
    for newer in visible_rows(session, list(newer_of.values()), actor) if newer_of else ():
        version = versions_held(session, [newer], question.as_of, actor).get(newer.id)
        older_id = next(old for old, new in newer_of.items() if new == newer.id)
        if version is not None and newer.id not in by_id and _fits(newer, version, question):
            by_id[older_id] = newer
            held[newer.id] = version


def _fits(item: KnowledgeItem, version: KnowledgeVersion, question: Question) -> bool:
    """The question's filters on an entry that the index has not filtered."""
    wanted = (
        (question.kinds, version.kind),
        (question.units, item.unit.name),
        (question.categories, version.category),
    )
    is_chosen = all(not values or value in values for values, value in wanted)
    return is_chosen and is_of_region(version, question.regions)


def _in_earlier(hit: Hit, item: KnowledgeItem, version: KnowledgeVersion) -> Hit:
    """The hit in the text of an earlier version: the clauses that say what the hit ones say."""
    now = {row.ordinal: row.text for row in (item.current_version or version).passages}
    texts = [now[ordinal] for ordinal in (hit.ordinal, *hit.more) if ordinal in now]
    places = [locate(version.passages, hit.ordinal, text) for text in texts]
    known = list(dict.fromkeys(place for place in places if place is not None))
    first = known[0] if known else first_telling(version)
    return replace(hit, ordinal=first, more=tuple(known[1:]))


def visible_rows(
    session: Session, ids: Sequence[int], actor: Actor | None
) -> Sequence[KnowledgeItem]:
    query = (
        select(KnowledgeItem)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id.in_(ids), visible_items(actor))
        .options(
            selectinload(KnowledgeItem.unit),
            selectinload(KnowledgeItem.current_version).selectinload(KnowledgeVersion.passages),
        )
    )
    return session.scalars(query).all()


def is_of_region(version: KnowledgeVersion, regions: frozenset[str]) -> bool:
    return not regions or not version.regions or not regions.isdisjoint(version.regions)
