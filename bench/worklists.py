"""How fast worklists open with many open orders: ``python -m bench.worklists --orders 20000``.

Two databases are filled, one with 200 open orders, one with ``--orders``; every worklist is opened
in both by turns, through the application, by somebody whose list it is. Printed are the queries
of a page, the rows of its table and its p95 in the large one relative to the small one.
``--database`` names a PostgreSQL server on this machine on which two databases are made and
dropped; without it SQLite files are used. Times are processor time, the server's included, so that
other work on the machine does not count. Each page is opened at least 60 times, so that its p95
is not its slowest call, which a collection of garbage or a checkpoint falls on by chance; the two
databases take turns at going first.
"""

import argparse
import gc
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from bench.open_orders import PASSWORD, People, fill, settle
from bench.order_lives import NOW
from kb.calendar import seed_calendar
from kb.db import Database
from kb.migrations.run import upgrade
from kb.profile import Profile
from kb.queries.unit_orders import Tray
from kb.services.orders.projecting import check_orders
from kb.terms import Role
from webapp import create_app
from webapp.settings import Settings

SMALL, MAX_QUERIES, MAX_RATIO = 200, 10, 2.0
# Of fewer calls the p95 is the slowest or the one before it.
LEAST_TIMES = 60
# What the first calls fill: statements, templates, the server's plans.
WARM_UP = 3
_DISPATCH = (
    *("accepted", "asks", "hard", "centre_review", "overdue", "dispatched", "acknowledged"),
    *("unit_review", "resolved", "archived", "merged", "cancelled", "all"),
)


@dataclass
class City:
    """One filled database and its application, with somebody logged in for each role."""

    database: Database
    clients: dict[Role, FlaskClient]
    server: set[int]
    statements: list[str] = field(default_factory=list)

    def note(self, statement: str) -> None:
        """Count a statement, the beginning of a transaction left out."""
        if not statement.startswith("BEGIN"):
            self.statements.append(statement)

    def open(self, role: Role, path: str) -> tuple[float, int, int]:
        """Milliseconds, queries and table rows of a page.

        :raises SystemExit: it does not open.
        """
        self.statements.clear()
        start = self._meter()
        answer = self.clients[role].get(path)
        taken = (self._meter() - start) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        return taken, len(self.statements), max(0, answer.text.count("<tr") - 1)

    def _meter(self) -> float:
        """Seconds of processor time of this process, SQLite's included, and of the server's."""
        spent = [Path(f"/proc/{pid}/schedstat").read_text().split()[0] for pid in self.server]
        return time.process_time() + sum(map(int, spent)) / 1e9


def city(database: Database, orders: int, folder: Path) -> City:
    """Fill a database, check what was written, and open the application on it."""
    server = _processes(database)
    upgrade(database.engine)
    with database.unit_of_work() as session:
        seed_calendar(session)
        people = settle(session)
        total = fill(session, people, orders)
    with database.reading() as session:
        report = check_orders(session)
    if report.differences or report.checked != total:
        raise SystemExit(f"stored orders are not what their events say: {report.differences[:3]}")
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as one:
            one.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself within minutes
    print(f"{database.engine.dialect.name}: {total} orders stored, recomputed equal", flush=True)
    settings = Settings.from_env({"KB_DATA": str(folder), "KB_RATE_LIMITS": "off"})
    app = create_app(settings, database, clock=lambda: NOW, profile=Profile(city="云汀市"))
    app.testing = True
    made = City(database, _log_in(app, people), server)
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_more: made.note(statement),
    )
    return made


def _processes(database: Database) -> set[int]:
    """The server's processes of the connections made from now on; their work is kept in them."""
    found: set[int] = set()

    def note(connection: Any, _record: object) -> None:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.commit()
        found.add(connection.info.backend_pid)

    if database.engine.dialect.name == "postgresql":
        event.listen(database.engine, "connect", note)
    return found


def _log_in(app: Flask, people: People) -> dict[Role, FlaskClient]:
    clients = {}
    for role, name in people.names.items():
        client = app.test_client()
        token = client.get("/login").text.split('name="csrf_token" value="', 1)[1].split('"')[0]
        form = {"csrf_token": token, "username": name, "password": PASSWORD}
        if client.post("/login", data=form).status_code != 302:
            raise SystemExit(f"{name} cannot log in")
        clients[role] = client
    return clients


