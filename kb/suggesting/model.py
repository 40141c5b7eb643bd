"""The model of categories: a linear judge, the nearest settled requests, and the words for why."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.suggesting.features import Told, count, counted, views_of
from kb.suggesting.linear import DEFAULT_TUNING, LinearModel, Tuning, Vector
from kb.suggesting.neighbours import Neighbour, Neighbours, votes
from kb.suggesting.wording import Cut, Wording

SHARPNESS = 4.0
MAX_WORDS, MAX_NEIGHBOURS = 4, 3
MIN_LIKENESS = 0.12


@dataclass(frozen=True)
class Lesson:
    """A settled request and its category. Ids below 0 are words of the lists, not requests."""

    request_id: int
    words: Told
    category: str


@dataclass(frozen=True)
class Ranked:
    """A category, its part of all belief (0 to 1), the words and settled requests for it."""

    category: str
    share: float
    words: tuple[str, ...]
    neighbours: tuple[Neighbour, ...]


@dataclass
class CategoryModel:
    """Ranks categories for a text; learns from lessons."""

    categories: tuple[str, ...]
    tuning: Tuning = DEFAULT_TUNING
    linear: LinearModel = field(init=False)
    nearest: Neighbours = field(init=False)

    def __post_init__(self) -> None:
        self.linear = LinearModel(len(self.categories), self.tuning)
        self.nearest = Neighbours()
        self._numbers = {category: at for at, category in enumerate(self.categories)}

    def train(self, lessons: Iterable[Lesson]) -> None:
        """Learn everything anew; lessons of unknown categories are left out."""
        known = [lesson for lesson in lessons if lesson.category in self._numbers]
        known.sort(key=lambda lesson: lesson.request_id > 0)  # the lists first
        requests = [counted(lesson.words) for lesson in known]
        labels = [self._numbers[lesson.category] for lesson in known]
        self.linear.train(requests, labels, sum(lesson.request_id < 0 for lesson in known))
        self.nearest = Neighbours()
        for lesson, request in zip(known, requests, strict=True):
            self._keep(lesson, self.linear.vector(request))

    def learn(self, lesson: Lesson) -> None:
        """Learn one request that has settled; one of an unknown category is left out."""
        if lesson.category in self._numbers:
            request = counted(lesson.words)
            self.linear.learn(request, self._numbers[lesson.category])
            self._keep(lesson, self.linear.vector(request))

    def _keep(self, lesson: Lesson, vector: Vector) -> None:
        if lesson.request_id > 0:
            self.nearest.add(lesson.request_id, self._numbers[lesson.category], vector)

    def rank(self, words: Told, cut: Cut, limit: int = 3) -> list[Ranked]:
        """The likeliest categories, best first; none when nothing in the text is known."""
        views = views_of(words)
        vector = self.linear.vector(count(views))
        if not len(vector[0]):
            return []
        found = self.nearest.nearest(vector)
        scores = self.linear.scores(vector) + self.tuning.vote * votes(found, len(self.categories))
        shares = _shares(scores)
        best = np.argsort(-scores, kind="stable")[:limit]
        wording = Wording(views, vector, cut)
        weights = self.linear.weights[vector[0]]
        apart = vector[1][:, None] * (weights - weights.mean(axis=1, keepdims=True))
        return [
            Ranked(
                self.categories[at],
                float(shares[at]),
                wording.best(apart[:, at], MAX_WORDS),
                tuple(n for n in found if n.label == at and n.likeness >= MIN_LIKENESS)[
                    :MAX_NEIGHBOURS
                ],
            )
            for at in best
        ]


def _shares(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    raised = np.exp(SHARPNESS * (scores - scores.max()).astype(np.float64))
    shares: NDArray[np.float64] = raised / raised.sum()
    return shares
