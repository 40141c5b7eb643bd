"""Is everything that is found in force? ``python -m bench.chains --chains 200``

Plants replacement chains through the real services and the real index, asks each on the day
before, of and after every switch, and then switches entries while fifty clients search.

A hit is in force when the entry, with the version shown, holds on the day asked by the planted
truth. A ghost is a hit on an entry whose replacement was committed before the search began, or an
old and a new entry in one answer; a gap is an answer with neither.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.chain_plan import TODAY, Chain, Step, plan
from kb.actor import Actor
from kb.db import Base, Database
from kb.models import KnowledgeItem, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services.entries import Content, PlannedLink, create_entry, create_version
from kb.services.publishing import publish
from kb.services.questions import Answers, Question
from kb.services.search import SearchService
from kb.terms import KnowledgeKind, LinkKind, Role

EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
NOW = datetime(2026, 5, 7, 2, 0, tzinfo=UTC)
LIMIT = 20
# As many searches run at once as the server has threads for; the other clients wait in its queue.
SERVING_THREADS = 8
# Between two questions of one client, and between two switches. Clients without a pause would
# measure how fifty threads share one interpreter, not what they are shown.
PAUSE_SECONDS, SWITCH_SECONDS = 0.4, 0.8


@dataclass
class Figures:
    """What was measured; every count but ``hits``, ``days`` and ``searches`` should be 0."""

    days: int = 0
    hits: int = 0
    out_of_force: int = 0
    missing: int = 0
    searches: int = 0
    ghosts: int = 0
    both: int = 0
    gaps: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


class Town:
    """A database, both indexes and one unit in a folder."""

    def __init__(self, folder: Path, clients: int) -> None:
        # A connection for each client, the worker and the publisher.
        self.database = Database(f"sqlite:///{folder / 'kb.db'}", pool_size=clients + 4)
        Base.metadata.create_all(self.database.engine)
        self.indexes = Indexes(folder / "indexes", WhooshFactory())
        ensure_built(self.database, self.indexes, lambda: NOW)
        self.service = SearchService(self.indexes, self.database)
        with self.database.unit_of_work() as session:
            unit = Unit(name="云汀市城市管理局", aliases=[])
            session.add(unit)
        self.unit_id = unit.id

    def plant(self, chain: Chain, number: int) -> None:
        """Publish one step of a chain, with what it does to the one before."""
        step = chain.steps[number]
        before = chain.items[-1] if chain.items else 0
        links: tuple[PlannedLink, ...] = ()
        if step.kind in set(LinkKind):
            links = (PlannedLink(LinkKind(step.kind), before, step.day),)
        content = Content(
            kind=KnowledgeKind.POLICY,
            title=f"{chain.topic}管理规定（第 {number + 1} 稿）",
            body=chain.text(number),
            valid_from=step.day,
            links=links,
        )
        with self.database.unit_of_work() as session:
            if step.kind == "version":
                item = session.get_one(KnowledgeItem, before)
                version = create_version(session, item, content=content, actor=EDITOR, now=NOW)
            else:
                unit = session.get_one(Unit, self.unit_id)
                version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
            publish(session, version, actor=EDITOR, now=NOW)
            chain.items.append(version.item_id)

    def index(self) -> None:
        """Apply what waits for the indexes."""
        drain_all(self.database, self.indexes)

    def ask(self, text: str, day: date) -> Answers:
        """What an agent is shown for a question about a day."""
        with self.database.reading() as session:
            return self.service.find(session, Question(text, day, limit=LIMIT), EDITOR)

    def close(self) -> None:
        """Give everything back."""
        self.indexes.close()
        self.database.close()


def shown(answers: Answers) -> set[tuple[int, int]]:
    """The entries and versions of an answer."""
    return {(found.item.id, found.version.number) for found in answers.found}


def check_days(town: Town, chains: list[Chain], figures: Figures) -> None:
    """Ask every chain around every switch and compare with the planted truth."""
    for chain in chains:
        for day in chain.days:
            found = shown(town.ask(f"{chain.topic}标准", day))
            holding = set().union(*(other.in_force(day) for other in chains))
            figures.days += 1
            figures.hits += len(found)
            figures.out_of_force += len(found - holding)
            figures.missing += len(chain.in_force(day) - found)


def switch_live(town: Town, chains: list[Chain], figures: Figures, clients: int) -> None:
    """Publish a successor of each chain's entry while ``clients`` threads go on searching."""
    switched: set[str] = set()  # the topics whose replacement was committed
    olds = {chain.topic: chain.items[0] for chain in chains}
    stop, serving = threading.Event(), threading.Semaphore(SERVING_THREADS)

    def client(offset: int) -> None:
        turn = offset
        while not stop.is_set():
            chain = chains[turn % len(chains)]
            turn += 1
            stop.wait(PAUSE_SECONDS)
            with serving:
                # Told before the search begins, not before the client gets in line.
                was_switched = chain.topic in switched
                answers = town.ask(f"{chain.topic}标准", TODAY)
            ids = {item_id for item_id, _ in shown(answers)}
            _judge(figures, ids, olds[chain.topic], chain, was_switched=was_switched)

    def worker() -> None:
        while not stop.is_set():
            town.index()
            time.sleep(0.2)

    with ThreadPoolExecutor(clients + 1) as pool:
        running = [pool.submit(client, number) for number in range(clients)]
        running.append(pool.submit(worker))
        try:
            for chain in chains:
                time.sleep(SWITCH_SECONDS)
                town.plant(chain, 1)
                switched.add(chain.topic)
            time.sleep(1.0)
        finally:
            stop.set()
    for one in running:
        one.result()  # a client that failed fails the measurement