def pages(app: Flask) -> list[tuple[Role, str]]:
    """Every worklist with the role whose list it is."""
    found = [(Role.DISPATCHER, f"/dispatch?state={state}") for state in _DISPATCH]
    found += [(Role.DISPATCHER, f"/dispatch?state=all&sort={one}") for one in ("-due", "unit")]
    found.append((Role.DISPATCHER, "/dispatch?state=acknowledged&sort=-unit"))
    found.append((Role.FOLLOW_UP_AGENT, "/dispatch?state=follow_up"))
    found += [(Role.UNIT_REVIEWER, f"/units/orders?list={tray.value}") for tray in Tray]
    found.append((Role.UNIT_REVIEWER, "/units/orders?list=all&sort=-due"))
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    if "supervision.orders" in known:
        from kb.queries.supervised_orders import Watch

        found += [(Role.SUPERVISOR, f"/supervise/orders?list={one.value}") for one in Watch]
        found.append((Role.SUPERVISOR, "/supervise/orders?list=over&sort=unit"))
        found += [
            (Role.SUPERVISOR, f"/supervise/{name}")
            for name in ("papers?state=open", "papers?state=all", "declined", "returns")
        ]
    if "follow_up.home" in known:
        from kb.queries.follow_ups import Pile

        found += [(Role.FOLLOW_UP_AGENT, f"/follow-up?pile={one.value}") for one in Pile]
    return found


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


@contextmanager
def databases(server: str | None, folder: Path) -> Iterator[tuple[Database, Database]]:
    """Two empty databases, gone afterwards."""
    if server is None:
        pair = [Database(f"sqlite:///{folder}/{name}.sqlite3") for name in ("small", "large")]
        yield pair[0], pair[1]
        for one in pair:
            one.close()
        return
    names = [f"yingda_bench_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    for name in names:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    pair = [Database(make_url(server).set(database=name)) for name in names]
    try:
        yield pair[0], pair[1]
    finally:
        for one, name in zip(pair, names, strict=True):
            one.close()
            with engine.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()


def measure(small: City, large: City, role: Role, path: str, times: int) -> tuple[str, bool]:
    """One line about a worklist, and whether it keeps the bars."""
    figures: tuple[list[float], list[float]] = ([], [])
    most, rows = 0, [0, 0]
    gc.collect()
    for turn in range(WARM_UP + times):
        for place in (0, 1) if turn % 2 else (1, 0):
            taken, queries, rows[place] = (small, large)[place].open(role, path)
            most = max(most, queries)
            if turn >= WARM_UP:
                figures[place].append(taken)
    ratio = p95(figures[1]) / p95(figures[0])
    is_kept = most <= MAX_QUERIES and ratio <= MAX_RATIO
    return (
        f"{'ok  ' if is_kept else 'OVER'} {role.value} {path}: queries {most} (bar ≤ {MAX_QUERIES})"
        f", rows {rows[0]} → {rows[1]}, p95 {p95(figures[0]):.0f} → {p95(figures[1]):.0f} ms"
        f", ×{ratio:.2f} (bar ≤ {MAX_RATIO}), median"
        f" {median(figures[0]):.0f} → {median(figures[1]):.0f} ms"
    ), is_kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a worklist; 1 when one does not keep the bars."""
    parser = argparse.ArgumentParser(prog="bench.worklists", description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument(
        "--times", type=int, default=LEAST_TIMES, help="how often each page is opened"
    )
    parser.add_argument("--database", help="a PostgreSQL server, postgresql+psycopg://…/postgres")
    parser.add_argument("--only", default="", help="only addresses that contain this")
    asked = parser.parse_args(arguments)
    if asked.times < LEAST_TIMES:
        parser.error(f"--times must be at least {LEAST_TIMES}: a p95 of fewer calls is chance")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases(asked.database, folder) as (first, second):
            small, large = city(first, SMALL, folder), city(second, asked.orders, folder)
            gc.collect()
            gc.freeze()  # what filling left behind is nobody's page
            over = 0
            app = next(iter(small.clients.values())).application
            for role, path in pages(app):
                if asked.only in path:
                    line, is_kept = measure(small, large, role, path, asked.times)
                    over += not is_kept
                    print(line, flush=True)
    print(f"worklists over a bar: {over} (bar 0)")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
