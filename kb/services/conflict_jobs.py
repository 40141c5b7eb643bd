"""Asking for a comparison with what is in force, in the transaction of the change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Job, KnowledgeVersion
from kb.services.jobs import ask_once

CHECK_JOB = "check_conflicts"


def request_check(session: Session, version: KnowledgeVersion | None, now: datetime) -> None:
    """Have a version compared in the background; the entry changed, came, or went.

    A version has one check that waits, which sees this change too.
    """
    if version is not None:
        ask_once(session, CHECK_JOB, version.id, {"version_id": version.id}, now)


def is_checking(session: Session, version: KnowledgeVersion) -> bool:
    """Tell whether a version is still to be compared, so that what is known may be of before."""
    query = select(Job.id).where(
        Job.kind == CHECK_JOB,
        Job.subject_id == version.id,
        Job.state.in_(("waiting", "running")),
    )
    return session.scalar(query.limit(1)) is not None
