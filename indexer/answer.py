"""The words to show (答案摘录): whole sentences of the passage, never a word that is not in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .normalise import Folded, fold
from .query import Understood
from .wants import gives

DEFAULT_LIMIT = 300
_SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;]+[”’」』）)]*|\n|$)")
_CLAUSE = re.compile(r"[^，,、：:]*(?:[，,、：:]|$)")
_WANT_BONUS = 0.6
_GRAM_SHARE = 0.3
# How much further down the ranked passages one may look for a better sentence.
_RANK_STEP = 0.06


@dataclass(frozen=True)
class Answer:
    """A stretch of passage text: `text == passage_text[start:end]`.

    :param marks: (start, end) of the matched words, offsets in the passage text, ascending.
    :param score: how well it answers, comparable between answers to one question.
    """

    text: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    score: float = 0.0


@dataclass(frozen=True)
class PassageText:
    """A passage as the database holds it, to choose an answer from."""

    ordinal: int
    heading_path: str
    text: str


@dataclass(frozen=True)
class _Unit:
    """A sentence, a table row, or a clause of a sentence that is too long to show whole."""

    start: int
    end: int
    score: float


def extract(
    understood: Understood, passage_text: str, *, heading: str = "", limit: int = DEFAULT_LIMIT
) -> Answer:
    """The sentences of a passage that answer best, next to each other, at most `limit` long.

    :param heading: headings above the passage; words they hold need not be in the sentence.
    :param limit: most characters to show, at least 20.
    :returns: an Answer; for an empty passage an empty one.
    :raises ValueError: limit below 20.
    """
    if limit < 20:
        raise ValueError("limit must be at least 20")
    folded = fold(passage_text)
    weights = _term_weights(understood, fold(heading).text)
    units = _units(understood, passage_text, folded, weights, limit)
    if not units:
        return Answer("", 0, 0, ())
    first, last, score = _best_window(units, limit)
    start, end = _trimmed(passage_text, units[first].start, units[last].end)
    marks = tuple(
        (left, right)
        for left, right in mark(understood, passage_text)
        if left >= start and right <= end
    )
    return Answer(passage_text[start:end], start, end, marks, score)


def best_answer(
    understood: Understood, passages: Sequence[PassageText], *, limit: int = DEFAULT_LIMIT
) -> tuple[int, Answer]:
    """The answer of an item from its best passages.

    :param passages: in the engine's order, best first, at least one.
    :returns: (ordinal of the passage, answer in it).
    :raises ValueError: no passage given.
    """
    if not passages:
        raise ValueError("at least one passage is needed")
    best: tuple[float, int, Answer] | None = None
    for rank, passage in enumerate(passages):
        answer = extract(understood, passage.text, heading=passage.heading_path, limit=limit)
        value = answer.score * (1 - _RANK_STEP * rank)
        if best is None or value > best[0]:
            best = (value, passage.ordinal, answer)
    assert best is not None  # noqa: S101 - the list is not empty, for the type checker
    return best[1], best[2]


def mark(understood: Understood, text: str) -> list[tuple[int, int]]:
    """Where the words that were asked for stand in any text: (start, end), not overlapping."""
    terms = {
        term
        for concept in understood.concepts
        for alternative in concept.alternatives
        for term in (*alternative.terms, alternative.original)
        if len(term) > 1
    }
    if not terms:
        return []
    folded = fold(text)
    pattern = re.compile("|".join(map(re.escape, sorted(terms, key=lambda t: (-len(t), t)))))
    spans = [found.span() for found in pattern.finditer(folded.text)]
    return _merged([(folded.origins[left], folded.origins[right - 1] + 1) for left, right in spans])


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in spans:
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


_Weights = tuple[list[list[tuple[tuple[str, ...], float]]], Mapping[str, float]]


def _term_weights(understood: Understood, heading: str) -> _Weights:
    """Concepts as alternatives of (terms, weight), and pairs. What the heading says counts less."""
    concepts = []
    for concept in understood.concepts:
        said_above = any(term in heading for a in concept.alternatives for term in a.terms)
        share = 0.5 if said_above else 1.0
        concepts.append(
            [(a.terms, concept.weight * a.factor * share) for a in concept.alternatives if a.terms]
        )
    return concepts, dict(understood.grams)


def _units(
    understood: Understood, text: str, folded: Folded, weights: _Weights, limit: int
) -> list[_Unit]:
    spans: list[tuple[int, int]] = []
    for found in _SENTENCE.finditer(text):
        left, right = found.span()
        if not text[left:right].strip():
            continue
        if right - left <= limit:
            spans.append((left, right))
        else:
            spans.extend(_clauses(text, left, right, limit))
    return [
        _Unit(left, right, _score(understood, _slice(folded, left, right), weights))
        for left, right in spans
    ]


def _clauses(text: str, left: int, right: int, limit: int) -> list[tuple[int, int]]:
    """Parts of a sentence too long to show: at its commas, else every `limit` characters."""
    parts: list[tuple[int, int]] = []
    for found in _CLAUSE.finditer(text, left, right):
        start, end = found.span()
        while end > start:
            parts.append((start, min(end, start + limit)))
            start += limit
    return parts


def _slice(folded: Folded, left: int, right: int) -> str:
    from bisect import bisect_left

    return folded.text[bisect_left(folded.origins, left) : bisect_left(folded.origins, right)]


def _score(understood: Understood, sentence: str, weights: _Weights) -> float:
    concepts, pairs = weights
    score = 0.0
    for alternatives in concepts:
        score += max(
            (
                weight * sum(term in sentence for term in terms) / len(terms)
                for terms, weight in alternatives
            ),
            default=0.0,
        )
    score += _GRAM_SHARE * sum(weight for pair, weight in pairs.items() if pair in sentence)
    if score > 0:
        score += _WANT_BONUS * sum(gives(want, sentence) for want in understood.wants)
    return score


def _best_window(units: Sequence[_Unit], limit: int) -> tuple[int, int, float]:
    """Neighbouring units, together at most `limit` long, with the highest total.

    :returns: first and last place, and the score: the best unit and half of what stands by it.
    """
    best = (0, 0, -1.0)
    for first in range(len(units)):
        total = peak = 0.0
        for last in range(first, len(units)):
            if units[last].end - units[first].start > limit and last > first:
                break
            total += units[last].score
            peak = max(peak, units[last].score)
            value = peak + 0.5 * (total - peak)
            if value > best[2] + 1e-9:
                best = (first, last, value)
    return best


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
