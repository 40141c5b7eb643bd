"""When the indexes are tidied: little by little after batches, and more at once when it is quiet.

A batch leaves a small segment of its own, and many of them slow every question. A publication
that arrives during a merge waits for it, so those between batches are short.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

from indexer.engine import Engine
from indexer.errors import IndexCorrupt, IndexStale, IndexUnavailable
from kb.clock import Clock
from kb.db import Database
from kb.models import SearchTarget
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes

log = logging.getLogger(__name__)
# Passages a merge reads, about 1.5 ms of processor time each. What is too large is left alone
# until a rebuild.
AT_MOST = 400
AT_MOST_QUIET = 10_000
BATCHES = 8  # of an index, after which it is merged though more is waiting
QUIET = timedelta(minutes=10)  # without a batch, after which merges are larger


class Merger:
    """Decides after each turn of its worker; merges one index a turn at most."""

    def __init__(self, database: Database, indexes: Indexes, clock: Clock) -> None:
        self._database, self._indexes, self._clock = database, indexes, clock
        self._batches = dict.fromkeys(TARGETS, 1)  # another worker may have left some
        self._untidy = set(TARGETS)
        self._last_batch = clock()

    def step(self, settled: Mapping[str, int]) -> bool:
        """Merge if it is time to; tells whether there may be more to merge at once.

        :param settled: rows of each index that the batches of this turn settled.
        """
        changed = [target for target, rows in settled.items() if rows]
        for target in changed:
            self._batches[target] += 1
            self._untidy.add(target)
        if changed:
            self._last_batch = self._clock()
        target = max(self._batches, key=self._batches.__getitem__)
        if self._batches[target] >= (BATCHES if changed else 1):
            there_was = self._merge(target, AT_MOST)
            # There may be more to merge; while batches come, the other index has its turn first.
            self._batches[target] = int(there_was)
            return True
        # The clock may be set back.
        if not changed and abs(self._clock() - self._last_batch) >= QUIET and self._untidy:
            return self._merge_more(next(iter(self._untidy)))
        return False

    def _merge_more(self, target: str) -> bool:
        if not self._merge(target, AT_MOST_QUIET):
            self._untidy.discard(target)
        return True

    def _merge(self, target: str, at_most: int) -> bool:
        try:
            engine = self._engine(target)
            return engine is not None and engine.merge(at_most=at_most)
        except (IndexCorrupt, IndexStale, IndexUnavailable) as error:
            # Nothing is lost by not merging, and other work goes on.
            log.warning("index %s is not merged", target, exc_info=error)
            return False

    def _engine(self, target: str) -> Engine | None:
        with self._database.reading() as session:
            if session.get(SearchTarget, target) is None:
                return None
            return self._indexes.engine(session, target)