def _judge(figures: Figures, ids: set[int], old: int, chain: Chain, *, was_switched: bool) -> None:
    new = chain.items[1] if len(chain.items) > 1 else 0
    with figures.lock:
        figures.searches += 1
        figures.both += old in ids and new in ids
        figures.ghosts += was_switched and old in ids
        figures.gaps += not any(found in ids for found in (old, new))


def measure(
    folder: Path, chains: int, switches: int, clients: int, tell: Callable[[str], None]
) -> Figures:
    """Plant, check every day, then switch under load."""
    figures, town = Figures(), Town(folder, clients)
    try:
        planned = list(plan(chains))
        for chain in planned:
            for number in range(len(chain.steps)):
                town.plant(chain, number)
        town.index()
        tell(f"entries and versions planted: {sum(len(chain.items) for chain in planned)}")
        check_days(town, planned, figures)
        wrong = f"out of force: {figures.out_of_force}; missing: {figures.missing}"
        tell(f"days asked: {figures.days}; hits: {figures.hits}; {wrong}")
        live = [
            Chain(
                f"{letter}号楼加装电梯补贴",
                (Step("first", TODAY - timedelta(days=90)), Step("supersedes", TODAY)),
            )
            for letter in "甲乙丙丁戊己庚辛壬癸"[:switches]
        ]
        for chain in live:
            town.plant(chain, 0)
        town.index()
        switch_live(town, live, figures, clients)
    finally:
        town.close()
    return figures


def main() -> int:
    """Print the figures with their bars; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chains", type=int, default=200)
    parser.add_argument("--switches", type=int, default=10)
    parser.add_argument("--clients", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), given.chains, given.switches, given.clients, print)
    share = 100 * (figures.hits - figures.out_of_force) / max(figures.hits, 1)
    print(f"chains: {given.chains}")
    print(f"hits in force on the day asked: {share:.2f} % (bar 100 %)")
    print(f"entries in force but not found: {figures.missing} (bar 0)")
    print(
        f"searches by {given.clients} clients during {given.switches} switches: {figures.searches}"
    )
    print(f"ghost hits, old entry after its replacement: {figures.ghosts} (bar 0)")
    print(f"answers with both old and new: {figures.both} (bar 0)")
    print(f"answers with neither: {figures.gaps} (bar 0)")
    bad = (figures.out_of_force, figures.missing, figures.ghosts, figures.both, figures.gaps)
    return 1 if any(bad) else 0


if __name__ == "__main__":
    sys.exit(main())
