"""Works waiting periods out beside the worker: each in a process of its own, of low priority.

Indexing and answering share the interpreter of the web process and must not wait for it.
"""

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kb.background import OwnThread, machine_lock
from kb.db import Database
from kb.services.matter_rounds import give_back, has_waiting

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "kb", "find-matters")


class MatterFinder(OwnThread):
    """Looks for what waits until stopped; a process at work then ends by itself."""

    def __init__(self, database: Database, lock: Path, command: Sequence[str] = COMMAND) -> None:
        """Prepare.

        :param lock: a file that all processes of the machine share; one of them works.
        :param command: works out everything that waits, with the environment of this process.
        """
        super().__init__("matters")
        self.database, self._lock, self._command = database, lock, command

    def turn(self) -> bool:
        """Have everything that waits worked out; tells whether it was.

        A command that fails is tried again after the pause between turns.
        """
        with machine_lock(self._lock) as is_ours:
            if not is_ours:
                return False
            give_back(self.database)
            if not has_waiting(self.database):
                return False
            done = subprocess.run(self._command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
            if done.returncode:
                log.warning("hot matters were not worked out: %s", done.stderr[-500:])
        return done.returncode == 0
