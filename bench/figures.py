"""What a month's figures cost beside one count: ``python -m bench.figures --requests 100000``.

A year of invented requests, and orders for three in ten of them, go into a database of their own:
SQLite in a temporary folder, or a new database on the PostgreSQL server that ``--postgres`` names
(dropped afterwards). Of the middle month the median time of one ``count(*)`` is measured, of its
figures, of its figures with both comparisons, and of opening one figure; everything is asked
``--rounds`` times in turn, so that a busy machine slows all of them alike.
"""

import argparse
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import create_engine, event, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import report
from kb.bulletins.window import Window
from kb.db import Database
from kb.migrations.run import upgrade
from kb.models import CitizenRequest, Unit, WorkOrder, WorkOrderEvent, WorkOrderUnit

START = datetime(2025, 1, 1, tzinfo=UTC)
MONTH = Period(date(2025, 6, 1), date(2025, 6, 30))
NOW = datetime(2026, 2, 1, tzinfo=UTC)
BAR = 20
_DAYS, _UNITS, _PAGE = 365, 60, 5000
_CATEGORIES = [f"一级{first}/二级{second}" for first in range(14) for second in range(9)]
_PURPOSES = ("consultation",) * 5 + ("help", "help", "complaint", "suggestion", "other")
_CHANNELS = ("电话",) * 12 + ("微信", "网站", "市长信箱")
_EVENTS = ("accepted", "dispatched", "acknowledged", "replied", "resolved", "followed_up")


def fill(session: Session, requests: int, random: Random) -> int:
    """Invented records of a year; returns how many orders."""
    session.execute(
        insert(Unit), [{"name": f"单位{at}", "kind": "市直部门"} for at in range(_UNITS)]
    )
    units = session.scalars(select(Unit.id).order_by(Unit.id)).all()
    orders = 0
    for start in range(0, requests, _PAGE):
        page = [_request(at, requests, random) for at in range(start, min(start + _PAGE, requests))]
        session.execute(insert(CitizenRequest), page)
        sent = [_order(row, random.choice(units), random) for row in page if _is_sent(row)]
        session.execute(insert(WorkOrder), sent)
        session.execute(insert(WorkOrderUnit), [_part(row) for row in sent])
        session.execute(
            insert(WorkOrderEvent),
            [
                {
                    "order_id": row["id"],
                    "seq": seq,
                    "kind": kind,
                    "at": row["created_at"],
                    "data": {},
                }
                for row in sent
                for seq, kind in enumerate(_EVENTS, 1)
            ],
        )
        orders += len(sent)
    session.commit()
    return orders


def _is_sent(row: dict[str, Any]) -> bool:
    return bool(row["outcome"] == "handed_over")


def _request(at: int, requests: int, random: Random) -> dict[str, Any]:
    received = START + timedelta(days=_DAYS) * (at / requests)
    chance = random.random()
    outcome = "handed_over" if chance < 0.3 else "invalid" if chance < 0.33 else "online"
    return {
        "id": at + 1,
        "number": f"B{at:08d}",
        "received_at": received,
        "channel": random.choice(_CHANNELS),
        "line": "营商环境" if random.random() < 0.02 else "综合",
        "purpose": random.choice(_PURPOSES),
        # Few matters are many, as in life.
        "category": _CATEGORIES[int(len(_CATEGORIES) * random.random() ** 3)],
        "region": f"区{random.randrange(12)}",
        "title": f"关于第 {at} 件事的诉求",
        "content": "市民反映的情况，约一百字。" * 8,
        "outcome": outcome,
        "resolved_at": received + timedelta(minutes=6) if outcome == "online" else None,
    }


def _order(request: dict[str, Any], unit_id: int, random: Random) -> dict[str, Any]:
    sent = request["received_at"] + timedelta(minutes=20)
    resolved = sent + timedelta(hours=random.expovariate(1 / 40))
    return {
        "id": request["id"],
        "number": f"{request['number']}-1",
        "request_id": request["id"],
        "created_at": sent,
        "received_at": request["received_at"],
        "state": "resolved",
        "unit_id": unit_id,
        "accountable_unit_id": unit_id,
        "category": request["category"],
        "dispatched_at": sent,
        "acknowledge_due_at": sent + timedelta(days=1),
        "acknowledged_at": sent + timedelta(hours=random.expovariate(1 / 5)),
        "due_at": sent + timedelta(days=5),
        "resolved_at": resolved,
        "followed_up_at": resolved + timedelta(days=1),
        "satisfaction": random.choice(("satisfied",) * 8 + ("fairly", "dissatisfied")),
        "returns": int(random.random() < 0.03),
        "event_count": len(_EVENTS),
    }


def _part(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_id": order["id"],
        "ordinal": 0,
        "unit_id": order["unit_id"],
        "role": "lead",
        "since": order["dispatched_at"],
    }


@contextmanager
def opened(postgres: str) -> Iterator[Database]:
    """A migrated database of this run's own."""
    if not postgres:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'figures.sqlite3'}")
            upgrade(database.engine)
            yield database
            database.close()
        return
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    name = f"yingda_bench_{uuid.uuid4().hex[:8]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(make_url(postgres).set(database=name))
    try:
        upgrade(database.engine)
        yield database
    finally:
        database.close()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def _tidy(database: Database) -> None:
    """What the database does by itself overnight: statistics, and the map of visible rows."""
    is_postgres = database.engine.dialect.name == "postgresql"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if is_postgres else "ANALYZE"))


def measure(database: Database, rounds: int) -> dict[str, float]:
    """Median milliseconds of each thing, and how many queries the figures take."""
    window = Window.of(MONTH, Basis(), NOW)
    month = (CitizenRequest.received_at >= MONTH.start) & (CitizenRequest.received_at < MONTH.end)
    count = select(func.count()).select_from(CitizenRequest).where(month)
    with database.reading() as session:
        jobs: dict[str, Callable[[], Any]] = {
            "count(*) of the month": lambda: session.execute(count).scalar_one(),
            "figures of the month": lambda: report(session, window, compared=False, detailed=False),
            "with comparisons, library and clocks": lambda: report(session, window),
            "records behind one figure": lambda: records_of(
                session, window, "by_unit/单位3/overdue_resolved"
            ),
        }
        taken: dict[str, list[float]] = {name: [] for name in jobs}
        for at in range(rounds + 1):
            for name, job in jobs.items():
                began = time.perf_counter()
                job()
                if at:  # the first time reads the disk and prepares the statements
                    taken[name].append((time.perf_counter() - began) * 1000)
        found = {name: median(values) for name, values in taken.items()}
        queries: list[str] = []
        event.listen(
            database.engine, "before_cursor_execute", lambda *given: queries.append(given[2])
        )
        report(session, window, compared=False, detailed=False)
    return found | {"queries": len(queries)}


def main() -> int:
    """The command; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgres", default="", help="a server on which databases may be made")
    asked = parser.parse_args()
    missed = False
    for requests in asked.requests:
        with opened(asked.postgres) as database:
            with database.session() as session:
                orders = fill(session, requests, Random(1))
            _tidy(database)
            found = measure(database, asked.rounds)
        ratio = found["figures of the month"] / found["count(*) of the month"]
        print(f"requests: {requests}, orders: {orders}")
        for name, value in found.items():
            print(f"{name}: {value:.1f}" if name != "queries" else f"queries: {value:.0f}")
        print(f"figures / count(*): {ratio:.1f} ({BAR})")
        missed = missed or ratio > BAR
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
