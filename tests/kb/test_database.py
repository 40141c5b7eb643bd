"""How the database is opened: settings that keep what was acknowledged."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text

from kb.db import Database, wal_is_safe
from kb.models import CitizenRequest, Setting, Unit
from kb.services.numbering import next_number

NOON = datetime(2026, 5, 7, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_wal_is_used_only_on_libraries_without_the_reset_bug(
    version: tuple[int, int, int], is_safe: bool
) -> None:
    assert wal_is_safe(version) is is_safe


def test_every_sqlite_connection_synchronises_fully(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with database.engine.connect() as connection:
        pragma = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
        mode = connection.execute(text("PRAGMA journal_mode")).scalar()
    database.close()
    assert pragma["synchronous"] == (2 if mode == "wal" else 3)
    assert (pragma["foreign_keys"], pragma["secure_delete"]) == (1, 1)
    assert pragma["busy_timeout"] == 10000


def test_a_unit_of_work_is_all_or_nothing(any_database: Database) -> None:
    with pytest.raises(RuntimeError, match="stop"), any_database.unit_of_work() as session:
        session.add(Unit(name="半途局"))
        session.flush()
        raise RuntimeError("stop")
    with any_database.reading() as session:
        assert session.scalars(select(Unit)).all() == []


def test_an_instant_comes_back_aware_and_in_utc(any_database: Database) -> None:
    from kb.models import CalendarYear, WorkerBeat

    shanghai = timezone(timedelta(hours=8))
    with any_database.unit_of_work() as session:
        session.add(
            WorkerBeat(name="x", holder="h", seen_at=datetime(2026, 5, 7, 8, 0, tzinfo=shanghai))
        )
    with any_database.reading() as session:
        seen = session.get_one(WorkerBeat, "x").seen_at
        assert session.get(CalendarYear, 2026) is not None
    assert seen == datetime(2026, 5, 7, 0, 0, tzinfo=UTC)
    assert seen.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(any_database: Database) -> None:
    from kb.models import WorkerBeat

    with pytest.raises(Exception, match="timezone-aware"), any_database.unit_of_work() as session:
        session.add(WorkerBeat(name="x", holder="h", seen_at=datetime(2026, 5, 7)))


def test_numbers_start_anew_each_day_of_the_city(any_database: Database) -> None:
    last_minute = datetime(2026, 5, 7, 15, 59, tzinfo=UTC)  # 23:59 in the city
    with any_database.unit_of_work() as session:
        given = [
            next_number(session, "LC", last_minute, CitizenRequest.number),
            next_number(session, "LC", last_minute, CitizenRequest.number),
            next_number(session, "LC", last_minute + timedelta(minutes=1), CitizenRequest.number),
        ]
    assert given == ["LC20260507-0001", "LC20260507-0002", "LC20260508-0001"]


def test_two_writers_never_get_the_same_number(any_database: Database) -> None:
    given: list[str] = []
    start = threading.Barrier(4)
    # Connections first: the writers are to meet at the first number of the day.
    for connection in [any_database.engine.connect() for _ in range(4)]:
        connection.close()

    def take() -> None:
        start.wait()
        for _ in range(10):
            with any_database.unit_of_work() as session:
                given.append(next_number(session, "LC", NOON, CitizenRequest.number))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"LC20260507-{number:04d}" for number in range(1, 41)]


def test_a_reading_session_does_not_wait_for_a_writer(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        session.add(Setting(name="a", value="1"))
    with any_database.unit_of_work() as writer:
        writer.add(Setting(name="b", value="2"))
        writer.flush()
        with any_database.reading() as reader:
            assert [row.name for row in reader.scalars(select(Setting))] == ["a"]
