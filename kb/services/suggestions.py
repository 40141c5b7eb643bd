"""联想 and 您是不是要问: phrases of the entries in force, built apart from any request.

Titles, 相似问 and what callers asked go into one :class:`indexer.suggest.Suggester` per index.
It is built anew, in the background, when the index or the day has changed or it has grown old; a
lookup never waits for that. The database has the last word on every line that is shown.
"""

import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from indexer.suggest import Phrase, Suggester
from kb.access import visible_items
from kb.actor import Actor
from kb.clock import day_start
from kb.db import Database
from kb.models import Adoption, KnowledgeItem, KnowledgeVersion, SearchRecord, SearchTarget
from kb.outbox.enqueue import PUBLIC, STAFF
from kb.outbox.indexes import Indexes
from kb.queries.public import in_force
from kb.queries.shown import shown_version
from kb.terms import Audience

log = logging.getLogger(__name__)
LIMIT, MAX_LIMIT = 8, 20
NEAR = 5
# What was asked may be shown to others once so many calls asked it and so many were answered.
MIN_CALLS, MIN_ADOPTED = 3, 2
WITHIN = timedelta(days=365)
CHECK_SECONDS, PAUSE_SECONDS, OLD_SECONDS = 1.0, 20.0, 600.0
PAGE = 2_000
_SPARE = 3
_MAX_RECORDS = 200_000


@dataclass(frozen=True)
class Suggestion:
    """A line under the box: its words, what they are (title, question, asked), whose they are."""

    text: str
    kind: str
    item_id: int


@dataclass
class _Built:
    """What one target has, what it was built from, and when (seconds of a steady clock)."""

    suggester: Suggester | None = None
    source: tuple[str, int, date] | None = None
    at: float = 0.0
    checked_at: float = float("-inf")
    is_building: bool = False


class Suggestions:
    """Suggestions for staff and for the public. Thread-safe.

    :ivar in_background: False builds within the request that finds it missing (for tests).
    """

    def __init__(self, database: Database, indexes: Indexes) -> None:
        self.in_background = True
        self._database, self._indexes = database, indexes
        self._built = {target: _Built() for target in (PUBLIC, STAFF)}
        self._lock = threading.Lock()

    def suggest(
        self, session: Session, typed: str, actor: Actor | None, day: date, limit: int = LIMIT
    ) -> list[Suggestion]:
        """Lines for what is typed so far, that this person may see and that hold on the day."""
        suggester = self._current(session, actor, day)
        if suggester is None:
            return []
        limit = min(limit, MAX_LIMIT)
        return _allowed(session, suggester.suggest(typed, _SPARE * limit), actor, day)[:limit]

    def near(
        self, session: Session, asked: Iterable[str], actor: Actor | None, day: date
    ) -> list[str]:
        """Up to five questions like the one that found nothing, to search again with.

        :param asked: the question and other ways to read it.
        """
        texts = [text for text in asked if text]
        suggester = self._current(session, actor, day)
        if suggester is None or not texts:
            return []
        found = _allowed(session, suggester.near(texts, _SPARE * NEAR), actor, day)
        return [one.text for one in found if one.text not in texts][:NEAR]

    def _current(self, session: Session, actor: Actor | None, day: date) -> Suggester | None:
        target = PUBLIC if actor is None else STAFF
        if self._is_due(session, target, day):
            if self.in_background:
                arguments = (target, day)
                threading.Thread(target=self._refresh, args=arguments, daemon=True).start()
            else:
                self._refresh(target, day)
        return self._built[target].suggester

    def prepare(self, day: date) -> None:
        """Make the lines of both indexes for a day now, before anybody types."""
        for target, built in self._built.items():
            with self._lock:
                if built.is_building:
                    continue
                built.is_building = True
            self._refresh(target, day)

    def _is_due(self, session: Session, target: str, day: date) -> bool:
        """Whether to build now; looks at the database once a second at most."""
        built, now = self._built[target], time.monotonic()
        with self._lock:
            if built.is_building or (self.in_background and now - built.checked_at < CHECK_SECONDS):
                return False
            built.checked_at = now
            source = _source(session, target, day)
            if source is None:
                return False
            age = now - built.at
            is_stale = source != built.source and (age > PAUSE_SECONDS or not self.in_background)
            if built.suggester is None or is_stale or age > OLD_SECONDS:
                built.is_building = True
                return True
            return False

    def _refresh(self, target: str, day: date) -> None:
        built = self._built[target]
        try:
            with self._database.reading() as session:
                source = _source(session, target, day)
            phrases = [*_worded(self._database, target, day), *_asked(self._database, target, day)]
            suggester = Suggester(phrases, self._indexes.factory.segmenter, built.suggester)
            with self._lock:
                built.suggester, built.source = suggester, source
        except SQLAlchemyError as error:
            # The database is away or its program newer: the lines of before serve meanwhile.
            log.warning("suggestions were not renewed", exc_info=error)
        finally:
            with self._lock:
                built.at, built.is_building = time.monotonic(), False


