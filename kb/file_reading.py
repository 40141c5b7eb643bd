"""Reading originals beside the worker: a slow file must not keep what is published from the index.

The jobs are the queue, leased like the worker's own; a thread of one process on the machine takes
them, so that not every process keeps a reading child of its own.
"""

import os
import socket
import threading
from collections.abc import Collection, Mapping
from pathlib import Path

from kb.background import keep_turning, machine_lock
from kb.clock import Clock
from kb.db import Database
from kb.services.batches import READ_BATCH
from kb.services.intake import READ_JOB
from kb.services.jobs import Handler, run_due_jobs

READING: Collection[str] = (READ_JOB, READ_BATCH)


class FileReading:
    """Does the reading jobs that are due, until stopped; has a thread of its own."""

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], clock: Clock, lock: Path
    ) -> None:
        """Prepare.

        :param handlers: by job kind; those of ``READING`` are used.
        :param lock: a file that all processes of the machine share; one of them reads.
        """
        self.database, self.handlers, self.clock = database, handlers, clock
        self._lock = lock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:reading"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="yingda-reading", daemon=True)

    def start(self) -> None:
        """Begin to read in the background."""
        self._thread.start()

    def stop(self, wait_seconds: float = 0.0) -> None:
        """Ask the thread to end after the job in hand; one that is cut off is taken up again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    def run(self) -> None:
        """Read until stopped. What goes wrong is logged and tried again after a pause."""
        keep_turning("reading", self.turn, self._stop)

    def turn(self) -> bool:
        """One job at most; tells whether there may be more."""
        with machine_lock(self._lock) as is_ours:
            if not is_ours:
                return False
            taken = run_due_jobs(
                self.database, self.handlers, self._holder, self.clock, at_most=1, only=READING
            )
        return taken > 0
