"""Background work for 知识缺口, asked for in the transaction of the change."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Job
from kb.services.jobs import add_job

ROUND_JOB, TRY_JOB = "gap_round", "try_gaps"
EVERY = timedelta(minutes=10)


def request_tries(session: Session, item_id: int, now: datetime) -> None:
    """Have the questions that an entry may answer asked again: it was published or came back."""
    add_job(session, TRY_JOB, {"item_id": item_id}, now)


def request_try(session: Session, gap_id: int, now: datetime) -> None:
    """Have the questions of one gap asked again."""
    add_job(session, TRY_JOB, {"gap_id": gap_id}, now)


def plan_round(session: Session, now: datetime, *, is_first: bool = True) -> None:
    """See to it that a round is planned: at once when none was, else in ten minutes."""
    states = ["waiting", "running"] if is_first else ["waiting"]
    query = select(Job.id).where(Job.kind == ROUND_JOB, Job.state.in_(states))
    if session.scalar(query.limit(1)) is None:
        add_job(session, ROUND_JOB, {}, now if is_first else now + EVERY)
