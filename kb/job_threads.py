"""Jobs done beside the worker: what takes long must not keep what is published from the index.

The jobs are the queue, leased like the worker's own; a thread of one process on the machine takes
those of its kinds, so that not every process keeps a reading child or a bulletin of its own.
"""

import os
import socket
from collections.abc import Collection, Mapping
from pathlib import Path

from kb.background import OwnThread, machine_lock
from kb.clock import Clock
from kb.db import Database
from kb.services.batches import READ_BATCH
from kb.services.bulletin_queue import COUNT_JOB, FREEZE_JOB, ISSUE_JOB
from kb.services.bulletin_round import BULLETIN_JOB
from kb.services.intake import READ_JOB
from kb.services.jobs import Ended, Handler, run_due_jobs

READING: Collection[str] = (READ_JOB, READ_BATCH)
BULLETINS: Collection[str] = (ISSUE_JOB, COUNT_JOB, FREEZE_JOB, BULLETIN_JOB)


class JobThread(OwnThread):
    """Does the jobs of some kinds that are due, one at a time, until stopped."""

    def __init__(
        self,
        name: str,
        kinds: Collection[str],
        database: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        folder: Path,
    ) -> None:
        """Prepare.

        :param handlers: by job kind; those of ``kinds`` are used.
        :param folder: where all processes of the machine share a lock file; one of them works.
        """
        super().__init__(name)
        self.database, self.handlers, self.clock = database, handlers, clock
        self._kinds, self._lock = kinds, folder / f"{name}.lock"
        host = socket.gethostname()
        self._holder = f"{host}:{os.getpid()}:{name}"
        # Whoever has the lock is the only one of the machine at work: a lease of another process
        # is of one that ended in the middle, and its job is taken up at once.
        self._before = Ended(f"{host}:", f":{name}")

    def turn(self) -> bool:
        """One job at most; tells whether there may be more."""
        with machine_lock(self._lock) as is_ours:
            if not is_ours:
                return False
            taken = run_due_jobs(
                self.database,
                self.handlers,
                self._holder,
                self.clock,
                at_most=1,
                only=self._kinds,
                heir_to=self._before,
            )
        return taken > 0
