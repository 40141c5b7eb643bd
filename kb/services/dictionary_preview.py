"""What a change of the dictionary would do: to judged questions, recent searches and the index.

Only reads. Every question that the changed lists make read otherwise is asked with them through
the production engine, so the preview is the ranking that saving will give. A question that is
read as before is found as before.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indexer.engine import Engine, Filters, SearchResult
from indexer.errors import InvalidQuery
from indexer.lexicon import default_lexicon
from indexer.personal import PersonalCheck
from indexer.word_checks import cut_up_by
from kb.db import Database
from kb.dictionary import Change, applied, compose
from kb.models import SearchRecord
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.outbox.recut import count_holding
from kb.outbox.words import WordLists
from kb.queries.dictionary import item_titles, own_entries
from kb.services.judging import (
    FIRST,
    CaseResult,
    Comparison,
    RunResult,
    active_cases,
    compare,
    run_set,
    staff_filters,
)
from kb.services.judging import Change as Verdict
from kb.terms import WordKind

RECENT_DAYS = 90
MAX_RECENT = 200
# Recent searches are asked most frequent first until this much time has gone by.
RECENT_SECONDS = 10.0
SHOWN_QUERIES = 200
HIDDEN = "（可能含有个人信息，不显示原话）"


@dataclass(frozen=True)
class Place:
    """An entry among the first three: ``sign`` is ``+`` new, ``-`` gone, else empty."""

    item_id: str
    title: str
    sign: str


@dataclass(frozen=True)
class ChangedQuery:
    """A question whose first three results change. ``verdict``: better, worse or moved."""

    text: str
    source: str
    verdict: str
    before: tuple[Place, ...]
    after: tuple[Place, ...]
    ndcg_before: float | None = None
    ndcg_after: float | None = None


class _Present:
    """The engine with the lists in use; remembers what it found."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, Filters, int], SearchResult] = {}

    def search(self, text: str, filters: Filters, limit: int = 10) -> SearchResult:
        key = (text, filters, limit)
        if key not in self._known:
            self._known[key] = self._engine.search(text, filters, limit)
        return self._known[key]


class _Trying:
    """The engine with other word lists; a question asked here is searched with those."""

    def __init__(self, engine: Engine, words: WordLists, present: _Present) -> None:
        self._engine, self._words, self._present = engine, words, present

    def reads_alike(self, text: str) -> bool:
        """Whether a question means the same with both lists; then it finds the same.

        :raises InvalidQuery: nothing searchable is left of it with one of them.
        """
        words = self._words
        return self._engine.read(text) == self._engine.read(
            text, lexicon=words.lexicon, segmenter=words.segmenter
        )

    def search(self, text: str, filters: Filters, limit: int = 10) -> SearchResult:
        words = self._words
        if self.reads_alike(text):
            return self._present.search(text, filters, limit)
        return self._engine.explain(
            text, filters, limit, lexicon=words.lexicon, segmenter=words.segmenter
        ).result


def preview(
    database: Database, indexes: Indexes, changes: Sequence[Change], today: date
) -> dict[str, Any]:
    """What these changes would do, as plain data for the draft.

    ``is_worse`` tells whether any judged question gets worse: then saving needs a reason.

    :raises SearchUnavailable, IndexerError: there is no index to try it on.
    """
    with database.reading() as session:
        engine = indexes.engine(session, STAFF)
        now = indexes.dictionary.current(session)
        lexicon = compose(default_lexicon(), applied(own_entries(session), changes))
        cases = active_cases(session)
        texts = recent_queries(session, without={case.text for case in cases})
    # No transaction is open while the questions are asked: on SQLite it would keep writers waiting.
    new = now.trying(lexicon)
    present = _Present(engine)
    tried = _Trying(engine, new, present)
    judged = compare(
        # Both are only asked, which is all a set does with an engine.
        run_set(session, present, today=today, cases=cases),  # type: ignore[arg-type]
        run_set(session, tried, today=today, cases=cases),  # type: ignore[arg-type]
    )
    # A word of either dictionary is no name.
    checks = [PersonalCheck(words.lexicon) for words in (now, new)]
    recent, asked = _asked_again(texts, present, tried, today, checks)
    changed = [*_changed_judged(judged), *recent]
    words = frozenset(set(now.lexicon.user_words) ^ set(lexicon.user_words))
    with database.reading() as session:
        titles = _titles(session, changed[:SHOWN_QUERIES])
    return {
        "judged": _figures(judged),
        "is_worse": judged.is_worse,
        "recent": {"compared": asked, "left": len(texts) - asked},
        "changed_count": len(changed),
        "changed": [_with_titles(query, titles) for query in changed[:SHOWN_QUERIES]],
        "user_words": len(words),
        "to_index": count_holding(database, words),
        "warnings": _warnings(changes, now, new),
    }


