"""检索实验室: one question with every step of its search, for the people who look after search.

The steps are the production engine's own; who may see an entry is decided here as everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.engine import Candidate, Explanation
from indexer.features import Weights
from kb.access import visible_items
from kb.actor import Actor
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.outbox.enqueue import PUBLIC, STAFF
from kb.outbox.indexes import Indexes
from kb.outbox.words import WordLists
from kb.queries.dictionary import current_version, lexicon_at
from kb.services.found_items import FoundItem
from kb.services.found_loading import load_found
from kb.services.questions import Question, filters_of
from kb.services.ruled_order import in_force_order
from kb.services.search import kept_first

DEPTH = 10


@dataclass(frozen=True)
class Trial:
    """What to search under.

    :param is_public: search as the public does, in the public index.
    :param weights, words: other settings than the engine's own; None is its own.
    """

    question: Question
    is_public: bool = False
    weights: Weights | None = None
    words: WordLists | None = None


@dataclass(frozen=True)
class EntryName:
    """What is said of an entry in a list."""

    item_id: int
    title: str
    kind: str
    unit: str


@dataclass(frozen=True)
class Look:
    """What one search did.

    :param found: the results as they are shown, best first, with rulings applied.
    :param candidates: what was weighed, best first, as far as the person may see it.
    :param hidden: how many candidates the person may not see.
    :param answered: False when callers are told 无依据.
    """

    trial: Trial
    explanation: Explanation
    found: tuple[FoundItem, ...]
    candidates: tuple[tuple[Candidate, EntryName], ...]
    hidden: int
    answered: bool


def look(session: Session, indexes: Indexes, trial: Trial, actor: Actor) -> Look:
    """Search and keep every step.

    :raises InvalidQuery: nothing searchable is left of the text.
    :raises SearchUnavailable, IndexerError: the index cannot be asked.
    """
    engine = indexes.engine(session, PUBLIC if trial.is_public else STAFF)
    asker = None if trial.is_public else actor
    explanation = engine.explain(
        trial.question.text,
        filters_of(trial.question, asker),
        DEPTH,
        weights=trial.weights,
        lexicon=trial.words.lexicon if trial.words else None,
        segmenter=trial.words.segmenter if trial.words else None,
    )
    result = explanation.result
    found = load_found(session, result.hits, trial.question, asker)
    weighed = explanation.candidates
    names = entry_names(session, [int(one.item_id) for one in weighed], actor)
    seen = tuple((one, names[int(one.item_id)]) for one in weighed if int(one.item_id) in names)
    return Look(
        trial,
        explanation,
        in_force_order(session, found, result.understood, trial.question.as_of),
        seen,
        len(weighed) - len(seen),
        result.answered and bool(found) and kept_first(result, found),
    )


def words_at(session: Session, indexes: Indexes, version: int) -> WordLists | None:
    """The word lists of a dictionary version to try; None for the version in use.

    :raises NotFound: there is no such version.
    """
    if version == current_version(session):
        return None
    return indexes.dictionary.current(session).trying(lexicon_at(session, version))


def entry_names(session: Session, item_ids: Sequence[int], actor: Actor) -> dict[int, EntryName]:
    """Title, kind and unit of the entries the person may see."""
    query = (
        select(KnowledgeItem.id, KnowledgeVersion.title, KnowledgeVersion.kind, Unit.name)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .where(KnowledgeItem.id.in_(set(item_ids)), visible_items(actor))
    )
    return {row[0]: EntryName(*row) for row in session.execute(query)}
