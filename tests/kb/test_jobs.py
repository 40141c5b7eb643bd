"""Which work a worker takes next."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from kb.background import machine_lock
from kb.db import Database
from kb.job_threads import BULLETINS, READING, JobThread
from kb.models import Job
from kb.services.jobs import (
    LEASE,
    add_job,
    ask_once,
    fail_job,
    finish_job,
    run_due_jobs,
    take_job,
)
from kb.worker import ELSEWHERE

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


def test_the_same_work_is_asked_for_once_and_brought_forward(any_database: Database) -> None:
    later = NOW + timedelta(minutes=3)
    with any_database.unit_of_work() as session:
        for who in (1, 1, 2):
            ask_once(session, "read_batch", 7, {"batch_id": 7, "user_id": who}, NOW)
        ask_once(session, "read_batch", 8, {"batch_id": 8, "user_id": 1}, NOW)
        job = take_job(session, "worker", NOW)
        assert job is not None
        session.flush()
        # The one that is running may have looked already.
        ask_once(session, "read_batch", 7, {"batch_id": 7, "user_id": 1}, NOW)
        fail_job(session, job.id, "索引暂时不可用", NOW)
        ask_once(session, "read_batch", 7, {"batch_id": 7, "user_id": 1}, later)
    with any_database.reading() as session:
        rows = session.execute(select(Job.subject_id, Job.payload["user_id"], Job.run_at))
        assert sorted((row[0], row[1]) for row in rows) == [(7, 1), (7, 1), (7, 2), (8, 1)]


def test_a_job_that_ends_the_process_each_time_is_given_up(any_database: Database) -> None:
    now = NOW
    with any_database.unit_of_work() as session:
        add_job(session, "deadly", {}, NOW)
    for _ in range(5):
        with any_database.unit_of_work() as session:
            job = take_job(session, "worker", now)
            assert job is not None and job.kind == "deadly"
        now += LEASE + timedelta(seconds=1)
    with any_database.unit_of_work() as session:
        add_job(session, "mail", {}, now)
        session.flush()
        job = take_job(session, "worker", now)
        assert job is not None and job.kind == "mail"
    with any_database.reading() as session:
        deadly = session.scalars(select(Job).where(Job.kind == "deadly")).one()
        assert (deadly.state, deadly.attempts, deadly.finished_at) == ("failed", 5, now)
        assert "the process ended" in deadly.error


def test_reading_is_taken_by_the_one_reader_of_the_machine(
    any_database: Database, tmp_path: Path
) -> None:
    done: list[int] = []
    lock = tmp_path / "reading.lock"
    handlers = {"read_batch": lambda payload: done.append(payload["batch_id"])}
    reading = JobThread("reading", READING, any_database, handlers, lambda: NOW, tmp_path)
    with any_database.unit_of_work() as session:
        add_job(session, "mail", {}, NOW)
        add_job(session, "read_batch", {"batch_id": 3}, NOW)
    with machine_lock(lock):
        assert reading.turn() is False
    assert reading.turn() is True
    assert reading.turn() is False  # the mail is the worker's
    assert done == [3]


def test_bulletins_are_no_work_of_the_thread_that_writes_the_index(
    any_database: Database, tmp_path: Path
) -> None:
    done: list[str] = []
    kinds = ("issue_bulletin", "draft_bulletins")
    handlers = {kind: lambda _payload, kind=kind: done.append(kind) for kind in kinds}
    with any_database.unit_of_work() as session:
        for kind in kinds:
            add_job(session, kind, {}, NOW)
    assert run_due_jobs(any_database, handlers, "w", lambda: NOW, at_most=5, without=ELSEWHERE) == 0
    writing = JobThread("bulletins", BULLETINS, any_database, handlers, lambda: NOW, tmp_path)
    assert [writing.turn(), writing.turn(), writing.turn()] == [True, True, False]
    assert done == list(kinds)


def test_what_a_thread_that_ended_had_in_hand_is_taken_up_at_once(
    any_database: Database, tmp_path: Path
) -> None:
    done: list[int] = []
    handlers = {"count_bulletin": lambda payload: done.append(payload["at"])}
    here, there = socket.gethostname(), "another-machine"
    holders = (f"{here}:1:bulletins", f"{here}:1:reading", f"{there}:1:bulletins")
    with any_database.unit_of_work() as session:
        for at, holder in enumerate(holders):
            job = add_job(session, "count_bulletin", {"at": at}, NOW)
            job.state, job.worker, job.attempts = "running", holder, 1
            job.lease_until = NOW + LEASE
    thread = JobThread("bulletins", BULLETINS, any_database, handlers, lambda: NOW, tmp_path)
    with machine_lock(tmp_path / "bulletins.lock"):
        assert thread.turn() is False  # another process is at work, and it may be its job
    assert [thread.turn(), thread.turn()] == [True, False]
    assert done == [0]
    with any_database.reading() as session:
        rows = session.execute(select(Job.state, Job.attempts).order_by(Job.id)).all()
    assert [tuple(row) for row in rows] == [("done", 2), ("running", 1), ("running", 1)]
