"""How alike two requests' words are: the part of their character pairs that they share."""

from indexer.normalise import normalise
from indexer.segment import grams

LONGEST = 600


def pairs_of(title: str, content: str) -> frozenset[str]:
    """The pairs of neighbouring Chinese characters of a request."""
    return frozenset(grams(normalise(f"{title}\n{content[:LONGEST]}")))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared pairs over the pairs of both on average (Dice), 0.0 to 1.0."""
    together = len(one) + len(other)
    return 2 * len(one & other) / together if together else 0.0
