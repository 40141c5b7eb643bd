"""Which run of sentences answers: a few signs, each with its weight."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .asked import Question, Row, pairs_of
from .sentences import Cut, Unit
from .wants import gives, names

_SAID_ABOVE = 0.7  # what a heading says holds for the sentences below it, but less
_USUAL_LENGTH = 300


@dataclass(frozen=True)
class SignWeights:
    """How much each sign of an answer adds; a sign is 0 to about 1 unless said otherwise.

    Fitted on judged answers of two unlike collections and rounded; each is kept because without
    it fewer answers to documents left out of the fit were right (docs/relevance.md).

    :param words, pairs, characters: share of what was asked that the run says.
    :param together: share that a single sentence of it says.
    :param heading: share that the headings above say. `heading_asked`: share of the last
        heading that was asked, so that a heading about more than that counts less.
    :param named: share of the wanted kinds of answer that the last heading names (收费标准).
    :param thing: it has the thing asked for (a sum, days). `thing_near`: beside asked words.
    :param manner, manner_near: likewise for how, who, whether, which many sentences resemble.
    :param first: it is in the item's first passage, which announces.
    :param weak: its best sentence tells why the document was made. `title`: repeats the title.
        `itself`: it tells how long the document holds, and that was not asked.
    :param length: for each factor e of length. `rank`: for each factor e of the passage's place.
    :param start: it begins where the passage begins, so with its number.
    """

    words: float = 0.3
    pairs: float = 1.0
    characters: float = 2.7
    together: float = 1.2
    heading: float = 1.0
    heading_asked: float = 3.0
    named: float = 1.0
    thing: float = 3.3
    thing_near: float = 1.0
    manner: float = 0.2
    manner_near: float = 0.8
    first: float = -0.4
    weak: float = -1.0
    title: float = -2.2
    itself: float = -3.0
    length: float = -0.2
    rank: float = -0.6
    start: float = 0.4

    def row(self) -> Row:
        return np.array(list(vars(self).values()))


class Reading(NamedTuple):
    """A candidate passage: its place in the item, its normalised headings and its cut text."""

    ordinal: int
    headings: str
    cut: Cut


class Run(NamedTuple):
    """Neighbouring units `first`..`last` of the passage at `place` among the candidates."""

    place: int
    first: int
    last: int


def runs_of(readings: Sequence[Reading]) -> list[Run]:
    """Every run that can be shown, in the order of the passages."""
    return [
        Run(place, first, last)
        for place, reading in enumerate(readings)
        for first, last in reading.cut.runs
    ]


def signs(question: Question, readings: Sequence[Reading], title: str) -> Row:
    """One row for each run of `runs_of`, one column for each field of `SignWeights`.

    :param readings: at least one, each with at least one unit.
    :param title: the item's, normalised.
    """
    units = [unit for reading in readings for unit in reading.cut.units]
    begins = [0, *itertools.accumulate(len(reading.cut.units) for reading in readings)]
    runs = runs_of(readings)
    spans = [(begins[run.place] + run.first, begins[run.place] + run.last + 1) for run in runs]
    found = question.found([*(unit.text for unit in units), *(r.headings for r in readings), title])
    said, above, titled = found[: len(units)], found[len(units) : -1], found[-1]
    said[_headlines(readings, title)] = 0  # counted above, and no answer where they stand alone
    passages = np.maximum(_most(said, list(itertools.pairwise(begins))), _SAID_ABOVE * above)
    shares = question.shares(passages, titled)
    alone = said @ shares
    near = np.minimum(1.0, alone[:, 0] + 0.5 * alone[:, 1])
    things, manners = _given(question.things, units), _given(question.manners, units)
    by_unit = _most(
        np.column_stack([alone[:, 0], things, things * near, manners, manners * near]), spans
    )
    heads = np.array([_asked(question, reading.headings) for reading in readings])
    wants = [*question.things, *question.manners]
    named = np.array([_named(wants, reading.headings) for reading in readings])
    places = [run.place for run in runs]
    fit = (near + 0.3 * things - 0.3 * np.array([unit.weak for unit in units])).tolist()
    best = [units[max(range(*span), key=fit.__getitem__)] for span in spans]
    lengths = [units[end - 1].end - units[begin].start for begin, end in spans]
    return np.column_stack(
        [
            _most(said, spans) @ shares,
            by_unit[:, 0],
            (above @ shares[:, 0])[places],
            heads[places],
            named[places],
            by_unit[:, 1:],
            [readings[place].ordinal == 0 for place in places],
            [unit.weak for unit in best],
            _repeated(title, best),
            [unit.itself and not question.asks_of_document for unit in best],
            np.log(np.maximum(5, lengths) / _USUAL_LENGTH),
            np.log1p(places),
            [run.first == 0 for run in runs],
        ]
    )


def _most(rows: Row, spans: Sequence[tuple[int, int]]) -> Row:
    """The largest values of each span of rows."""
    ends = np.array(spans).ravel()
    padded = np.vstack([rows, np.zeros(rows.shape[1])])
    return np.maximum.reduceat(padded, ends)[::2]


def _given(wants: Sequence[str], units: Sequence[Unit]) -> Row:
    """Share of the wanted kinds of answer that each unit has."""
    if not wants:
        return np.zeros(len(units))
    return np.array([sum(gives(want, u.text) for want in wants) / len(wants) for u in units])


def _asked(question: Question, headings: str) -> float:
    """Share of the last heading that was asked."""
    last = pairs_of(headings.rpartition(" > ")[2])
    return len(last & question.asked_pairs) / (len(last) + 2)


def _headlines(readings: Sequence[Reading], title: str) -> list[bool]:
    """Which units, over all readings, are the title or a heading and nothing else."""
    heads = [{title, *reading.headings.split(" > ")} for reading in readings]
    return [
        unit.text in lines
        for reading, lines in zip(readings, heads, strict=True)
        for unit in reading.cut.units
    ]


def _named(wants: Sequence[str], headings: str) -> float:
    """Share of the wanted kinds of answer that the last heading names."""
    last = headings.rpartition(" > ")[2]
    return sum(names(want, last) for want in wants) / max(1, len(wants))


def _repeated(title: str, units: Sequence[Unit]) -> list[float]:
    """Share of the title that each unit repeats."""
    pairs = pairs_of(title)
    return [sum(pair in unit.text for pair in pairs) / (len(pairs) + 3) for unit in units]
