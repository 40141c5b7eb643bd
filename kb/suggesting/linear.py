"""A linear model of categories, learned one request at a time or all at once by the same step.

Ridge regression of one against the rest in its dual: a step sets one request's share so that its
own equation holds (Gauss-Seidel; Shalev-Shwartz and Zhang, "Stochastic dual coordinate ascent",
JMLR 14, 2013). Steps over all requests, a dozen times, are the batch solution; a single step for a
request that has just settled is online learning (Crammer et al., "Online passive-aggressive
algorithms", JMLR 7, 2006: PA-II for squared loss).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.suggesting.features import BUCKETS, Counted, Floats, Ints

ROUNDS = 12
# What stands in a single request says nothing of others.
MIN_REQUESTS = 2
_LIGHTEST, _HEAVIEST = 0.2, 5.0

Vector = tuple[Ints, Floats]


@dataclass(frozen=True)
class Tuning:
    """How the model is weighed; `python -m bench.suggest --nested` chooses among others.

    ``ridge`` holds weights small, ``balance`` lifts rare categories (0 not at all, 1 fully),
    ``vote`` is the voice of the nearest settled requests beside the linear judge.
    """

    ridge: float = 0.5
    balance: float = 0.8
    vote: float = 0.15


DEFAULT_TUNING = Tuning()


@dataclass
class LinearModel:
    """Weights by bucket and category, and in how many requests each bucket stood.

    ``weights`` is buckets x categories, ``seen`` buckets, ``per_category`` requests learned of
    each category.
    """

    categories: int
    tuning: Tuning = DEFAULT_TUNING
    weights: NDArray[np.float32] = field(init=False)
    seen: NDArray[np.int32] = field(init=False)
    per_category: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = np.zeros((BUCKETS, self.categories), np.float32)
        self.seen = np.zeros(BUCKETS, np.int32)
        self.per_category = np.zeros(self.categories, np.int32)

    @property
    def learned(self) -> int:
        """How many requests it was taught."""
        return int(self.per_category.sum())

    def vector(self, counted: Counted) -> Vector:
        """A request as weighted features: sublinear counts times rarity, each view of length 1."""
        parts = []
        for buckets, times in counted.views:
            seen = self.seen[buckets]
            known = seen >= MIN_REQUESTS
            buckets, seen = buckets[known], seen[known]
            values = (1 + np.log(times[known])) * (1 + np.log(max(self.learned, 1) / seen))
            values = np.maximum(values, 0).astype(np.float32)
            norm = float(np.sqrt(values @ values))
            parts.append((buckets, values / norm if norm else values))
        return np.concatenate([b for b, _ in parts]), np.concatenate([v for _, v in parts])

    def scores(self, vector: Vector) -> NDArray[np.float32]:
        """How much speaks for each category: about 1 for, about -1 against."""
        buckets, values = vector
        found: NDArray[np.float32] = values @ self.weights[buckets]
        return found

    def train(self, requests: Sequence[Counted], labels: Sequence[int], chosen: int = 0) -> None:
        """Learn all requests from nothing; the same requests in the same order, the same model.

        :param chosen: so many at the beginning are words that people put on a list: each counts
            although it stands there once.
        """
        self.__post_init__()
        for at, (counted, label) in enumerate(zip(requests, labels, strict=True)):
            self._see(counted, label, MIN_REQUESTS if at < chosen else 1)
        vectors = [self.vector(counted) for counted in requests]
        shares = np.zeros((len(requests), self.categories), np.float32)
        order = np.random.default_rng(0)
        for _ in range(ROUNDS):
            for at in order.permutation(len(requests)):
                self._step(vectors[at], labels[at], shares[at])

    def learn(self, counted: Counted, label: int) -> None:
        """Learn one request that has just settled."""
        self._see(counted, label)
        self._step(self.vector(counted), label, np.zeros(self.categories, np.float32))

    def _see(self, counted: Counted, label: int, times: int = 1) -> None:
        self.seen[counted.buckets] += times
        self.per_category[label] += 1

    def _step(self, vector: Vector, label: int, share: NDArray[np.float32]) -> None:
        buckets, values = vector
        wanted = np.full(self.categories, -1, np.float32)
        wanted[label] = 1
        ridge = self.tuning.ridge / self._weight(label)
        missing = wanted - values @ self.weights[buckets] - ridge * share
        change = missing / (float(values @ values) + ridge)
        share += change
        self.weights[buckets] += values[:, None] * change

    def _weight(self, label: int) -> float:
        """Rare categories count more, so that frequent ones do not swallow them."""
        present = self.per_category[self.per_category > 0]
        ratio = float(present.mean()) / float(self.per_category[label])
        return float(np.clip(ratio**self.tuning.balance, _LIGHTEST, _HEAVIEST))
