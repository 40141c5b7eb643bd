"""What a request is told by: its single characters and pairs, of title and content apart.

Chinese single characters carry meaning (学, 医, 欠), pairs most of its words; both need no
dictionary, so a slip of the pen or a new word costs little. Features are hashed into a fixed
number of buckets, so that a model's size does not grow with what people say.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.normalise import normalise

BUCKETS = 1 << 17
_SHIFT = np.uint64(64 - 17)
MAX_CONTENT = 5000
MAX_HEAD = 40
TITLE, CONTENT = 0, 1

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Told:
    """A request's words: the title, or what stands for one, and the rest."""

    title: str
    content: str


@dataclass(frozen=True)
class View:
    """The features of one text, in the order they stand there.

    ``buckets``, ``starts`` and ``sizes`` are parallel: where a feature is counted, where it
    begins in ``text`` and how many characters it covers.
    """

    text: str
    buckets: Ints
    starts: Ints
    sizes: Ints


@dataclass(frozen=True)
class Counted:
    """The distinct buckets of a request and how often each stands there; one pair per view."""

    views: tuple[tuple[Ints, Floats], ...]

    @property
    def buckets(self) -> Ints:
        """Every bucket of the request."""
        return np.concatenate([buckets for buckets, _ in self.views])


def told(text: str) -> Told:
    """Title and content of a text: its first line, or of a single line its first sentence."""
    first, _, rest = text.strip().partition("\n")
    if rest.strip():
        return Told(first.strip(), rest.strip())
    head = first
    for mark in "。！？；!?;":
        head = head.split(mark, 1)[0]
    return Told(head[:MAX_HEAD], first)


def views_of(words: Told) -> tuple[View, View]:
    """The features of title and content, each in a space of its own."""
    return _view(words.title, TITLE), _view(words.content[:MAX_CONTENT], CONTENT)


def count(views: tuple[View, ...]) -> Counted:
    """How often each feature stands in each view."""
    counted = []
    for view in views:
        buckets, times = np.unique(view.buckets, return_counts=True)
        counted.append((buckets, times.astype(np.float32)))
    return Counted(tuple(counted))


def counted(words: Told) -> Counted:
    """The counts of a request's features."""
    return count(views_of(words))


def _view(raw: str, space: int) -> View:
    text = normalise(raw)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    chinese = ((points >= 0x3400) & (points <= 0x9FFF)) | (points == 0x3007)
    singles = np.flatnonzero(chinese)
    pairs = np.flatnonzero(chinese[:-1] & chinese[1:]) if len(points) > 1 else singles[:0]
    codes = np.concatenate([points[singles], points[pairs] << np.uint64(21) | points[pairs + 1]])
    starts = np.concatenate([singles, pairs])
    sizes = np.concatenate([np.ones_like(singles), np.full_like(pairs, 2)])
    return View(text, _bucket(codes, space), starts, sizes)


def _bucket(codes: NDArray[np.uint64], space: int) -> Ints:
    """SplitMix64's finaliser over the code and its space; the upper bits choose the bucket."""
    value = codes | np.uint64(space + 1) << np.uint64(56)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((value ^ (value >> np.uint64(31))) >> _SHIFT).astype(np.int64)
