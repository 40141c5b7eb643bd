"""Finding answers: the index gives the order, the database decides what may be shown."""

import logging
import threading
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from indexer.engine import SearchResult
from indexer.errors import IndexerError, InvalidQuery
from kb.actor import Actor
from kb.db import Database
from kb.errors import SearchUnavailable
from kb.outbox.enqueue import PUBLIC, STAFF, TARGETS
from kb.outbox.indexes import Indexes
from kb.services.found_items import FoundItem
from kb.services.found_loading import load_found
from kb.services.questions import Answers, Question, filters_of, readings, words_for
from kb.services.ruled_order import in_force_order
from kb.services.suggestions import Suggestions
from kb.services.title_search import by_title

log = logging.getLogger(__name__)
# More than is shown is asked for, because the database may refuse some of it.
SPARE = 10
MAX_LIMIT = 50


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
        return self.suggestions.near(session, readings(answers), actor, answers.question.as_of)

    def find(self, session: Session, question: Question, actor: Actor | None) -> Answers:
        """Answer a question for a person, or for the public when ``actor`` is None.

        :raises InvalidQuery: nothing searchable is left of the text.
        """
        target = PUBLIC if actor is None else STAFF
        try:
            engine = self.indexes.engine(session, target)
            result = engine.search(
                words_for(question),
                filters_of(question, actor),
                min(question.limit, MAX_LIMIT) + SPARE,
            )
        except InvalidQuery:
            raise
        except (IndexerError, SearchUnavailable, OSError) as error:
            log.error("index unavailable, searching the database", exc_info=error)
            return by_title(session, question, actor)
        found = load_found(session, result.hits, question, actor)
        return Answers(
            question,
            in_force_order(session, found, result.understood, question.as_of),
            result.understood,
            result.answered and bool(found) and kept_first(result, found),
            result.elapsed_ms,
        )


def kept_first(result: SearchResult, found: Sequence[FoundItem]) -> bool:
    """The engine's verdict is about its first hit; if that was refused, it says nothing."""
    first = found[0].hit.item_id if found[0].hit is not None else ""
    return first in {hit.item_id for hit in result.hits[:3]}
