"""The words to show (答案摘录): whole sentences of the passage, never a word that is not in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from .asked import question_of
from .choosing import Reading, SignWeights, runs_of, signs
from .normalise import fold, normalise
from .query import Alternative, Understood
from .sentences import Unit, cut

DEFAULT_LIMIT = 300
# What cutters call the lines before and after the text itself.
FRAME = frozenset({"文件头", "落款"})
# Alternatives less near than this are searched for but not marked: 报销 is not 结算.
_MARKED_FACTOR = 0.6
_MARKED_WEIGHT = 0.4  # concepts of less weight are everyday words


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

    :param heading: headings above the passage.
    :param limit: most characters to show, at least 20.
    :returns: an Answer; for an empty passage an empty one.
    :raises ValueError: limit below 20.
    """
    return best_answer(understood, [PassageText(0, heading, passage_text)], limit=limit)[1]


def best_answer(
    understood: Understood,
    passages: Sequence[PassageText],
    *,
    title: str = "",
    limit: int = DEFAULT_LIMIT,
    weights: SignWeights | None = None,
) -> tuple[int, Answer]:
    """The answer of an item from its best passages.

    What is shown is a run of whole sentences of one passage: as many as follow and fit, because
    the sentences of a clause belong together. The signs that choose are those of `SignWeights`.

    :param passages: in the engine's order, best first, at least one.
    :param title: the item's; a sentence that only repeats it does not answer.
    :returns: (ordinal of the passage, answer in it).
    :raises ValueError: no passage given, or limit below 20.
    """
    if not passages:
        raise ValueError("at least one passage is needed")
    if limit < 20:
        raise ValueError("limit must be at least 20")
    passages = telling(passages)
    passages = [passage for passage in passages if passage.text.strip()] or passages[:1]
    readings = [Reading(p.ordinal, normalise(p.heading_path), cut(p.text, limit)) for p in passages]
    if not readings[0].cut.units:
        return passages[0].ordinal, Answer("", 0, 0, ())
    table = signs(question_of(understood), readings, normalise(title))
    scores = table @ (weights or SignWeights()).row()
    run = runs_of(readings)[int(np.argmax(scores))]
    units, passage = readings[run.place].cut.units[run.first : run.last + 1], passages[run.place]
    shown = _to_the_point(understood, passage.text, units)
    return passage.ordinal, replace(shown, score=float(scores.max()))


class Clause(Protocol):
    """A passage of an entry as far as its words go."""

    @property
    def heading_path(self) -> str: ...
    @property
    def text(self) -> str: ...


C = TypeVar("C", bound=Clause)


def telling(passages: Sequence[C]) -> Sequence[C]:
    """Leave out the document's head and signature, and a heading alone above a table.

    They name the matter and so hold its words, but they are no answer. Where nothing else is
    there, all stay.
    """
    return [
        p
        for p in passages
        if p.heading_path not in FRAME and p.text.strip() != p.heading_path.rpartition(" > ")[2]
    ] or passages


def opening(passages: Sequence[C]) -> C | None:
    """What an entry says first to whoever asked nothing: neither why it was made nor since when it
    holds, where it says anything else; ``None`` for an entry without text."""
    told = telling(passages)
    return next((one for one in told if _says_something(one.text)), told[0] if told else None)


def _says_something(text: str) -> bool:
    units = cut(text, DEFAULT_LIMIT).units
    return any(not (unit.weak or unit.itself or unit.is_preamble) for unit in units)


def _to_the_point(understood: Understood, text: str, units: Sequence[Unit]) -> Answer:
    """What the units show, without the preamble (现就有关事项通知如下：) before the provision.

    The preamble stays where it alone has a word that was asked for.
    """
    whole = _shown(understood, text, units[0].start, units[-1].end)
    first = next((unit for unit in units if not unit.is_preamble), units[0])
    if first is units[0]:
        return whole
    provision = text[first.start : units[-1].end]
    if all(text[start:end] in provision for start, end in whole.marks):
        return _shown(understood, text, first.start, units[-1].end)
    return whole


def _shown(understood: Understood, text: str, start: int, end: int) -> Answer:
    start, end = _trimmed(text, start, end)
    marks = tuple(
        (start + left, start + right) for left, right in mark(understood, text[start:end])
    )
    return Answer(text[start:end], start, end, marks)


def mark(understood: Understood, text: str) -> list[tuple[int, int]]:
    """Where the words that were asked for stand in any text: (start, end), not overlapping.

    Only what a reader would call the asked word is marked: no everyday word, no loose synonym,
    and of an official term that stands for it not the parts alone (基本 of 基本医疗保险).
    """
    folded = fold(text)
    terms = {
        term
        for concept in understood.concepts
        if concept.weight >= _MARKED_WEIGHT or len(understood.concepts) == 1
        for alternative in concept.alternatives
        for term in _marked_terms(alternative, folded.text)
    }
    if not terms:
        return []
    pattern = re.compile("|".join(map(re.escape, sorted(terms, key=lambda t: (-len(t), t)))))
    spans = [found.span() for found in pattern.finditer(folded.text)]
    return _merged([(folded.origins[left], folded.origins[right - 1] + 1) for left, right in spans])


def _marked_terms(alternative: Alternative, text: str) -> list[str]:
    if alternative.factor < _MARKED_FACTOR:
        return []
    terms = [term for term in alternative.terms if len(term) > 1]
    if alternative.via == "synonym":
        return terms if all(term in text for term in terms) else []
    return [*terms, alternative.original] if len(alternative.original) > 1 else terms


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
