"""Background work that must not be lost: a row, a lease, tries, and a visible failure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, or_, select, true
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.job_faults import BROKE_OFF
from kb.models import Job

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5
MAX_ERROR = 2000


@dataclass(frozen=True)
class Ended:
    """Workers of which it is known that none is at work: how their names begin and end."""

    begins: str
    ends: str


Handler = Callable[[Mapping[str, Any]], None]


def add_job(session: Session, kind: str, payload: Mapping[str, Any], run_at: datetime) -> Job:
    """Write down work to be done at or after ``run_at``, in the caller's transaction."""
    job = Job(kind=kind, payload=dict(payload), run_at=run_at)
    session.add(job)
    return job


def ask_once(
    session: Session, kind: str, subject_id: int, payload: Mapping[str, Any], run_at: datetime
) -> None:
    """Have work done unless the very same waits already, which sees this change, too.

    One that waits to be tried again is brought forward. Its row is locked, so that no worker
    takes it before the change is committed; one that is running may have read what was before,
    and another follows it.
    """
    query = (
        select(Job)
        .where(Job.kind == kind, Job.state == "waiting", Job.subject_id == subject_id)
        .order_by(Job.id)
        .with_for_update()
    )
    for waiting in session.scalars(query):
        if waiting.payload == payload:
            waiting.run_at = min(waiting.run_at, run_at)
            return
    add_job(session, kind, payload, run_at).subject_id = subject_id


def take_job(
    session: Session,
    worker: str,
    now: datetime,
    give_way: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    heir_to: Ended | None = None,
) -> Job | None:
    """Lease the next due job to a worker; a lease that lapsed is taken over.

    One whose lease lapsed on its last try is failed: whatever ended the worker each time would
    end it again.

    :param give_way: kinds of jobs that wait while any other is due. The newest of them comes
        first: somebody may be looking at what it is for, while a batch handed in before does not
        mind.
    :param only: the kinds to take, any without it.
    :param without: kinds that somebody else takes.
    :param heir_to: workers that have ended: their leases need not lapse first. The worker must
        have ended all jobs of its own if it is one of them.
    """
    gives_way = Job.kind.in_(give_way)
    query = (
        select(Job)
        .where(
            Job.run_at <= now,
            or_(
                Job.state == "waiting",
                (Job.state == "running") & or_(Job.lease_until < now, _held_by(heir_to)),
            ),
            true() if only is None else Job.kind.in_(only),
            Job.kind.not_in(without),
        )
        .order_by(gives_way, case((gives_way, -Job.id), else_=0), Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (job := session.scalars(query).first()) is not None:
        if job.attempts < MAX_ATTEMPTS:
            job.state, job.worker, job.lease_until = "running", worker, now + LEASE
            job.attempts += 1
            break
        give_up(job, BROKE_OFF, now)
        session.flush()
    return job


def _held_by(ended: Ended | None) -> ColumnElement[bool]:
    if ended is None:
        return false()
    return and_(
        Job.worker.startswith(ended.begins, autoescape=True),
        Job.worker.endswith(ended.ends, autoescape=True),
    )


def finish_job(session: Session, job_id: int, now: datetime) -> None:
    """The work is done."""
    job = session.get_one(Job, job_id)
    job.state, job.finished_at, job.lease_until = "done", now, None


def fail_job(session: Session, job_id: int, error: str, now: datetime) -> None:
    """Try again later, each time waiting longer; after five tries leave it visible as failed."""
    job = session.get_one(Job, job_id)
    if job.attempts >= MAX_ATTEMPTS:
        give_up(job, error, now)
    else:
        job.state, job.error, job.lease_until = "waiting", error[:MAX_ERROR], None
        job.run_at = now + timedelta(seconds=10 * 4**job.attempts)


def give_up(job: Job, error: str, now: datetime) -> None:
    """The work is not tried again by itself; the reason is kept for a person."""
    job.state, job.error, job.finished_at = "failed", error[:MAX_ERROR], now
    job.lease_until = None


def run_due_jobs(
    database: Database,
    handlers: Mapping[str, Handler],
    worker: str,
    clock: Clock,
    *,
    at_most: int,
    give_way: Collection[str] = (),
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    heir_to: Ended | None = None,
) -> int:
    """Run jobs that are due as :func:`take_job` gives them; returns how many were taken."""
    for taken in range(at_most):
        with database.unit_of_work() as session:
            job = take_job(
                session,
                worker,
                clock(),
                give_way,
                only=only,
                without=without,
                heir_to=heir_to,
            )
        if job is None:
            return taken
        _run(database, handlers, job, clock)
    return at_most


def _run(database: Database, handlers: Mapping[str, Handler], job: Job, clock: Clock) -> None:
    try:
        handlers[job.kind](job.payload)
    except Exception as error:  # noqa: BLE001 - the entrance of background work
        with database.unit_of_work() as session:
            fail_job(session, job.id, f"{type(error).__name__}: {error}", clock())
    else:
        with database.unit_of_work() as session:
            finish_job(session, job.id, clock())
