"""The word list of the index, for the question reader: how common a word is, what sounds alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema import GROUPS
from .postings import document_count, read_postings, terms_with_prefix
from .segments import BoundedCache
from .terms import Part

if TYPE_CHECKING:
    from .reading import View

_MAX_SOUNDING = 200
_FEW = 64  # a word in more passages of a segment than these is taken to be live in one


class WordCache:
    """What the dictionaries of the segments said; segments never change.

    :param limit: the most words and sounds kept.
    """

    def __init__(self, limit: int) -> None:
        self.counts: BoundedCache[int] = BoundedCache(limit)
        self.sounds: BoundedCache[list[tuple[str, int]]] = BoundedCache(limit)

    def keep(self, segments: set[str]) -> None:
        for cache in (self.counts, self.sounds):
            cache.keep(lambda key: key[0] in segments)


class IndexVocabulary:
    """The word list of one view; see `query.Vocabulary`."""

    def __init__(self, view: View) -> None:
        self._view = view

    def frequency(self, word: str) -> int:
        """About how many passages hold the word; 0 only if no live one does."""
        parts, leaves = self._view.collection.parts, self._view.leaves
        return sum(self._count(p, leaf, word) for p, leaf in zip(parts, leaves, strict=True))

    def _count(self, part: Part, leaf: Any, word: str) -> int:
        key = (part.segment_id, word)
        count = self._view.words.counts.get(key)
        if count is None:
            count = max(document_count(leaf, spec.name, word) for spec in GROUPS["words"])
            self._view.words.counts.put(key, count, 1)
        if part.worn and 0 < count <= _FEW:
            return self._live(part, leaf, word)
        return count

    def _live(self, part: Part, leaf: Any, word: str) -> int:
        live = self._view.collection.layout.live
        counts = [0]
        for spec in GROUPS["words"]:
            ids = read_postings(leaf, spec.name, word).ids
            counts.append(int(np.count_nonzero(live[part.base + ids])))
        return max(counts)

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        """Words stored under a sound key; the strongest strength over segments."""
        found: dict[str, int] = {}
        prefix = f"{kind}{key}|"
        parts, leaves = self._view.collection.parts, self._view.leaves
        for part, leaf in zip(parts, leaves, strict=True):
            for word, strength in self._sounding_in(part, leaf, prefix):
                if word in found or len(found) < _MAX_SOUNDING:
                    found[word] = max(strength, found.get(word, 0))
        return sorted(found.items())

    def _sounding_in(self, part: Part, leaf: Any, prefix: str) -> list[tuple[str, int]]:
        key = (part.segment_id, prefix)
        known = self._view.words.sounds.get(key)
        if known is None:
            known = []
            for term, strength in terms_with_prefix(leaf, "sound", prefix):
                known.append((term[len(prefix) :], int(strength)))
                if len(known) >= _MAX_SOUNDING:
                    break
            self._view.words.sounds.put(key, known, len(known) + 1)
        return known
