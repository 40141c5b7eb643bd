"""评检索: a set of judged questions asked through the production engine, scored and compared.

Reading and scoring only; nothing here writes. ``judged_queries`` keeps the questions,
``judging_runs`` the history.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from indexer.engine import Engine, Filters, SearchResult
from indexer.errors import InvalidQuery
from indexer.features import Weights
from indexer.lexicon import Lexicon
from indexer.metrics import graded_ndcg, hit, reciprocal_rank
from indexer.segment import Segmenter
from kb.models import JudgedQuery
from kb.models.judging import USEFUL_GRADE
from kb.terms import Audience

DEPTH = 10
FIRST = 3
_SAME = 1e-9

Progress = Callable[[int, int], None]
Search = Callable[[str, Filters, int], SearchResult]


@dataclass(frozen=True)
class JudgedCase:
    """One judged question as plain data. ``grades``: item id as the index knows it -> 0 to 3."""

    query_id: int
    text: str
    grades: Mapping[str, int]
    as_of: date | None = None
    label: str = ""

    @property
    def is_answerable(self) -> bool:
        """Whether the knowledge base holds an answer; if not, 无依据 is the right one."""
        return any(grade >= USEFUL_GRADE for grade in self.grades.values())

    @property
    def useful(self) -> frozenset[str]:
        """The entries that may be read to the caller."""
        return frozenset(item for item, grade in self.grades.items() if grade >= USEFUL_GRADE)


@dataclass(frozen=True)
class CaseResult:
    """How one question came out.

    :param first: up to three item ids, best first. `first_grades`: theirs, None when ungraded.
    :param ndcg, reciprocal_rank, hit1: 0 to 1; None for a question that must be refused.
    :param answered: False when the engine says 无依据.
    """

    query_id: int
    text: str
    label: str
    first: tuple[str, ...]
    first_grades: tuple[int | None, ...]
    ndcg: float | None
    reciprocal_rank: float | None
    hit1: float | None
    answered: bool
    ms: float = 0.0

    @property
    def is_answerable(self) -> bool:
        """Whether an answer was there to be found."""
        return self.ndcg is not None

    @property
    def is_right_verdict(self) -> bool:
        """Answered where there is an answer, refused where there is none."""
        return self.answered == self.is_answerable

    @property
    def is_right(self) -> bool:
        """The verdict is right and, where there is an answer, the first entry is useful."""
        return self.is_right_verdict and self.hit1 in (None, 1.0)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the history."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CaseResult":
        """What ``as_json`` gave."""
        lists = {name: tuple(stored[name]) for name in ("first", "first_grades")}
        return cls(**{**stored, **lists})


@dataclass(frozen=True)
class RunResult:
    """A set asked once. Means are None where no question of the set says anything about them."""

    results: tuple[CaseResult, ...]

    @property
    def ndcg(self) -> float | None:
        """Mean nDCG@10 over the questions that have an answer."""
        return _mean(r.ndcg for r in self.results if r.ndcg is not None)

    @property
    def mrr(self) -> float | None:
        """Mean of 1 / rank of the first useful entry among ten."""
        return _mean(r.reciprocal_rank for r in self.results if r.reciprocal_rank is not None)

    @property
    def hit1(self) -> float | None:
        """Share of answerable questions whose first entry is useful."""
        return _mean(r.hit1 for r in self.results if r.hit1 is not None)

    @property
    def answered_share(self) -> float | None:
        """Share of answerable questions that were not refused."""
        return _mean(float(r.answered) for r in self.results if r.is_answerable)

    @property
    def refused_share(self) -> float | None:
        """Share of unanswerable questions that were refused."""
        return _mean(float(not r.answered) for r in self.results if not r.is_answerable)

    def means(self) -> dict[str, float | None]:
        """The five figures by name, as the history stores them."""
        names = ("ndcg", "mrr", "hit1", "answered_share", "refused_share")
        return {name: getattr(self, name) for name in names}

    def of_label(self, label: str) -> "RunResult":
        """The questions of one kind."""
        return RunResult(tuple(result for result in self.results if result.label == label))


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None


def active_cases(session: Session, unit_ids: Iterable[int] | None = None) -> list[JudgedCase]:
    """The judged questions in use, oldest first.

    :param unit_ids: only these units' own; None is everybody's, the centre's included.
    """
    query = select(JudgedQuery).where(JudgedQuery.active.is_(True)).order_by(JudgedQuery.id)
    if unit_ids is not None:
        query = query.where(JudgedQuery.unit_id.in_(list(unit_ids)))
    rows = session.scalars(query.options(selectinload(JudgedQuery.grades)))
    return [case_of(row) for row in rows]


def case_of(row: JudgedQuery) -> JudgedCase:
    """A stored question as plain data."""
    grades = {str(grade.item_id): grade.grade for grade in row.grades}
    return JudgedCase(row.id, row.text, grades, row.as_of, row.label)


def run_set(
    session: Session,
    engine: Engine,
    *,
    today: date,
    cases: Sequence[JudgedCase] | None = None,
    lexicon: Lexicon | None = None,
    weights: Weights | None = None,
    segmenter: Segmenter | None = None,
    progress: Progress = lambda done, total: None,
) -> RunResult:
    """Ask every question once, one after the other, and score what comes back.

    :param engine: the staff index, which holds public and internal entries.
    :param today: the day asked about by questions that name none.
    :param cases: what to ask; by default every active judged question.
    :param lexicon, weights, segmenter: settings to try instead of the engine's own.
    :param progress: told (done, total) after each question.
    :raises IndexerError: the index cannot be read.
    """
    search: Search = engine.search
    if lexicon is not None or weights is not None or segmenter is not None:

        def search(text: str, filters: Filters, limit: int) -> SearchResult:
            return engine.explain(
                text, filters, limit, weights=weights, lexicon=lexicon, segmenter=segmenter
            ).result

    asked = active_cases(session) if cases is None else cases
    results = []
    for number, case in enumerate(asked, start=1):
        filters = staff_filters(case.as_of or today)
        results.append(_ask(search, case, filters))
        progress(number, len(asked))
    return RunResult(tuple(results))


def _ask(search: Search, case: JudgedCase, filters: Filters) -> CaseResult:
    """Ask one question and score it. A question nothing is left of finds nothing."""
    try:
        found = search(case.text, filters, DEPTH)
    except InvalidQuery:
        return score(case, (), answered=False)
    ids = [hit.item_id for hit in found.hits]
    return score(case, ids, answered=found.answered, ms=found.elapsed_ms)


def staff_filters(day: date) -> Filters:
    """What an agent searches: everything in force on the day, public and internal."""
    return Filters(as_of=day, audiences=frozenset(audience.value for audience in Audience))


def score(case: JudgedCase, ids: Sequence[str], *, answered: bool, ms: float = 0.0) -> CaseResult:
    """Score a ranking against the grades.

    :param ids: distinct item ids, best first.
    """
    first = tuple(ids[:FIRST])
    is_answerable = case.is_answerable
    return CaseResult(
        query_id=case.query_id,
        text=case.text,
        label=case.label,
        first=first,
        first_grades=tuple(case.grades.get(item) for item in first),
        ndcg=graded_ndcg(ids, case.grades, DEPTH) if is_answerable else None,
        reciprocal_rank=reciprocal_rank(ids, case.useful, DEPTH) if is_answerable else None,
        hit1=hit(ids, case.useful, 1) if is_answerable else None,
        answered=answered and bool(ids),
        ms=round(ms, 2),
    )


class Change(StrEnum):
    """What became of a question between two runs."""

    BETTER = "better"
    WORSE = "worse"
    MOVED = "moved"  # other entries first, no better and no worse by the grades
    SAME = "same"


@dataclass(frozen=True)
class QueryChange:
    """One question before and after."""

    change: Change
    before: CaseResult
    after: CaseResult

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """Each entry of the new first three with ``+`` (new), ``moved`` or ``same``."""
        old = {item: place for place, item in enumerate(self.before.first)}
        return tuple(
            (item, "+" if item not in old else "same" if old[item] == place else "moved")
            for place, item in enumerate(self.after.first)
        )

    @property
    def gone(self) -> tuple[str, ...]:
        """Entries that were among the first three and no longer are."""
        return tuple(item for item in self.before.first if item not in self.after.first)


@dataclass(frozen=True)
class Comparison:
    """Two runs, question by question; questions that only one of them asked are left out."""

    changes: tuple[QueryChange, ...]
    only_before: int = 0
    only_after: int = 0

    def of(self, change: Change) -> tuple[QueryChange, ...]:
        """The questions that came out so."""
        return tuple(one for one in self.changes if one.change is change)

    @property
    def is_worse(self) -> bool:
        """Whether any judged question got worse: the reason to block a change."""
        return any(one.change is Change.WORSE for one in self.changes)


def compare(before: RunResult, after: RunResult) -> Comparison:
    """Compare two runs by question, worst first.

    Worse is a lower nDCG@10 or a lost verdict (a right answer refused, or a question without
    answer no longer refused); a gain elsewhere does not make up for it.
    """
    old = {result.query_id: result for result in before.results}
    new = {result.query_id: result for result in after.results}
    changes = [
        QueryChange(_change(old[key], result), old[key], result)
        for key, result in new.items()
        if key in old
    ]
    order = [Change.WORSE, Change.BETTER, Change.MOVED, Change.SAME]
    changes.sort(key=lambda one: (order.index(one.change), one.after.query_id))
    return Comparison(tuple(changes), len(old.keys() - new.keys()), len(new.keys() - old.keys()))


def _change(before: CaseResult, after: CaseResult) -> Change:
    gain = (after.ndcg or 0.0) - (before.ndcg or 0.0)
    verdict = after.is_right_verdict - before.is_right_verdict
    if gain < -_SAME or verdict < 0:
        return Change.WORSE
    if gain > _SAME or verdict > 0:
        return Change.BETTER
    return Change.SAME if before.first == after.first else Change.MOVED
