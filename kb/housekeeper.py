"""The housekeeper: does what was asked for on the health page, beside the worker.

Each chore is the command one could give in a terminal, in a process of its own of low priority,
so that neither indexing nor a page waits for it, and one that dies takes nothing with it.
"""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kb.background import OwnThread, machine_lock
from kb.backups.own_folder import new_file
from kb.clock import Clock
from kb.db import Database
from kb.models import Job
from kb.services.housekeeping import (
    BACKUP,
    CHECK_DATABASE,
    CHECK_INDEX,
    CHORES,
    REBUILD_INDEX,
    TIDY,
)
from kb.services.jobs import LEASE, MAX_ERROR, finish_job, give_up, take_job

log = logging.getLogger(__name__)
TOUCH_SECONDS = 30.0
_KB = (sys.executable, "-m", "kb")
# Exit statuses that are an answer, not a failure: a comparison that found something.
_ANSWERS = {CHECK_INDEX: (0, 1), CHECK_DATABASE: (0, 1)}

CommandOf = Callable[[str], Sequence[str]]


def commands(data_folder: Path, clock: Clock) -> CommandOf:
    """The command of each chore."""

    def command_of(kind: str) -> Sequence[str]:
        if kind == BACKUP:
            return (*_KB, "backup", str(new_file(data_folder, clock())))
        plain: Mapping[str, str] = {
            CHECK_INDEX: "check-index",
            REBUILD_INDEX: "rebuild-index",
            CHECK_DATABASE: "check-database",
            TIDY: "tidy",
        }
        return (*_KB, plain[kind])

    return command_of


class Housekeeper(OwnThread):
    """Does the chores that were asked for, one at a time on the machine, until stopped."""

    def __init__(self, database: Database, command_of: CommandOf, clock: Clock, lock: Path) -> None:
        """Prepare.

        :param command_of: chore → what to run, with the environment of this process.
        :param lock: a file that all processes of the machine share; one of them works.
        """
        super().__init__("housekeeping")
        self.database, self.clock = database, clock
        self._command_of, self._lock = command_of, lock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:housekeeping"

    def turn(self) -> bool:
        """One chore at most; tells whether there was one."""
        with machine_lock(self._lock) as is_ours:
            if not is_ours:
                return False
            with self.database.unit_of_work() as session:
                job = take_job(session, self._holder, self.clock(), only=tuple(CHORES))
            if job is None:
                return False
            self._do(job)
        return True

    def _do(self, job: Job) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            self._command_of(job.kind),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.setpriority(os.PRIO_PROCESS, process.pid, 10)
        while True:
            try:
                _, said = process.communicate(timeout=TOUCH_SECONDS)
                break
            except subprocess.TimeoutExpired:
                self._touch(job.id)
        # A chore that failed is not tried again by itself: somebody looks and asks anew.
        with self.database.unit_of_work() as session:
            if process.returncode in _ANSWERS.get(job.kind, (0,)):
                finish_job(session, job.id, self.clock())
                return
            error = said.strip()[-MAX_ERROR:] or f"exit status {process.returncode}"
            give_up(session.get_one(Job, job.id), error, self.clock())
        log.warning("%s failed: %s", job.kind, said[-500:])

    def _touch(self, job_id: int) -> None:
        """Keep the lease, and show that the thread is alive."""
        self.show_life()
        with self.database.unit_of_work() as session:
            session.get_one(Job, job_id).lease_until = self.clock() + LEASE
