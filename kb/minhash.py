"""近似: how alike two texts are, from a signature of 64 numbers each.

One-permutation MinHash over the texts' 3-grams: every 3-gram is hashed once, the upper six bits
choose a bin, and a bin keeps the smallest of its hashes. Two texts' share of equal bins estimates
the Jaccard similarity of their 3-grams.

Source: Li, Owen and Zhang, "One Permutation Hashing", NIPS 2012; bins that are empty in both
texts are left out of the estimate as there.
"""

import re

import numpy as np
from numpy.typing import NDArray

BINS = 64
BYTES = BINS * 4
_EMPTY = np.uint32(0xFFFFFFFF)
_BIN_BITS = np.uint64(58)
_SKIP = re.compile(r"[\s\\#*_|>`-]+|<!--.*?-->")


def signature(text: str) -> bytes:
    """The signature of a text, blind to white space, case and Markdown's signs: 256 bytes."""
    bare = _SKIP.sub("", text).casefold()
    points = np.frombuffer(bare.encode("utf-32-le", "surrogatepass"), np.uint32)
    bins = np.full(BINS, _EMPTY, np.uint32)
    if len(points) >= 3:
        code = points.astype(np.uint64)
        grams = (code[:-2] << np.uint64(42)) | (code[1:-1] << np.uint64(21)) | code[2:]
        mixed = _mix(grams)
        np.minimum.at(bins, (mixed >> _BIN_BITS).astype(np.intp), mixed.astype(np.uint32))
    return bins.tobytes()


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser: every bit of the 3-gram moves every bit of the hash."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def stack(signatures: list[bytes]) -> NDArray[np.uint32]:
    """Signatures as rows of one array, to be compared with :func:`similarities`."""
    return np.frombuffer(b"".join(signatures), np.uint32).reshape(-1, BINS)


def similarities(one: bytes, many: NDArray[np.uint32]) -> NDArray[np.float64]:
    """The estimated similarity of one text to each row of ``many``: 0.0 to 1.0."""
    mine = np.frombuffer(one, np.uint32)
    counted = ((mine != _EMPTY) | (many != _EMPTY)).sum(axis=1)
    equal = ((mine == many) & (mine != _EMPTY)).sum(axis=1)
    return np.divide(equal, counted, out=np.zeros(len(many)), where=counted > 0)
