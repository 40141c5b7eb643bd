"""Asking for a comparison with what is in force, in the transaction of the change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Job, KnowledgeVersion
from kb.services.jobs import add_job

CHECK_JOB = "check_conflicts"


def request_check(session: Session, version: KnowledgeVersion | None, now: datetime) -> None:
    """Have a version compared in the background; the entry changed, came, or went.

    A version has one check that waits, which sees this change too; one that waits to be tried
    again is brought forward. Its row is locked, so that no worker takes it before the change is
    committed; a check that is running may have read the old text, and another follows it.
    """
    if version is None:
        return
    of_version = (
        select(Job)
        .where(
            Job.kind == CHECK_JOB,
            Job.state == "waiting",
            Job.payload["version_id"].as_integer() == version.id,
        )
        .order_by(Job.id)
        .limit(1)
        .with_for_update()
    )
    waiting = session.scalars(of_version).first()
    if waiting is None:
        add_job(session, CHECK_JOB, {"version_id": version.id}, now)
    else:
        waiting.run_at = min(waiting.run_at, now)