def _source(session: Session, target: str, day: date) -> tuple[str, int, date] | None:
    query = select(SearchTarget.directory, SearchTarget.marker).where(SearchTarget.name == target)
    row = session.execute(query).one_or_none()
    return (row.directory, row.marker, day) if row is not None else None


def _may_hold(target: str, day: date) -> list[ColumnElement[bool]]:
    """The conditions on an item joined to the version that is shown of it."""
    is_public = KnowledgeVersion.audience == Audience.PUBLIC.value
    return [in_force(day), is_public] if target == PUBLIC else [in_force(day)]


def _worded(database: Database, target: str, day: date) -> Iterator[Phrase]:
    """Titles and 相似问, weighed by how often their entry was adopted."""
    with database.reading() as session:
        used = _use_counts(session, day)
    after = 0
    while True:
        query = (
            select(KnowledgeItem.id, KnowledgeVersion.title, KnowledgeVersion.variants)
            .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
            .where(KnowledgeItem.id > after, *_may_hold(target, day))
            .order_by(KnowledgeItem.id)
            .limit(PAGE)
        )
        # A session a page: on SQLite a long reading transaction would keep writers waiting.
        with database.reading() as session:
            rows = session.execute(query).all()
        if not rows:
            return
        for item_id, title, variants in rows:
            yield Phrase(title, "title", used[item_id], str(item_id))
            for variant in variants:
                yield Phrase(variant, "question", used[item_id], str(item_id))
        after = rows[-1][0]


def _use_counts(session: Session, day: date) -> Counter[int]:
    query = (
        select(Adoption.item_id, func.count())
        .where(Adoption.at >= day_start(day - WITHIN), Adoption.undone_at.is_(None))
        .group_by(Adoption.item_id)
    )
    return Counter(dict(session.execute(query).all()))


def _asked(database: Database, target: str, day: date) -> Iterator[Phrase]:
    """What callers asked and an entry answered; ``said`` never names a person."""
    since = day_start(day - WITHIN)
    adopted = (
        select(Adoption.item_id, Adoption.said, Adoption.query, func.count())
        .join(KnowledgeItem, KnowledgeItem.id == Adoption.item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(
            Adoption.said != "",
            Adoption.at >= since,
            Adoption.undone_at.is_(None),
            *_may_hold(target, day),
        )
        .group_by(Adoption.item_id, Adoption.said, Adoption.query)
    )
    with database.reading() as session:
        rows = session.execute(adopted).all()
        calls = _calls_by_query(session, day)
    times: Counter[tuple[int, str]] = Counter()
    callers: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for item_id, said, query, count in rows:
        times[item_id, said] += count
        callers[item_id, said] |= calls.get(query[:200], set())
    for key, count in times.items():
        if count >= MIN_ADOPTED and len(callers[key]) >= MIN_CALLS:
            yield Phrase(key[1], "asked", len(callers[key]), str(key[0]))


def _calls_by_query(session: Session, day: date) -> dict[str, set[str]]:
    """Adopted query -> the calls it was asked in; a record without a call is one of its own."""
    call = func.coalesce(
        cast(SearchRecord.call_id, String), literal("r") + cast(SearchRecord.id, String)
    )
    wanted = select(Adoption.query).where(Adoption.said != "").distinct()
    query = (
        select(SearchRecord.query, call)
        .where(
            SearchRecord.audience == STAFF,
            SearchRecord.at >= day_start(day - WITHIN),
            SearchRecord.query.in_(wanted),
        )
        .order_by(SearchRecord.id.desc())
        .limit(_MAX_RECORDS)
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text, one in session.execute(query):
        found[text].add(one)
    return found


def _allowed(
    session: Session, phrases: Sequence[Phrase], actor: Actor | None, day: date
) -> list[Suggestion]:
    """Those whose entry this person may see and which holds on the day, as the database says."""
    ids = {int(phrase.item_id) for phrase in phrases}
    query = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(
            KnowledgeItem.id.in_(ids),
            visible_items(actor),
            *_may_hold(PUBLIC if actor is None else STAFF, day),
        )
    )
    known = set(session.scalars(query)) if ids else set()
    return [
        Suggestion(phrase.text, phrase.kind, int(phrase.item_id))
        for phrase in phrases
        if int(phrase.item_id) in known
    ]
