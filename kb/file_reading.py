"""Reading originals beside the worker: a slow file must not keep what is published from the index.

The jobs are the queue, leased like the worker's own; a thread of one process on the machine takes
them, so that not every process keeps a reading child of its own.
"""

import os
import socket
from collections.abc import Collection, Mapping
from pathlib import Path

from kb.background import OwnThread, machine_lock
from kb.clock import Clock
from kb.db import Database
from kb.services.batches import READ_BATCH
from kb.services.intake import READ_JOB
from kb.services.jobs import Handler, run_due_jobs

READING: Collection[str] = (READ_JOB, READ_BATCH)


class FileReading(OwnThread):
    """Does the reading jobs that are due, until stopped; has a thread of its own."""

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], clock: Clock, lock: Path
    ) -> None:
        """Prepare.

        :param handlers: by job kind; those of ``READING`` are used.
        :param lock: a file that all processes of the machine share; one of them reads.
        """
        super().__init__("reading")
        self.database, self.handlers, self.clock = database, handlers, clock
        self._lock = lock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:reading"

    def turn(self) -> bool:
        """One job at most; tells whether there may be more."""
        with machine_lock(self._lock) as is_ours:
            if not is_ours:
                return False
            taken = run_due_jobs(
                self.database, self.handlers, self._holder, self.clock, at_most=1, only=READING
            )
        return taken > 0
