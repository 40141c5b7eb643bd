"""The background worker: the one indexer, and the jobs that must not be lost.

It may run as a thread of the web process (``kb serve --with-worker``) or as a process of its own.
Only the holder of the lease writes; others stand by. Any error of the index writer ends the
worker, and whoever runs it starts it afresh.
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from indexer.errors import IndexerError, IndexStale
from indexer.schema import warm_analysis
from kb.clock import Clock
from kb.db import Database
from kb.job_threads import BULLETINS, READING
from kb.models import SearchTarget, WorkerBeat
from kb.outbox.drain import drain_once
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes
from kb.outbox.merging import Merger
from kb.outbox.recut import Recutter
from kb.services.conflict_jobs import CHECK_JOB
from kb.services.gap_jobs import TRY_JOB
from kb.services.housekeeping import CHORES
from kb.services.jobs import Handler, run_due_jobs

log = logging.getLogger(__name__)
POLL_SECONDS = 0.2
AWAY_SECONDS = 1.0
BEAT_SECONDS = 1.0
LEASE = timedelta(seconds=10)
PLAN_EVERY = timedelta(minutes=10)
NAME = "indexer"
# A thousand comparisons may wait while somebody waits for a thousand drafts.
GIVE_WAY = (CHECK_JOB, TRY_JOB)
# What threads beside the worker do.
ELSEWHERE = (*READING, *BULLETINS, *CHORES)


class Worker:
    """Drains the outbox and runs due jobs until stopped."""

    def __init__(
        self,
        database: Database,
        indexes: Indexes,
        clock: Clock,
        handlers: Mapping[str, Handler] | None = None,
        plan: Callable[[Session, datetime], None] | None = None,
    ) -> None:
        self.database, self.indexes, self.clock = database, indexes, clock
        self.handlers = handlers or {}
        self._plan = plan
        self._planned_at: datetime | None = None
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._recutter = Recutter(database)
        self._merger = Merger(database, indexes, clock)
        self._stop = threading.Event()
        self._last_beat: datetime | None = None

    def stop(self) -> None:
        """Ask the loop to end after the work in hand."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped; raises what the index writer raised.

        A database that is away and an index that must be rebuilt first are waited for: nothing
        was half done, and what was indexed but not settled is applied again.
        """
        try:
            self._warm()
            while not self._stop.is_set():
                try:
                    pause = 0.0 if self.turn() else POLL_SECONDS
                except (OperationalError, IndexStale) as error:
                    log.warning("database away or index outdated, waiting", exc_info=error)
                    self._last_beat, pause = None, AWAY_SECONDS
                self._stop.wait(pause)
        finally:
            self.release()

    def _warm(self) -> None:
        """Open what the first publication needs. What is away is met again when it is needed."""
        try:
            with self.database.reading() as session:
                warm_analysis(self.indexes.dictionary.current(session).segmenter)
                for target in TARGETS:
                    if session.get(SearchTarget, target) is not None:
                        self.indexes.engine(session, target)
        except (OperationalError, IndexerError) as error:
            log.warning("the indexer starts cold", exc_info=error)

    def turn(self) -> bool:
        """One page of entries to cut again, one batch of each index, one merge and one job at
        most, so that the lease is kept and none waits for another; reading files and bulletins are
        not among them (``kb.job_threads``). Tells whether there may be more
        to do."""
        if not self.hold_lease():
            return False
        self._plan_ahead()
        is_recutting = self._recutter.step()
        is_indexing = self._step_index()
        taken = run_due_jobs(
            self.database,
            self.handlers,
            self.holder,
            self.clock,
            at_most=1,
            give_way=GIVE_WAY,
            without=ELSEWHERE,
        )
        return is_recutting or is_indexing or taken > 0

    def _plan_ahead(self) -> None:
        """See now and then that the rounds which plan their successors have not died out."""
        now = self.clock()
        if self._plan is None or (
            self._planned_at is not None and abs(now - self._planned_at) < PLAN_EVERY
        ):
            return
        with self.database.unit_of_work() as session:
            self._plan(session, now)
        self._planned_at = now

    def _step_index(self) -> bool:
        settled = {target: drain_once(self.database, self.indexes, target) for target in TARGETS}
        return self._merger.step(settled) or any(settled.values())

    def run_once(self) -> bool:
        """Settle what waits if no other worker is at it; tells whether this one was."""
        if not self.hold_lease():
            return False
        try:
            self._recutter.finish()
            while self._step_index():
                pass
        finally:
            self.release()
        return True

    def hold_lease(self) -> bool:
        """Take, keep or fail to get the indexer's lease; writes at most once a second."""
        now = self.clock()
        # The clock may be set back: a beat in the future is no beat.
        since = None if self._last_beat is None else abs(now - self._last_beat)
        if since is not None and since < timedelta(seconds=BEAT_SECONDS):
            return True
        with self.database.unit_of_work() as session:
            beat = session.get(WorkerBeat, NAME, with_for_update=True)
            if beat is None:
                beat = WorkerBeat(name=NAME, holder=self.holder, seen_at=now)
                session.add(beat)
            elif beat.holder != self.holder and abs(now - beat.seen_at) < LEASE:
                self._last_beat = None
                return False
            beat.holder, beat.seen_at = self.holder, now
        self._last_beat = now
        return True

    def release(self) -> None:
        """Give the lease back so that another worker takes over at once; else it runs out."""
        try:
            with self.database.unit_of_work() as session:
                beat = session.get(WorkerBeat, NAME, with_for_update=True)
                if beat is not None and beat.holder == self.holder:
                    session.delete(beat)
        except OperationalError as error:
            log.warning("the lease was not given back", exc_info=error)
