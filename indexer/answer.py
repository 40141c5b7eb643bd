"""The words to show (答案摘录): whole sentences of the passage, never a word that is not in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .normalise import fold
from .query import Understood
from .sentences import Question, Window, best_window

DEFAULT_LIMIT = 300
# What cutters call the lines before and after the text itself.
FRAME = frozenset({"文件头", "落款"})
# How much less each further passage counts: the engine's order is right more often than not.
_RANK_STEP = 0.05


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


def extract(
    understood: Understood, passage_text: str, *, heading: str = "", limit: int = DEFAULT_LIMIT
) -> Answer:
    """The sentences of a passage that answer best, next to each other, at most `limit` long.

    :param heading: headings above the passage; a word they hold says little in a sentence.
    :param limit: most characters to show, at least 20.
    :returns: an Answer; for an empty passage an empty one.
    :raises ValueError: limit below 20.
    """
    return best_answer(understood, [PassageText(0, heading, passage_text)], limit=limit)[1]


def best_answer(
    understood: Understood, passages: Sequence[PassageText], *, limit: int = DEFAULT_LIMIT
) -> tuple[int, Answer]:
    """The answer of an item from its best passages.

    Words that stand in most sentences of these passages name the matter and do not choose
    between sentences; rare ones, and a sentence of the kind asked for, do.

    :param passages: in the engine's order, best first, at least one.
    :returns: (ordinal of the passage, answer in it).
    :raises ValueError: no passage given, or limit below 20.
    """
    if not passages:
        raise ValueError("at least one passage is needed")
    if limit < 20:
        raise ValueError("limit must be at least 20")
    passages = _saying_something(passages)
    question = Question(understood)
    read = [question.read(p.text, p.heading_path, limit) for p in passages]
    weights = question.weights([unit for units in read for unit in units])
    best = (-1.0, 0, Window(0, 0, 0.0))
    for rank, units in enumerate(read):
        window = best_window(units, weights, limit)
        value = window.score * (1 - _RANK_STEP) ** rank
        if units and value > best[0]:
            best = (value, rank, window)
    _, rank, window = best
    return passages[rank].ordinal, _shown(understood, passages[rank].text, window)


def _saying_something(passages: Sequence[PassageText]) -> Sequence[PassageText]:
    """Leave out the document's head and signature, and a heading alone above a table.

    They name the matter and so hold its words, but they are no answer.
    """
    telling = [
        p
        for p in passages
        if p.heading_path not in FRAME and p.text.strip() != p.heading_path.rpartition(" > ")[2]
    ]
    return telling or passages


def _shown(understood: Understood, text: str, window: Window) -> Answer:
    start, end = _trimmed(text, window.start, window.end)
    marks = tuple(
        (left, right) for left, right in mark(understood, text) if left >= start and right <= end
    )
    return Answer(text[start:end], start, end, marks, window.score)


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


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
