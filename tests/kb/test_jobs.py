"""Which work a worker takes next."""

from datetime import UTC, datetime

from kb.db import Database
from kb.services.jobs import add_job, finish_job, take_job

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


def test_what_gives_way_comes_last_and_the_newest_of_it_first(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        for kind, name in (("check", "old"), ("check", "new"), ("mail", "a"), ("mail", "b")):
            add_job(session, kind, {"name": name}, NOW)
    taken = []
    for _ in range(4):
        with any_database.unit_of_work() as session:
            job = take_job(session, "worker", NOW, give_way=("check",))
            assert job is not None
            taken.append(job.payload["name"])
            finish_job(session, job.id, NOW)
    assert taken == ["a", "b", "new", "old"]
