"""Entries read for comparison and kept, for a check reads the same neighbours again and again."""

from collections import OrderedDict

from kb.conflicts.brief import Brief
from kb.conflicts.statements import Reader
from kb.conflicts.words import Words
from kb.outbox.words import WordLists
from kb.services.conflict_candidates import Held

# Some 30 KB each.
MAX_KEPT = 500


class Shelf:
    """The briefs of entries last compared, as long as they and the word lists stay as they are.

    For one thread: a worker's.
    """

    def __init__(self) -> None:
        self._lists: WordLists | None = None
        self._reader: Reader | None = None
        self._kept: OrderedDict[int, Brief] = OrderedDict()

    def brief(self, held: Held, lists: WordLists) -> Brief:
        """The entry as the comparison knows it; read anew when anything of it changed."""
        if self._reader is None or lists is not self._lists:
            self._lists, self._reader = lists, Reader(Words(lists.segmenter, lists.lexicon))
            self._kept.clear()
        kept = self._kept.pop(held.version_id, None)
        if kept is None or kept.entry != held.entry:
            kept = Brief(held.entry, self._reader)
        self._kept[held.version_id] = kept
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return kept
