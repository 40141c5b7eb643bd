"""Asking for a comparison with what is in force, in the transaction of the change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Job, KnowledgeVersion
from kb.services.jobs import add_job

CHECK_JOB = "check_conflicts"


def request_check(session: Session, version: KnowledgeVersion | None, now: datetime) -> None:
    """Have a version compared in the background; the entry changed, came, or went.

    A check that waits already sees this change too. Its row is locked, so that no worker takes it
    before the change is committed; one that is running may have read the old text.
    """
    if version is None:
        return
    waiting = (
        select(Job.id)
        .where(
            Job.kind == CHECK_JOB,
            Job.state == "waiting",
            Job.run_at <= now,
            Job.payload["version_id"].as_integer() == version.id,
        )
        .limit(1)
        .with_for_update()
    )
    if session.scalars(waiting).first() is None:
        add_job(session, CHECK_JOB, {"version_id": version.id}, now)
