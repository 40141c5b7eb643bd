"""Finding answers: the index gives the order, the database decides what may be shown."""

import logging
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from indexer.engine import Filters, Hit, SearchResult
from indexer.errors import IndexerError, InvalidQuery
from indexer.query import Understood
from kb.access import visible_items
from kb.actor import Actor
from kb.clauses import locate
from kb.db import Database
from kb.errors import SearchUnavailable
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.outbox.enqueue import PUBLIC, STAFF, TARGETS
from kb.outbox.indexes import Indexes
from kb.queries.held_versions import successors, versions_held
from kb.services.found_items import FoundItem, first_telling
from kb.services.learning import active_texts
from kb.services.ruled_order import in_force_order
from kb.services.suggestions import Suggestions
from kb.terms import Audience, ItemState

log = logging.getLogger(__name__)
# More than is shown is asked for, because the database may refuse some of it.
SPARE = 10
MAX_LIMIT = 50
REGION_SPARE = 5
# The engine reads quoted words up to this length.
QUOTED = 60
_QUOTES = re.compile('[“”"「」『』]')


@dataclass(frozen=True)
class Question:
    """What is asked, by whom it may be seen, and about which day.

    ``regions`` finds their entries and those of the whole city. ``literal`` takes the words as
    they are typed: no slip is mended.
    """

    text: str
    as_of: date
    kinds: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    literal: bool = False
    limit: int = 10


@dataclass(frozen=True)
class Answers:
    """The result of one question, best first.

    ``answered`` is False when the system says 无依据. ``degraded`` is True when the index could
    not be asked and titles, numbers and phones were compared in the database instead.
    """

    question: Question
    found: tuple[FoundItem, ...]
    understood: Understood | None
    answered: bool
    elapsed_ms: float
    degraded: bool = False


class SearchService:
    """Search over the index of the caller's room; falls back to the database when it is away."""

    def __init__(self, indexes: Indexes, database: Database) -> None:
        self.indexes, self._database = indexes, database
        self.suggestions = Suggestions(database, indexes)
        self._warming: threading.Thread | None = None

    def start_warming(self, day: date) -> None:
        """Read what every question needs, in a thread; until it ends the service is not ready."""
        self._warming = threading.Thread(
            target=self.warm, args=(day,), name="yingda-warming", daemon=True
        )
        self._warming.start()

    def warm(self, day: date) -> None:
        """Read what every question needs, and make the lines that are offered while typing.

        An index that is away is left to `readiness`.

        :param day: today, whose entries are offered.
        """
        for target in TARGETS:
            try:
                with self._database.reading() as session:
                    engine = self.indexes.engine(session, target)
                engine.warm()
            except (IndexerError, SearchUnavailable, OSError) as error:
                log.warning("index %s not warmed", target, exc_info=error)
        self.suggestions.prepare(day)

    def follow_dictionary(self) -> None:
        """Take the newest word lists in use now, so that the next question does not wait for it.

        An index that is away is left to `readiness`.
        """
        for target in TARGETS:
            try:
                with self._database.reading() as session:
                    self.indexes.engine(session, target)
            except (IndexerError, SearchUnavailable, OSError) as error:
                log.warning("index %s keeps its word lists", target, exc_info=error)

    def readiness(self) -> list[tuple[str, bool, str]]:
        """Whether both indexes open and are warm, for the readiness page: name, ready, sentence."""
        with self._database.reading() as session:
            found = [self._readiness(session, target) for target in TARGETS]
        if self._warming is not None and self._warming.is_alive():
            found.append(("index:warm", False, "检索正在预热，稍后即可使用"))
        return found

    def _readiness(self, session: Session, target: str) -> tuple[str, bool, str]:
        try:
            self.indexes.engine(session, target).marker()
        except (IndexerError, SearchUnavailable, OSError) as error:
            return (f"index:{target}", False, str(error))
        return (f"index:{target}", True, "索引可用")

    def near(self, session: Session, answers: Answers, actor: Actor | None) -> list[str]:
        """您是不是要问: questions like one that was not answered; none when it was."""
        if answers.answered or answers.question.literal:
            return []
        return self.suggestions.near(session, _readings(answers), actor, answers.question.as_of)

    def find(self, session: Session, question: Question, actor: Actor | None) -> Answers:
        """Answer a question for a person, or for the public when ``actor`` is None.

        :raises InvalidQuery: nothing searchable is left of the text.
        """
        target = PUBLIC if actor is None else STAFF
        try:
            engine = self.indexes.engine(session, target)
            result = engine.search(
                _asked(question),
                filters_of(question, actor),
                min(question.limit, MAX_LIMIT) + SPARE,
            )
        except InvalidQuery:
            raise
        except (IndexerError, SearchUnavailable, OSError) as error:
            log.error("index unavailable, searching the database", exc_info=error)
            return _degraded(session, question, actor)
        found = load_found(session, result.hits, question, actor)
        return Answers(
            question,
            in_force_order(session, found, result.understood, question.as_of),
            result.understood,
            result.answered and bool(found) and kept_first(result, found),
            result.elapsed_ms,
        )


