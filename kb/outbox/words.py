"""The word lists this process searches and cuts with, following the database's dictionary."""

import threading
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from indexer.lexicon import Lexicon, default_lexicon
from indexer.segment import Segmenter, build_segmenter
from kb.queries.dictionary import current_version, lexicon_at


@dataclass(frozen=True)
class WordLists:
    """A version of the dictionary, ready to search with. ``version`` 0 is the shipped lists."""

    version: int
    segmenter: Segmenter
    lexicon: Lexicon

    def trying(self, lexicon: Lexicon) -> "WordLists":
        """These lists with another lexicon; words are cut anew only if user words differ."""
        if set(lexicon.user_words) == set(self.lexicon.user_words):
            return WordLists(self.version, self.segmenter, lexicon)
        return WordLists(self.version, _segmenter(frozenset(lexicon.user_words)), lexicon)


@lru_cache(maxsize=2)
def _segmenter(user_words: frozenset[str]) -> Segmenter:
    """Making one takes a second and much memory, and the same lists are tried again and again."""
    return build_segmenter(user_words)


class Dictionary:
    """Thread-safe; asks for one number a query and reads the entries only when it has grown."""

    def __init__(self, shipped: Segmenter) -> None:
        """:param shipped: cuts by the user words that come with the program."""
        self._current = WordLists(0, shipped, default_lexicon())
        self._lock = threading.Lock()

    def current(self, session: Session) -> WordLists:
        """The lists as of the newest version this session sees, or a newer one in use already.

        Never goes back: a session that began earlier may still see an older version.
        """
        known = self._current
        if current_version(session) <= known.version:
            return known
        with self._lock:
            version = current_version(session)
            if version > self._current.version:
                newer = self._current.trying(lexicon_at(session))
                self._current = WordLists(version, newer.segmenter, newer.lexicon)
            return self._current
