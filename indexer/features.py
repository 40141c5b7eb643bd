"""What the final ranking looks at: small pure functions over the candidates of one question.

Candidates are c items, each with one best passage. Every function returns a value per item.
Change a weight only with `indexer.evaluate` before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """The few numbers of the ranking.

    :param k1, b: BM25 saturation and length normalisation.
    :param passage_share: how much the best passage counts beside the whole item.
    :param grams: how much character pairs count beside words.
    :param exact: added for a 文号 or phone number that is the item's own.
    :param coverage: how much the share of the question that was found lifts an item.
    :param title: how much the share of it that title or 相似问 say lifts it.
    :param proximity: how much words that stand side by side as they were asked lift it.
    :param contact: lift of 联系方式 entries when a phone number or place is asked for.
    """

    k1: float = 1.2
    b: float = 0.5
    passage_share: float = 0.5
    grams: float = 0.5
    exact: float = 50.0
    coverage: float = 0.5
    title: float = 0.0
    proximity: float = 0.0
    contact: float = 1.3


@dataclass(frozen=True)
class Evidence:
    """What is known of c candidates.

    :param passage_words, passage_grams: of the best passage; `item_*`: of the whole item.
    :param exact: how many of its own numbers were asked for.
    :param coverage, title, proximity: shares, 0 to 1.
    :param contact: which are 联系方式; `phone_wanted`: whether one is asked for.
    """

    passage_words: Floats
    passage_grams: Floats
    item_words: Floats
    item_grams: Floats
    exact: Floats
    coverage: Floats
    title: Floats
    proximity: Floats
    contact: Mask
    phone_wanted: bool


def words(evidence: Evidence, weights: Weights) -> Floats:
    """BM25 of words: the best passage and the whole item, mixed."""
    return _mixed(evidence.passage_words, evidence.item_words, weights)


def grams(evidence: Evidence, weights: Weights) -> Floats:
    """BM25 of character pairs, mixed in the same way."""
    return _mixed(evidence.passage_grams, evidence.item_grams, weights)


def exact(evidence: Evidence, weights: Weights) -> Floats:
    """The item's own 文号 and phone numbers outweigh everything."""
    return evidence.exact * np.float32(weights.exact)


def coverage(evidence: Evidence, weights: Weights) -> Floats:
    """A lift for holding much of the question (factor above 1)."""
    return evidence.coverage * np.float32(weights.coverage)


def title(evidence: Evidence, weights: Weights) -> Floats:
    """A lift for naming it in title or 相似问."""
    return evidence.title * np.float32(weights.title)


def proximity(evidence: Evidence, weights: Weights) -> Floats:
    """A lift for saying it in the words' own order."""
    return evidence.proximity * np.float32(weights.proximity)


def kind(evidence: Evidence, weights: Weights) -> Floats:
    """A factor for the kind of entry that the question wants."""
    wanted = evidence.contact & evidence.phone_wanted
    return np.where(wanted, np.float32(weights.contact), np.float32(1))


SUMMED = {"words": words, "grams": grams, "exact": exact}
LIFTS = {"coverage": coverage, "title": title, "proximity": proximity}
FACTORS = {"kind": kind}


def parts_of(evidence: Evidence, weights: Weights) -> dict[str, Floats]:
    """Every named part, to rank by and to explain with."""
    named = {**SUMMED, **LIFTS, **FACTORS}
    return {name: feature(evidence, weights) for name, feature in named.items()}


def combined(parts: dict[str, Floats]) -> Floats:
    """(sum of scores) × (1 + sum of lifts) × factors."""
    score = _total([parts[name] for name in SUMMED])
    score = score * (np.float32(1) + _total([parts[name] for name in LIFTS]))
    for name in FACTORS:
        score = score * parts[name]
    return score


def _mixed(passage: Floats, item: Floats, weights: Weights) -> Floats:
    share = np.float32(weights.passage_share)
    return share * passage + (np.float32(1) - share) * item


def _total(values: Sequence[Floats]) -> Floats:
    return np.sum(values, axis=0, dtype=np.float32)
