"""One question over one generation of the index, from text to hits, with every step named.

1. Read the question.
2. Choose candidates: the items of the best passages by words, and the best items by words and
   character pairs. Both are exact; filters and deletions are masks inside.
3. Look at the candidates with every feature and rank them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..best_entry import Place, subjects_of
from ..candidates import Candidates
from ..clauses import Space, concept_clauses, gram_clauses, items_of, passages_of
from ..engine import Candidate, Explanation, Filters, Hit, SearchResult, Stage
from ..evidence import Gathered, Sizes, Traits, gather, matches_in, strength_at
from ..features import Floats, Mask, Weights, combined, parts_of
from ..lexicon import Lexicon
from ..postings import Ids, TermPostings, idf
from ..query import Understood, understand
from ..rank import top_k
from ..segment import Segmenter
from ..verdict import BestEntry, is_answered
from .reading import View
from .vocabulary import IndexVocabulary

# Enough that the first ten are those of a ranking without candidates; see docs/relevance.md.
CANDIDATE_PASSAGES = 300
CANDIDATE_ITEMS = 100
_MORE_PASSAGES = 9
_LOOKED_AT = 8 * _MORE_PASSAGES  # passages of an item among which distinct ones are picked


class Words(NamedTuple):
    """The word lists in use; always replaced together."""

    segmenter: Segmenter
    lexicon: Lexicon


class _Ranked(NamedTuple):
    """Candidates with everything known of them; `order` are their places, best first.

    :param pinned: how many of the first were put there by an editor (置顶).
    """

    candidates: Candidates
    gathered: Gathered
    parts: dict[str, Floats]
    scores: Floats
    order: Ids
    pinned: int


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
    _found: dict[tuple[str, str], TermPostings] = field(default_factory=dict)

    def run(self, text: str, *, explained: bool) -> Explanation:
        began = self._clock
        vocabulary = IndexVocabulary(self.view)
        understood = understand(text, self.words.segmenter, self.words.lexicon, vocabulary)
        self._stage(
            "读懂问题", f"{len(understood.concepts)} 个概念，{len(understood.grams)} 个字对"
        )
        hits: tuple[Hit, ...] = ()
        answered = False
        ranked = self._ranked(understood, *self.view.collection.allowed(self.filters))
        if ranked:
            hits = self._hits(understood, ranked[0])
            answered = self._answered(understood, ranked[0])
        self._stage("命中说明", f"{len(hits)} 条结果")
        elapsed_ms = (time.perf_counter() - began) * 1000
        result = SearchResult(hits, understood, answered, elapsed_ms)
        if not explained:
            return Explanation(result, tuple(self.stages), (), ())
        stages = tuple(self.stages)
        masks = self.view.collection.masks(self.filters)
        return Explanation(result, stages, self._described(understood, ranked), masks)

    def _stage(self, name: str, detail: str) -> None:
        now = time.perf_counter()
        self.stages.append(Stage(name, (now - self._clock) * 1000, detail))
        self._clock = now

    # Ranking

    def _ranked(self, understood: Understood, items: Mask, passages: Mask) -> list[_Ranked]:
        """The candidates among the allowed items, ranked: one _Ranked, or none at all."""
        pinned = self._pinned(understood, items)
        chosen = self._chosen(understood, items, passages, pinned)
        self._stage("初选", f"{len(chosen)} 个条目")
        if not len(chosen):
            return []
        layout = self.view.collection.layout
        candidates = Candidates(chosen, layout, self._lookup)
        sizes = Sizes(layout.passages_live, layout.items_live)
        gathered = gather(
            understood, candidates, sizes, self.weights, self._traits(understood, chosen)
        )
        parts = parts_of(gathered.evidence, self.weights)
        scores = combined(parts)
        order = np.lexsort((chosen, -scores, _pin_rank(chosen, pinned))).astype(np.int32)
        self._stage("精排", f"{len(candidates.passages)} 个段落")
        return [_Ranked(candidates, gathered, parts, scores, order, len(pinned))]

    def _traits(self, understood: Understood, chosen: Ids) -> Traits:
        collection = self.view.collection
        return Traits(
            contact=collection.of_kind("contact", chosen),
            elsewhere=collection.places.elsewhere(chosen, understood.text),
            district=collection.in_other_districts(chosen, understood.text, self.filters.regions),
            own=collection.places.own(chosen),
            age=collection.age(chosen, self.filters.as_of),
        )

    def _lookup(self, group: str, term: str) -> TermPostings:
        found = self._found.get((group, term))
        if found is None:
            found = self._found[group, term] = self.view.postings(group, term, self.weights)
        return found

    def _chosen(
        self, understood: Understood, items: Mask, passages: Mask, pinned: Sequence[int]
    ) -> Ids:
        """The candidate items, ascending."""
        layout, lookup, weights = self.view.collection.layout, self._lookup, self.weights
        of_passage = Space(passages_of, layout.passages_live)
        clauses = concept_clauses(understood.concepts, lookup, of_passage, weights)
        best = top_k(clauses, passages, CANDIDATE_PASSAGES)
        of_item = Space(items_of, layout.items_live)
        clauses = concept_clauses(understood.concepts, lookup, of_item, weights)
        clauses += gram_clauses(understood, lookup, of_item, weights)
        whole = top_k(clauses, items, CANDIDATE_ITEMS)
        found = (layout.item_of[best.ids], whole.ids, np.asarray(pinned, np.int32))
        return np.unique(np.concatenate(found))

    def _pinned(self, understood: Understood, allowed: Mask) -> list[int]:
        found = [item for key in understood.pinned for item in self.view.items_with_id(key)]
        return [item for item in found if allowed[item]]

    def _answered(self, understood: Understood, ranked: _Ranked) -> bool:
        first = int(ranked.order[0])
        gathered, entries = ranked.gathered, self.view.collection.layout.items_live
        place = Place(self._lookup, ranked.candidates.lookup, first, entries)
        nouns = self.words.lexicon.nouns
        best = BestEntry(
            score=strength_at(first, understood, ranked.candidates, gathered, self.weights),
            rarest=idf(1, entries),
            subjects=subjects_of(understood.concepts, understood.grams, nouns, place),
            numbers=float(gathered.evidence.exact[first]),
        )
        return bool(ranked.pinned) or is_answered(best)

    # Describing

    def _hits(self, understood: Understood, ranked: _Ranked) -> tuple[Hit, ...]:
        places = [int(place) for place in ranked.order[: self.limit]]
        best = ranked.gathered.best
        matched = matches_in(understood, ranked.candidates.lookup, places, best)
        hits = []
        for place, matches in zip(places, matched, strict=True):
            passages = self._distinct_passages(ranked, place)
            item_id, rev = self.view.ref(passages[0])
            ordinal, *more = (self._ordinal(passage) for passage in passages)
            coverage = float(ranked.gathered.coverage.share[place])
            score = float(ranked.scores[place])
            hits.append(Hit(item_id, rev, ordinal, score, tuple(more), matches, coverage))
        # Entries that score the same come in the order of their ids, however they were written.
        pinned, rest = hits[: ranked.pinned], hits[ranked.pinned :]
        return (*pinned, *sorted(rest, key=lambda hit: (-hit.score, hit.item_id)))

    def _ordinal(self, passage: int) -> int:
        return int(self.view.collection.numbers["ordinal"][passage])

    def _distinct_passages(self, ranked: _Ranked, place: int) -> list[int]:
        """The best passages of an item, in collection numbers, each text once.

        Passages that score the same and are as long in words and in character pairs say the
        same, but for a name or a number.
        """
        local = ranked.candidates.ranked(ranked.gathered.scores, place)[:_LOOKED_AT]
        passages = ranked.candidates.passages[local]
        numbers = self.view.collection.numbers
        signs = numbers["body_length"][passages].astype(np.int64) << 48
        signs ^= numbers["grams_length"][passages].astype(np.int64) << 32
        signs ^= ranked.gathered.scores[local].view(np.int32)
        _, first = np.unique(signs, return_index=True)
        return passages[np.sort(first)][: 1 + _MORE_PASSAGES].tolist()

    def _described(self, understood: Understood, ranked: list[_Ranked]) -> tuple[Candidate, ...]:
        """Every candidate, and those that only a filter leaves out."""
        layout = self.view.collection.layout
        allowed, _ = self.view.collection.allowed(self.filters)
        everything = self._ranked(understood, layout.live_items, layout.live)
        found = [c for one in ranked for c in self._candidates(understood, one, allowed)]
        found += [
            c
            for one in everything
            for c in self._candidates(understood, one, allowed)
            if not c.allowed
        ]
        pinned = ranked[0].pinned if ranked else 0
        rest = sorted(found[pinned:], key=lambda c: (-c.score, c.item_id))
        return (*found[:pinned], *rest)

    def _candidates(
        self, understood: Understood, ranked: _Ranked, allowed: Mask
    ) -> list[Candidate]:
        places = [int(place) for place in ranked.order]
        best = ranked.gathered.best
        matched = matches_in(understood, ranked.candidates.lookup, places, best)
        out = []
        for place, matches in zip(places, matched, strict=True):
            passage = int(ranked.candidates.passages[best[place]])
            parts = {name: float(values[place]) for name, values in ranked.parts.items()}
            item_id, _ = self.view.ref(passage)
            is_allowed = bool(allowed[ranked.candidates.items[place]])
            score, ordinal = float(ranked.scores[place]), self._ordinal(passage)
            out.append(Candidate(item_id, ordinal, is_allowed, score, parts, matches))
        return out


def _pin_rank(items: Ids, pinned: Sequence[int]) -> Ids:
    """0, 1, … for the pinned items in their order, then all others."""
    rank = np.full(len(items), len(pinned), np.int32)
    for at, item in enumerate(pinned):
        rank[items == item] = at
    return rank
