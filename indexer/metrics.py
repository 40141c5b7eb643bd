"""Judged questions → figures. Every function scores one ranking or one answer."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

GOLD_LIMIT = 300
ANSWER_HIT_SHARE = 0.8


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """1 / rank of the first relevant id among the first k; 0 if none."""
    for rank, item_id in enumerate(ranked[:k], start=1):
        if item_id in relevant:
            return 1 / rank
    return 0.0


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """nDCG with gain 1 per relevant id; 0 if there is none to find.

    Source: Järvelin & Kekäläinen, ACM TOIS 20(4), 2002.
    """
    gained = sum(
        1 / math.log2(rank + 1)
        for rank, item_id in enumerate(ranked[:k], start=1)
        if item_id in relevant
    )
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), k) + 1))
    return gained / ideal if ideal else 0.0


def graded_ndcg(ranked: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """nDCG with gain 2**grade - 1; 0 if nothing is graded above 0.

    :param ranked: distinct ids, best first; those past k are ignored.
    :param grades: id -> 0 (irrelevant) to 3 (answers it); unjudged ids count 0.

    Source: Burges et al., ICML 2005, for the gain; normalised as `ndcg`.
    """
    best = sorted(grades.values(), reverse=True)
    ideal = _discounted(best[:k])
    return _discounted([grades.get(item_id, 0) for item_id in ranked[:k]]) / ideal if ideal else 0.0


def _discounted(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def hit(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 if any of the first k ids is relevant."""
    return float(any(item_id in relevant for item_id in ranked[:k]))


def recall(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """Share of the relevant ids among the first k."""
    return len(set(ranked[:k]) & set(relevant)) / len(relevant) if relevant else 0.0


def answer_hit(shown: str, gold: str) -> bool:
    """Whether the shown answer holds at least 80 % of the gold answer's character pairs.

    Gold longer than 300 characters is cut there; a single character must simply occur.
    """
    gold = gold[:GOLD_LIMIT]
    if len(gold) < 2:
        return gold in shown
    pairs = [gold[at : at + 2] for at in range(len(gold) - 1)]
    held = {shown[at : at + 2] for at in range(len(shown) - 1)}
    return sum(pair in held for pair in pairs) >= ANSWER_HIT_SHARE * len(pairs)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; 0.0 of nothing."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
