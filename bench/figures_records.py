"""A year of invented requests, and orders for three in ten, in a database of the bench's own."""

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import JSON, Engine, create_engine, func, insert, literal, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from kb.db import Database
from kb.migrations.run import upgrade
from kb.models import CitizenRequest, Unit, WorkOrder, WorkOrderEvent, WorkOrderUnit

START = datetime(2025, 1, 1, tzinfo=UTC)
_DAYS, _UNITS, _PAGE = 365, 60, 5000
_CATEGORIES = [f"一级{first}/二级{second}" for first in range(14) for second in range(9)]
_PURPOSES = ("consultation",) * 5 + ("help", "help", "complaint", "suggestion", "other")
_CHANNELS = ("电话",) * 12 + ("微信", "网站", "市长信箱")
# So many requests are made one by one, more are copies of them.
_MADE = 50_000


@contextmanager
def filled(postgres: str, requests: int, kept: Path | None) -> Iterator[Database]:
    """A migrated database with so many requests, dropped afterwards unless it is to be kept.

    :param postgres: address of a server on which databases may be made; empty for SQLite.
    :param kept: folder that keeps the SQLite file; with a server any path keeps the database.
    """
    if postgres:
        name = f"yingda_bench_{requests if kept else uuid.uuid4().hex[:8]}"
        with _on_server(postgres, name, is_kept=kept is not None) as database:
            _fill_once(database, requests)
            yield database
        return
    with tempfile.TemporaryDirectory() as passing:
        folder = kept or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(f"sqlite:///{folder / f'figures-{requests}.sqlite3'}")
        _fill_once(database, requests)
        yield database
        database.close()


@contextmanager
def _on_server(postgres: str, name: str, *, is_kept: bool) -> Iterator[Database]:
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    _make(server, name)
    database = Database(make_url(postgres).set(database=name))
    try:
        yield database
    finally:
        database.close()
        if not is_kept:
            with server.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def _make(server: Engine, name: str) -> None:
    with server.connect() as connection:
        known = connection.scalar(
            text("SELECT count(*) FROM pg_database WHERE datname = :name"), {"name": name}
        )
        if not known:
            connection.execute(text(f"CREATE DATABASE {name}"))


def _fill_once(database: Database, requests: int) -> None:
    upgrade(database.engine)
    with database.session() as session:
        # Everything is one transaction: a database has all its rows or none.
        if not session.scalar(select(func.count()).select_from(CitizenRequest)):
            _fill(session, requests, Random(1))
            session.commit()
    _tidy(database)


def _tidy(database: Database) -> None:
    """What the database does by itself overnight: statistics, and the map of visible rows."""
    is_postgres = database.engine.dialect.name == "postgresql"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_postgres:
            connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE" if is_postgres else "ANALYZE"))


def _fill(session: Session, requests: int, random: Random) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
        # The rows are right by construction; checking each key doubles the time.
        session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        insert(Unit), [{"name": f"单位{at}", "kind": "市直部门"} for at in range(_UNITS)]
    )
    units = session.scalars(select(Unit.id).order_by(Unit.id)).all()
    made = min(requests, _MADE)
    for start in range(0, made, _PAGE):
        page = [_request(at, made, random) for at in range(start, min(start + _PAGE, made))]
        sent = [_order(row, random.choice(units), random) for row in page if _is_sent(row)]
        session.execute(insert(CitizenRequest.__table__), page)
        session.execute(insert(WorkOrder.__table__), sent)
    for copy in range(1, requests // made):
        for model, shifted in ((CitizenRequest, ("id",)), (WorkOrder, ("id", "request_id"))):
            _copy(session, model.__table__, shifted, copy, made)
    _add_parts(session)


def _copy(session: Session, table: Any, shifted: Sequence[str], copy: int, made: int) -> None:
    """The rows made at first once more, under numbers of their own: many times quicker."""
    values = {column.name: column for column in table.columns if column.computed is None}
    values |= {name: values[name] + copy * made for name in shifted}
    values["number"] = values["number"].concat(f"-{copy}")
    rows = select(*values.values()).where(table.c.id <= made)
    session.execute(insert(table).from_select(list(values), rows, include_defaults=False))


def _add_parts(session: Session) -> None:
    """The lead's part of every order and the events that figures ask for, copied in place."""
    order = WorkOrder
    part = select(order.id, literal(0), order.unit_id, literal("lead"), order.dispatched_at)
    names = ["order_id", "ordinal", "unit_id", "role", "since"]
    session.execute(insert(WorkOrderUnit.__table__).from_select(names, part))
    names = ["order_id", "seq", "kind", "at", "data"]
    for seq, kind, every in ((1, "resolved", 1), (2, "sent_back", 30)):
        event = select(
            order.id, literal(seq), literal(kind), order.resolved_at, literal({}, JSON)
        ).where(order.id % every == 0)
        session.execute(insert(WorkOrderEvent.__table__).from_select(names, event))


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
        "channel": request["channel"],
        "request_outcome": request["outcome"],
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
        "event_count": 2,
    }