def _readings(answers: Answers) -> list[str]:
    """The question as typed, without its filler, and with its slips mended."""
    read = answers.understood
    if read is None:
        return [answers.question.text]
    kept = read.text
    for filler in read.struck:
        kept = kept.replace(filler, " ")
    mended = kept
    for typed, read_as in (*read.corrections, *read.pinyin):
        mended = mended.replace(typed, read_as)
    return [answers.question.text, kept, mended]


def kept_first(result: SearchResult, found: Sequence[FoundItem]) -> bool:
    """The engine's verdict is about its first hit; if that was refused, it says nothing."""
    first = found[0].hit.item_id if found[0].hit is not None else ""
    return first in {hit.item_id for hit in result.hits[:3]}


def _asked(question: Question) -> str:
    """The words for the engine, which takes what stands in quotation marks literally."""
    if not question.literal:
        return question.text
    words = _QUOTES.sub("", question.text)
    return "".join(f"“{words[at : at + QUOTED]}”" for at in range(0, len(words), QUOTED))


def filters_of(question: Question, actor: Actor | None) -> Filters:
    """What the engine may find for a person, or for the public when ``actor`` is None."""
    both = {Audience.PUBLIC.value, Audience.INTERNAL.value}
    return Filters(
        as_of=question.as_of,
        audiences=frozenset({Audience.PUBLIC.value}) if actor is None else frozenset(both),
        kinds=question.kinds,
        units=question.units,
        categories=question.categories,
        regions=question.regions,
    )


def load_found(
    session: Session, hits: Sequence[Hit], question: Question, actor: Actor | None
) -> tuple[FoundItem, ...]:
    """Reload the hits' rows and keep those this person may see that hold on the day asked."""
    by_id = {item.id: item for item in _items(session, [int(hit.item_id) for hit in hits], actor)}
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
    for newer in _items(session, list(newer_of.values()), actor) if newer_of else ():
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
    return is_chosen and _is_of_region(version, question.regions)


def _in_earlier(hit: Hit, item: KnowledgeItem, version: KnowledgeVersion) -> Hit:
    """The hit in the text of an earlier version: the clauses that say what the hit ones say."""
    now = {row.ordinal: row.text for row in (item.current_version or version).passages}
    texts = [now[ordinal] for ordinal in (hit.ordinal, *hit.more) if ordinal in now]
    places = [locate(version.passages, hit.ordinal, text) for text in texts]
    known = list(dict.fromkeys(place for place in places if place is not None))
    first = known[0] if known else first_telling(version)
    return replace(hit, ordinal=first, more=tuple(known[1:]))


def _items(session: Session, ids: Sequence[int], actor: Actor | None) -> Sequence[KnowledgeItem]:
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


def _degraded(session: Session, question: Question, actor: Actor | None) -> Answers:
    """Compare titles and 文号 in the database: plainer, but never away."""
    words = [word for word in question.text.split() if word][:5] or [question.text]
    pattern = [f"%{_escape(word[:50])}%" for word in words]
    query = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            visible_items(actor),
            # One that is to be replaced still holds until then; the dates below decide.
            KnowledgeItem.state.not_in([ItemState.DRAFT.value, ItemState.WITHDRAWN.value]),
            *_chosen(question),
            or_(
                *(KnowledgeVersion.title.like(text, escape="\\") for text in pattern),
                *(KnowledgeVersion.document_number.like(text, escape="\\") for text in pattern),
            ),
        )
        .order_by(KnowledgeItem.id.desc())
        # Regions are compared below: some of these may be of another one.
        .limit(question.limit * (REGION_SPARE if question.regions else 1))
    )
    ids = list(session.scalars(query))
    by_id = {item.id: item for item in _items(session, ids, actor)}
    held = versions_held(session, by_id.values(), question.as_of, actor)
    found = []
    for item in (by_id[item_id] for item_id in ids if item_id in by_id):
        version = held.get(item.id)
        if version is None:
            continue
        if _is_of_region(version, question.regions):
            found.append(FoundItem(item, version, None))
    found = found[: question.limit]
    return Answers(question, tuple(found), None, bool(found), 0.0, degraded=True)


def _is_of_region(version: KnowledgeVersion, regions: frozenset[str]) -> bool:
    return not regions or not version.regions or not regions.isdisjoint(version.regions)


def _chosen(question: Question) -> list[ColumnElement[bool]]:
    """The filters of the question, as the index applies them."""
    units = select(Unit.id).where(Unit.name.in_(question.units))
    conditions = (
        (question.kinds, KnowledgeVersion.kind.in_(question.kinds)),
        (question.units, KnowledgeItem.unit_id.in_(units)),
        (question.categories, KnowledgeVersion.category.in_(question.categories)),
    )
    return [condition for values, condition in conditions if values]


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
