"""Signs of life of the threads beside the worker, for the health page."""

import time
from collections.abc import Sequence
from datetime import timedelta

from kb.background import OwnThread
from kb.clock import Clock
from kb.db import Database
from kb.models import WorkerBeat

EVERY_SECONDS = 20.0
PREFIX = "thread:"
NAME = "heartbeats"


class Heartbeats(OwnThread):
    """Writes down now and then when each thread of this process last ended a turn.

    A thread that hangs, or fails at every turn, keeps its old moment; one at a long piece does,
    too, until it ends or shows life.
    """

    def __init__(self, database: Database, clock: Clock, parts: Sequence[OwnThread]) -> None:
        super().__init__(NAME)
        self.database, self.clock = database, clock
        self._parts = (*parts, self)
        self._wrote_at: float | None = None

    def turn(self) -> bool:
        """Write what is known, unless that was done a moment ago; there is never more."""
        clicks = time.monotonic()
        if self._wrote_at is not None and clicks - self._wrote_at < EVERY_SECONDS:
            return False
        now = self.clock()
        self.show_life()
        with self.database.unit_of_work() as session:
            for part in self._parts:
                if part.turned_at is None:
                    continue
                name = f"{PREFIX}{part.name}"
                beat = session.get(WorkerBeat, name) or WorkerBeat(name=name)
                beat.holder = "beside the worker"
                beat.seen_at = now - timedelta(seconds=max(clicks - part.turned_at, 0.0))
                session.add(beat)
        self._wrote_at = clicks
        return False
