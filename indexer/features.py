"""What the final ranking looks at: small pure functions over the candidates of one question.

Candidates are c items, each with one best passage. Every function returns a value per item.
Change a weight only with `indexer.evaluate` before and after.
"""

from __future__ import annotations

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
    :param phrase: how much it lifts an item that the passage has longer pieces of the question
        word for word.
    :param length: how much long items are held back: they hold many words by chance.
    :param contact: lift of 联系方式 entries when a phone number or place is asked for.
    :param elsewhere: what is left of an item whose title is about another place (places.py).
    :param district: what is left of an item that holds in some districts only, when neither the
        question nor the filter names one of them.
    :param own: lift of what an authority of the own place or of the state has issued.
    :param fresh: lift of what was issued today; half as much every three years.
    """

    k1: float = 1.2
    b: float = 0.5
    passage_share: float = 0.5
    grams: float = 0.5
    exact: float = 200.0
    coverage: float = 1.5
    phrase: float = 0.4
    length: float = 0.12
    contact: float = 1.3
    elsewhere: float = 0.6
    district: float = 0.7
    own: float = 1.15
    fresh: float = 0.03


@dataclass(frozen=True)
class Evidence:
    """What is known of c candidates.

    :param passage, item: BM25 of words and character pairs, of the best passage and of all.
    :param exact: how many of its own numbers were asked for.
    :param coverage: share of the question found, 0 to 1.
    :param phrase: how many characters before it a pair of the question is led up to in the best
        passage as in the question, on average: 0 for scattered pairs.
    :param length: of the item, in average lengths.
    :param contact: which are 联系方式; `phone_wanted`: whether one is asked for.
    :param elsewhere: which are about a place that is neither the collection's nor asked for.
    :param district: which hold in districts only that were not asked for.
    :param own: which an authority of the own place or of the state has issued.
    :param age: years since each was issued, infinite where it is not known.
    """

    passage: Floats
    item: Floats
    exact: Floats
    coverage: Floats
    phrase: Floats
    length: Floats
    contact: Mask
    phone_wanted: bool
    elsewhere: Mask
    district: Mask
    own: Mask
    age: Floats


# Scores below this are noise beside it; it keeps a word found once from counting endlessly less.
_LEAST = 0.1
_SHORTEST = 0.01  # average lengths
_HALF_LIFE = np.float32(3)  # years


def found(evidence: Evidence, weights: Weights) -> Floats:
    """What passage and item hold, as a weighted geometric mean: both must have something."""
    share = np.float32(weights.passage_share)
    passage = np.log(evidence.passage + np.float32(_LEAST))
    item = np.log(evidence.item + np.float32(_LEAST))
    return np.exp(share * passage + (np.float32(1) - share) * item)


def exact(evidence: Evidence, weights: Weights) -> Floats:
    """The item's own 文号 and phone numbers outweigh everything."""
    return evidence.exact * np.float32(weights.exact)


def coverage(evidence: Evidence, weights: Weights) -> Floats:
    """A factor for holding much of the question."""
    return np.exp(evidence.coverage * np.float32(weights.coverage))


def phrase(evidence: Evidence, weights: Weights) -> Floats:
    """A factor for saying it in the question's own words and order."""
    return np.exp(evidence.phrase * np.float32(weights.phrase))


def length(evidence: Evidence, weights: Weights) -> Floats:
    """A factor below 1 for items longer than the average."""
    return (evidence.length + np.float32(_SHORTEST)) ** np.float32(-weights.length)


def kind(evidence: Evidence, weights: Weights) -> Floats:
    """A factor for the kind of entry that the question wants."""
    wanted = evidence.contact & evidence.phone_wanted
    return np.where(wanted, np.float32(weights.contact), np.float32(1))


def place(evidence: Evidence, weights: Weights) -> Floats:
    """A factor above 1 for what a known authority issued, below 1 for another place's."""
    factor = np.where(evidence.own, np.float32(weights.own), np.float32(1))
    return np.where(evidence.elsewhere, np.float32(weights.elsewhere), factor)


def district(evidence: Evidence, weights: Weights) -> Floats:
    """A factor below 1 for what holds in a district nobody named: the whole city's comes first."""
    return np.where(evidence.district, np.float32(weights.district), np.float32(1))


def fresh(evidence: Evidence, weights: Weights) -> Floats:
    """A factor above 1 for what was issued lately: of two that say the same, the newer holds."""
    return np.float32(1) + np.float32(weights.fresh) * np.exp2(-evidence.age / _HALF_LIFE)


SUMMED = {"found": found, "exact": exact}
FACTORS = {
    "coverage": coverage,
    "phrase": phrase,
    "length": length,
    "kind": kind,
    "place": place,
    "district": district,
    "fresh": fresh,
}


def parts_of(evidence: Evidence, weights: Weights) -> dict[str, Floats]:
    """Every named part, to rank by and to explain with."""
    return {name: feature(evidence, weights) for name, feature in {**SUMMED, **FACTORS}.items()}


def combined(parts: dict[str, Floats]) -> Floats:
    """(found + exact) × factors."""
    score = parts["found"] + parts["exact"]
    for name in FACTORS:
        score = score * parts[name]
    return score


def strength(evidence: Evidence, weights: Weights) -> Floats:
    """How much was found as one plain sum, whatever the order: what 无依据 is decided on."""
    share = np.float32(weights.passage_share)
    return share * evidence.passage + (np.float32(1) - share) * evidence.item
