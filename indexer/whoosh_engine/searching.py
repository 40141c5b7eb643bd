"""One question over one generation of the index, from text to hits, with every step named."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..engine import Candidate, Explanation, Filters, Hit, SearchResult, Stage
from ..evidence import coverage_of, matches_in
from ..lexicon import Lexicon
from ..query import Understood, understand
from ..rank import (
    Floats,
    Ids,
    Mask,
    Scorer,
    TermPostings,
    Weights,
    best_passages,
    idf,
    top_items,
)
from ..segment import Segmenter
from ..verdict import is_answered
from ..wants import PHONE
from .reading import View

_MORE_PASSAGES = 4
_RERANKED = 30
_NO_SCORES = np.empty(0, np.float32)


class Words(NamedTuple):
    """The word lists in use; always replaced together."""

    segmenter: Segmenter
    lexicon: Lexicon


class _IndexVocabulary:
    """The word list of one view."""

    def __init__(self, view: View) -> None:
        self._view = view

    def frequency(self, word: str) -> int:
        found = self._view.collection.postings(self._view.leaves, "words", word)
        return len(found.items)

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        return self._view.collection.sounding(self._view.leaves, kind, key)


class _Ranked(NamedTuple):
    """Items best first, each with its passages (best first), score and its parts."""

    items: Ids
    passages: list[list[int]]
    scores: Floats
    parts: dict[str, Floats]
    coverage: Floats
    answered: bool
    pinned: int = 0  # how many of the first were put there by an editor


@dataclass
class Searching:
    """Made for one question; `search` and `explain` are the same run."""

    view: View
    words: Words
    weights: Weights
    filters: Filters
    limit: int
    stages: list[Stage] = field(default_factory=list)
    _clock: float = field(default_factory=time.perf_counter)

    def run(self, text: str, *, explained: bool) -> Explanation:
        began = self._clock
        vocabulary = _IndexVocabulary(self.view)
        understood = understand(text, self.words.segmenter, self.words.lexicon, vocabulary)
        self._stage("读懂问题", f"{len(understood.concepts)} 个概念")
        allowed = self.view.collection.allowed_items(self.filters)
        ranked = self._ranked(understood, allowed)
        self._stage("排序", f"{len(ranked.items)} 个条目")
        hits = self._hits(understood, ranked)
        self._stage("命中说明", f"{len(hits)} 条结果")
        elapsed_ms = (time.perf_counter() - began) * 1000
        result = SearchResult(hits, understood, bool(hits) and ranked.answered, elapsed_ms)
        if not explained:
            return Explanation(result, tuple(self.stages), (), ())
        return Explanation(
            result,
            tuple(self.stages),
            self._candidates(understood, ranked, allowed),
            self.view.collection.masks(self.filters),
        )

    def _stage(self, name: str, detail: str) -> None:
        now = time.perf_counter()
        self.stages.append(Stage(name, (now - self._clock) * 1000, detail))
        self._clock = now

    def _lookup(self, group: str, term: str) -> TermPostings:
        return self.view.collection.postings(self.view.leaves, group, term)

    def _ranked(self, understood: Understood, allowed: Mask) -> _Ranked:
        """The best of the allowed items; pinned ones (置顶) first, in their order."""
        collection, layout = self.view.collection, self.view.collection.layout
        if not layout.item_count:
            return _Ranked(
                np.empty(0, np.int64), [], np.empty(0, np.float32), {}, _NO_SCORES, False
            )
        scores = Scorer(layout, self._lookup, self.weights).score(understood)
        best = np.maximum.reduceat(scores.passages, layout.starts)
        share = self.weights.passage_share
        values = share * best + (1 - share) * scores.items
        if PHONE in understood.wants:
            values = np.where(
                collection.items_of_kind("contact"), values * self.weights.contact, values
            )
        pinned = self._pinned(understood, allowed)
        items = top_items(values, allowed, max(_RERANKED, self.limit))
        items = np.concatenate([pinned, items[~np.isin(items, pinned)]])
        found = [best_passages(layout, scores.passages, int(i), 1 + _MORE_PASSAGES) for i in items]
        first = np.array([passages[0] for passages in found], np.int64)
        coverage = coverage_of(understood, self._lookup, items, first)
        final = values[items] * (1 + self.weights.coverage * coverage.share)
        rank = np.minimum(np.arange(len(items)), len(pinned))  # the pinned keep their places
        order = np.lexsort((items, -final, rank))
        parts = {
            "passage": share * best[items],
            "item": (1 - share) * scores.items[items],
            "coverage": self.weights.coverage * coverage.share,
        }
        return _Ranked(
            items[order],
            [found[place] for place in order],
            final[order],
            {name: values[order] for name, values in parts.items()},
            coverage.share[order],
            bool(len(pinned))
            or (
                bool(len(order))
                and is_answered(
                    float(final[order[0]]),
                    idf(1, layout.item_count),
                    float(coverage.found[order[0]]),
                    coverage.asked,
                )
            ),
        )

    def _pinned(self, understood: Understood, allowed: Mask) -> Ids:
        ids = getattr(understood, "pinned", ())
        found = [self.view.collection.items_with_id(self.view.leaves, item_id) for item_id in ids]
        items = np.concatenate([np.empty(0, np.int64), *found])
        return items[allowed[items]]

    def _hits(self, understood: Understood, ranked: _Ranked) -> tuple[Hit, ...]:
        count = self.limit
        first = np.array([passages[0] for passages in ranked.passages[:count]], np.int64)
        matched = matches_in(understood, self._lookup, ranked.items[:count], first)
        hits = []
        for place, matches in enumerate(matched):
            passages = ranked.passages[place]
            item_id, rev = self.view.ref(passages[0])
            ordinals = [int(self.view.collection.ordinals[passage]) for passage in passages]
            hits.append(
                Hit(
                    item_id,
                    rev,
                    ordinals[0],
                    float(ranked.scores[place]),
                    tuple(ordinals[1:]),
                    matches,
                    float(ranked.coverage[place]),
                )
            )
        pinned = ranked.pinned
        return (*hits[:pinned], *sorted(hits[pinned:], key=lambda hit: (-hit.score, hit.item_id)))

    def _candidates(
        self, understood: Understood, ranked: _Ranked, allowed: Mask
    ) -> tuple[Candidate, ...]:
        """The ranked items, and among them those that only a filter leaves out."""
        everything = self._ranked(understood, np.ones_like(allowed))
        out = self._described(understood, ranked, allowed)
        out += [c for c in self._described(understood, everything, allowed) if not c.allowed]
        return tuple(sorted(out, key=lambda candidate: -candidate.score))

    def _described(self, understood: Understood, ranked: _Ranked, allowed: Mask) -> list[Candidate]:
        first = np.array([passages[0] for passages in ranked.passages], np.int64)
        matched = matches_in(understood, self._lookup, ranked.items, first)
        return [
            Candidate(
                self.view.ref(int(first[place]))[0],
                int(self.view.collection.ordinals[first[place]]),
                bool(allowed[ranked.items[place]]),
                float(ranked.scores[place]),
                {name: float(values[place]) for name, values in ranked.parts.items()},
                matched[place],
            )
            for place in range(len(ranked.items))
        ]
