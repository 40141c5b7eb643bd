"""Background threads beside the worker: turn after turn until stopped, one of a machine at work."""

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
AWAY_SECONDS = 5.0


class OwnThread:
    """Work that takes turns in a thread of its own until stopped."""

    def __init__(self, name: str) -> None:
        """Prepare.

        :param name: of the work, for the log and the thread.
        """
        self.name = name
        self.turned_at: float | None = None  # monotonic; None before the first turn has ended
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name=f"yingda-{name}", daemon=True)

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def stop(self, wait_seconds: float = 0.0) -> None:
        """Ask the thread to end after the piece in hand; one cut off is taken up again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    def run(self) -> None:
        """Work until stopped. What goes wrong is logged and tried again after a pause."""
        keep_turning(self.name, self._one_turn, self._stop)

    def _one_turn(self) -> bool:
        may_go_on = self.turn()
        self.show_life()
        return may_go_on

    def show_life(self) -> None:
        """Say that the work goes on; called after every turn, and within a long one."""
        self.turned_at = time.monotonic()

    def turn(self) -> bool:
        """Do a piece of work; tells whether there may be more."""
        raise NotImplementedError


def keep_turning(name: str, turn: Callable[[], bool], stop: threading.Event) -> None:
    """Take turns until ``stop`` is set; what goes wrong is logged and tried again after a pause.

    :param name: of the thread's work, for the log.
    :param turn: does a piece of work and tells whether there may be more.
    """
    while not stop.is_set():
        try:
            pause = 0.0 if turn() else POLL_SECONDS
        except OperationalError as error:
            log.warning("database away, %s waits", name, exc_info=error)
            pause = AWAY_SECONDS
        except Exception:  # the entrance of the background thread
            log.exception("%s stumbled, goes on", name)
            pause = AWAY_SECONDS
        stop.wait(pause)


@contextmanager
def machine_lock(path: Path) -> Iterator[bool]:
    """Tell whether this is the one process of the machine that may go on; given back at the end.

    The system gives it back when the process dies.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