def recent_queries(session: Session, without: Iterable[str]) -> list[str]:
    """What was searched most in the last weeks, most frequent first."""
    count = func.count()
    newest = session.scalar(select(func.max(SearchRecord.at)))
    if newest is None:
        return []
    query = (
        select(SearchRecord.query)
        .where(SearchRecord.at > newest - timedelta(days=RECENT_DAYS))
        .group_by(SearchRecord.query)
        .order_by(count.desc(), SearchRecord.query)
        .limit(MAX_RECENT)
    )
    known = set(without)
    return [text for text in session.scalars(query) if text not in known]


def _asked_again(
    texts: Sequence[str],
    present: _Present,
    tried: _Trying,
    today: date,
    checks: Sequence[PersonalCheck],
) -> tuple[list[ChangedQuery], int]:
    until = time.monotonic() + RECENT_SECONDS
    changed: list[ChangedQuery] = []
    for asked, text in enumerate(texts):
        if time.monotonic() > until:
            return changed, asked
        if _is_read_alike(tried, text):
            continue
        before, after = _first(present, text, today), _first(tried, text, today)
        if before != after:
            # The preview is shown to others and kept with the draft.
            hidden = all(check.may_be_personal(text) for check in checks)
            shown = HIDDEN if hidden else text
            changed.append(_changed(shown, "近期检索", Verdict.MOVED, before, after))
    return changed, len(texts)


def _is_read_alike(tried: _Trying, text: str) -> bool:
    try:
        return tried.reads_alike(text)
    except InvalidQuery:
        return False


def _first(engine: _Present | _Trying, text: str, today: date) -> tuple[str, ...]:
    try:
        result = engine.search(text, staff_filters(today), FIRST)
    except InvalidQuery:
        return ()
    return tuple(hit.item_id for hit in result.hits)


def _changed_judged(judged: Comparison) -> list[ChangedQuery]:
    return [
        _changed(
            one.after.text,
            "评测问题",
            one.change,
            one.before.first,
            one.after.first,
            one.before,
            one.after,
        )
        for one in judged.changes
        if one.change is not Verdict.SAME
    ]


def _changed(
    text: str,
    source: str,
    verdict: Verdict,
    before: Sequence[str],
    after: Sequence[str],
    old: CaseResult | None = None,
    new: CaseResult | None = None,
) -> ChangedQuery:
    return ChangedQuery(
        text,
        source,
        verdict.value,
        tuple(Place(item, "", "" if item in after else "-") for item in before),
        tuple(Place(item, "", "" if item in before else "+") for item in after),
        None if old is None else old.ndcg,
        None if new is None else new.ndcg,
    )


def _titles(session: Session, changed: Sequence[ChangedQuery]) -> dict[int, str]:
    ids = {int(place.item_id) for query in changed for place in (*query.before, *query.after)}
    return item_titles(session, sorted(ids))


def _with_titles(query: ChangedQuery, titles: dict[int, str]) -> dict[str, Any]:
    stored = asdict(query)
    for place in (*stored["before"], *stored["after"]):
        place["title"] = titles.get(int(place["item_id"]), "")
    return stored


def _figures(judged: Comparison) -> dict[str, Any]:
    """Counts, and each mean before and after."""
    counts = {verdict.value: len(judged.of(verdict)) for verdict in Verdict}
    return {
        "count": len(judged.changes),
        "counts": counts,
        "before": _means([one.before for one in judged.changes]),
        "after": _means([one.after for one in judged.changes]),
    }


def _means(results: Sequence[CaseResult]) -> dict[str, float | None]:
    return RunResult(tuple(results)).means()


def _warnings(changes: Sequence[Change], now: WordLists, new: WordLists) -> list[str]:
    """What may be meant, but should be looked at."""
    warnings = []
    for change in changes:
        kind, key, _ = change.identity
        if kind is WordKind.USER_WORD and change.after is not None and change.after.active:
            cut = cut_up_by(key, now.segmenter, new.segmenter, new.lexicon)
            if cut:
                warnings.append(f"用户词“{key}”会切碎“{'、'.join(cut[:3])}”，请确认仍要加。")
    return warnings
