"""What a month's figures cost beside one count: ``python -m bench.figures --requests 100000``.

A year of invented requests, and orders for three in ten of them, go into a database of their own:
SQLite in a temporary folder, or a new database on the PostgreSQL server that ``--postgres`` names
(dropped afterwards; ``--keep FOLDER`` keeps either for the next run). Of the middle month the
median time of one ``count(*)`` is measured, of its figures, of its figures with both comparisons,
and of opening one figure; everything is asked ``--rounds`` times in turn, so that a busy machine
slows all of them alike.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, func, select

from bench.figures_records import filled
from kb.bulletins.basis import Basis
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import report
from kb.bulletins.window import Window
from kb.db import Database
from kb.models import CitizenRequest, WorkOrder

MONTH = Period(date(2025, 6, 1), date(2025, 6, 30))
NOW = datetime(2026, 2, 1, tzinfo=UTC)
BAR = 20


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
    parser.add_argument("--keep", type=Path, help="a folder: databases are kept and used again")
    asked = parser.parse_args()
    missed = False
    for requests in asked.requests:
        with filled(asked.postgres, requests, asked.keep) as database:
            orders = _orders(database)
            found = measure(database, asked.rounds)
        ratio = found["figures of the month"] / found["count(*) of the month"]
        print(f"requests: {requests}, orders: {orders}")
        for name, value in found.items():
            print(f"{name}: {value:.1f}" if name != "queries" else f"queries: {value:.0f}")
        print(f"figures / count(*): {ratio:.1f} ({BAR})", flush=True)
        missed = missed or ratio > BAR
    return int(missed)


def _orders(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(WorkOrder)).scalar_one()


if __name__ == "__main__":
    sys.exit(main())
