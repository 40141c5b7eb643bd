"""The engine protocol: what the rest of the product may ask of any search engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from .features import Weights
from .lexicon import Lexicon
from .query import Understood
from .records import ItemRecord
from .segment import Segmenter


@dataclass(frozen=True)
class Filters:
    """What may be found. An empty set means every value, except `audiences`: none = nothing.

    :param as_of: the day on which an entry must be in force (both ends inclusive).
    :param regions: an entry of several, space between, has each; one of none is everywhere's.
    """

    as_of: date
    audiences: frozenset[str] = frozenset({"public"})
    kinds: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """Why an entry was found.

    :param term: the word found in the entry. `original` is what was asked.
    :param via: `exact`, `synonym`, `pinyin` or `typo`.
    """

    term: str
    field: str
    via: str
    original: str


@dataclass(frozen=True)
class Hit:
    """One knowledge item, best first.

    :param ordinal: its best passage; `more` are the next best, best first.
    :param score: comparable within one result only, without unit.
    :param coverage: share of the question's weight found in the item, 0 to 1.
    """

    item_id: str
    rev: int
    ordinal: int
    score: float
    more: tuple[int, ...] = ()
    matched: tuple[Match, ...] = ()
    coverage: float = 0.0


@dataclass(frozen=True)
class SearchResult:
    """:param answered: False when nothing found is good enough (无依据)."""

    hits: tuple[Hit, ...]
    understood: Understood
    answered: bool
    elapsed_ms: float


@dataclass(frozen=True)
class Stage:
    """One step of a search: what it did, and the milliseconds it took."""

    name: str
    ms: float
    detail: str = ""


@dataclass(frozen=True)
class Candidate:
    """One item that was weighed, with what its score is made of.

    :param allowed: False when a filter leaves it out; then it is no hit, however good.
    :param parts: named parts of the score; a cluster engine may leave them empty.
    """

    item_id: str
    ordinal: int
    allowed: bool
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)
    matched: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """A result, and how it came about.

    :param candidates: best first; those among them that are allowed begin with the hits.
    :param masks: (filter, items left after it and those before it), in the order applied.
    """

    result: SearchResult
    stages: tuple[Stage, ...]
    candidates: tuple[Candidate, ...]
    masks: tuple[tuple[str, int], ...]


class Engine(Protocol):
    """A search engine. One process writes; any number of threads and processes read."""

    def apply(self, replace: Sequence[ItemRecord], remove: Sequence[str], *, marker: int) -> None:
        """Make the index hold `replace` and not `remove`, in one durable commit; idempotent.

        :param marker: the caller's counter of batches, stored with the commit.
        :raises IndexLocked, IndexWriteFailed: nothing changed; the process should end.
        :raises InvalidRecord, IndexStale: nothing changed.
        """
        ...

    def merge(self, *, at_most: int | None = None) -> bool:
        """One durable commit of housekeeping; what is found stays the same. Idempotent.

        A batch never waits for it to begin, only for one that has begun: the caller chooses
        when, and how much at a time.

        :param at_most: passages it may read; None = any number.
        :returns: whether there was anything to do: call again until there is not.
        :raises IndexLocked, IndexWriteFailed: nothing changed; the process should end.
        :raises IndexStale: nothing changed.
        """
        ...

    def build(
        self,
        records: Iterable[ItemRecord],
        *,
        marker: int,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Fill a new, empty index in one durable commit, as fast as the machine can.

        The same as one `apply` of everything; an engine without a faster way may apply in
        batches. Records are read one after the other, once, and the last one of an id counts.

        :param progress: told from time to time how many passages are done, in this thread.
        :raises IndexExists: the index holds entries.
        :raises InvalidRecord, IndexLocked, IndexWriteFailed: nothing is visible; throw the
            folder away.
        """
        ...

    def search(self, text: str, filters: Filters, limit: int = 10) -> SearchResult:
        """Rank items for what a caller says.

        :raises InvalidQuery: nothing searchable is left after normalisation.
        """
        ...

    def explain(
        self,
        text: str,
        filters: Filters,
        limit: int = 10,
        *,
        weights: Weights | None = None,
        lexicon: Lexicon | None = None,
        segmenter: Segmenter | None = None,
    ) -> Explanation:
        """The same as `search`, with every step; to try, other weights or word lists.

        :param segmenter: cuts the question; what is indexed stays as it was cut.
        :raises InvalidQuery: as `search`.
        """
        ...

    def read(
        self, text: str, *, lexicon: Lexicon | None = None, segmenter: Segmenter | None = None
    ) -> Understood:
        """How a question is read, without searching; two that are read alike find the same.

        :raises InvalidQuery: nothing searchable is left after normalisation.
        """
        ...

    def warm(self) -> None:
        """Read what every question needs, so that the first one is not slow. Idempotent."""
        ...

    def adopt(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        """Use new word lists from the next question on; running ones keep the old lists.

        What is already indexed stays as it was cut; the caller applies those entries again.
        """
        ...

    def manifest(self) -> dict[str, list[int]]:
        """item_id -> the revisions found, a list so that doubled entries are seen."""
        ...

    def marker(self) -> int:
        """The marker of the last commit; 0 for a new index."""
        ...

    def fingerprint(self) -> str:
        """Analyser the index was made with: segmenter, dictionary and schema."""
        ...

    def close(self) -> None:
        """Release files; the engine cannot be used afterwards."""
        ...
