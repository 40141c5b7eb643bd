"""Asking for a comparison with what is in force, in the transaction of the change."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.models import KnowledgeVersion
from kb.services.jobs import ask_once

CHECK_JOB = "check_conflicts"


def request_check(session: Session, version: KnowledgeVersion | None, now: datetime) -> None:
    """Have a version compared in the background; the entry changed, came, or went.

    A version has one check that waits, which sees this change too.
    """
    if version is not None:
        ask_once(session, CHECK_JOB, version.id, {"version_id": version.id}, now)
