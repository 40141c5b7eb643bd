"""Counting, printing and issuing bulletins beside the worker: what is published meanwhile is found.

The jobs are the queue, as in ``kb.file_reading``; a thread of one process of the machine takes
them.
"""

import os
import socket
from collections.abc import Collection, Mapping
from pathlib import Path

from kb.background import OwnThread, machine_lock
from kb.clock import Clock
from kb.db import Database
from kb.services.bulletin_queue import COUNT_JOB, ISSUE_JOB
from kb.services.bulletin_round import BULLETIN_JOB
from kb.services.jobs import Handler, run_due_jobs

BULLETINS: Collection[str] = (ISSUE_JOB, COUNT_JOB, BULLETIN_JOB)


class BulletinWork(OwnThread):
    """Does the jobs about bulletins that are due, until stopped; has a thread of its own."""

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], clock: Clock, lock: Path
    ) -> None:
        """Prepare.

        :param handlers: by job kind; those of ``BULLETINS`` are used.
        :param lock: a file that all processes of the machine share; one of them works.
        """
        super().__init__("bulletins")
        self.database, self.handlers, self.clock = database, handlers, clock
        self._lock = lock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:bulletins"

    def turn(self) -> bool:
        """One job at most; tells whether there may be more."""
        with machine_lock(self._lock) as is_ours:
            if not is_ours:
                return False
            taken = run_due_jobs(
                self.database, self.handlers, self._holder, self.clock, at_most=1, only=BULLETINS
            )
        return taken > 0
