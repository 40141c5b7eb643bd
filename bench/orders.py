"""Random command sequences on orders: ``python -m bench.orders --sequences 1000000``.

Every sequence is decided command by command by the engine; after each event an independent
checker (``bench.order_checks``) looks for an illegal step, an order without exactly one accountable
unit, or a clock that stopped or moved for no approved reason. The events go through JSON, as the
database keeps them, and are folded anew: every state on the way must come out the same. A sample
is written to a real SQLite database and compared with its stored projection.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.order_checks import Ledger, violations
from bench.order_walks import RAISED_BY, START, Walk
from kb.errors import KbError
from kb.work_orders.commands import decide
from kb.work_orders.events import Event, EventKind
from kb.work_orders.fold import apply
from kb.work_orders.permissions import require
from kb.work_orders.state import State

_CHUNK = 500
MAX_SHOWN = 20


@dataclass
class Tally:
    """What a run did and found."""

    sequences: int = 0
    events: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another run's figures in."""
        self.sequences += other.sequences
        self.events += other.events
        self.refusals += other.refusals
        self.kinds += other.kinds
        self.steps += other.steps
        self.faults = (self.faults + other.faults)[:MAX_SHOWN]


def run_one(seed: str, tally: Tally) -> list[Event]:
    """Walk one order; its events."""
    walk, ledger = Walk(seed), Ledger()
    state = State()
    events, states = [Event(EventKind.ACCEPTED, START, RAISED_BY, {})], []
    state = apply(state, events[0])
    states.append(state)
    for _ in range(walk.length):
        kind, at, actor, data = walk.command(state)
        try:
            require(kind, state, actor)
            event = decide(state, kind, actor_id=actor.user_id, at=at, data=data)
        except KbError as refused:
            tally.refusals[refused.code] += 1
            continue
        after = apply(state, event)
        found = violations(state, event, after, ledger)
        tally.faults += [f"{seed} event {len(events)} {event.kind.value}: {one}" for one in found]
        state = after
        events.append(event)
        states.append(state)
        tally.kinds[event.kind.value] += 1
    tally.faults += [f"{seed}: {one}" for one in _unclosable(state, walk.now)]
    tally.faults += [f"{seed} recomputed: {one}" for one in _recomputed(events, states)]
    tally.faults = tally.faults[:MAX_SHOWN]
    tally.sequences += 1
    tally.events += len(events)
    tally.steps[state.step.value] += 1
    return events


def _unclosable(state: State, at: datetime) -> list[str]:
    """The 督办单 that were answered and that nobody can close any more."""
    found = []
    for one in state.supervisions:
        if one.answered_at is not None and one.closed_at is None:
            try:
                data = {"number": one.number}
                decide(state, EventKind.SUPERVISION_CLOSED, actor_id=1, at=at, data=data)
            except KbError as refused:
                found.append(f"督办单 {one.number} can never be closed: {refused}")
    return found


def _recomputed(events: Sequence[Event], states: Sequence[State]) -> list[str]:
    """Where the events, as stored, add up to another state than the one kept on the way."""
    as_stored = [[event.kind.value, event.at.isoformat(), event.data] for event in events]
    state, found = State(), []
    for number, (kind, at, data) in enumerate(json.loads(json.dumps(as_stored))):
        event = Event(EventKind(kind), datetime.fromisoformat(at), events[number].actor_id, data)
        state = apply(state, event)
        if state != states[number]:
            found.append(f"state after event {number} differs")
    return found


def _chunk(job: tuple[int, int, int]) -> Tally:
    seed, first, last = job
    tally = Tally()
    for number in range(first, last):
        run_one(f"{seed}:{number}", tally)
    return tally


def run(sequences: int, *, seed: int = 1, processes: int = 1) -> Tally:
    """Walk many orders, in several processes."""
    jobs = [(seed, first, min(first + _CHUNK, sequences)) for first in range(0, sequences, _CHUNK)]
    total = Tally()
    if processes == 1:
        for job in jobs:
            total.add(_chunk(job))
        return total
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for number, tally in enumerate(pool.imap_unordered(_chunk, jobs), start=1):
            total.add(tally)
            if number % 100 == 0:
                print(f"{total.sequences} of {sequences}", file=sys.stderr, flush=True)
    return total


def main() -> int:
    """The command; 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--stored", type=int, default=200, help="how many also in SQLite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    began = time.monotonic()
    tally = run(asked.sequences, seed=asked.seed, processes=asked.processes)
    from bench.order_storing import store

    with tempfile.TemporaryDirectory() as folder:
        walks = [run_one(f"{asked.seed}:{number}", Tally()) for number in range(asked.stored)]
        stored, differing = store(walks, Path(folder) / "orders.sqlite3")
    _say(tally, stored, differing, time.monotonic() - began)
    return 1 if tally.faults or differing else 0


def _say(tally: Tally, stored: int, differing: list[str], seconds: float) -> None:
    lines = [
        f"sequences: {tally.sequences}",
        f"events: {tally.events}",
        f"refused commands: {sum(tally.refusals.values())} {dict(tally.refusals)}",
        f"kinds of events reached: {len(tally.kinds) + 1} of {len(EventKind)}",
        f"last steps: {dict(tally.steps)}",
        f"violations: {len(tally.faults)} (0)",
        f"states stored and compared: {stored}",
        f"stored projections that differ: {len(differing)} (0)",
        f"seconds: {seconds:.0f}",
        *tally.faults,
        *differing[:MAX_SHOWN],
        "events by kind: " + ", ".join(f"{k} {n}" for k, n in sorted(tally.kinds.items())),
    ]
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
