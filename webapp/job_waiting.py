"""What a page that waits for background work says: whether anybody is at it, when to ask again."""

from datetime import datetime, timedelta

from kb.models import Job
from kb.services.jobs import LEASE

_ASK_AGAIN = 2  # seconds
_ASK_LATER = 20  # seconds, while nobody works at it
_LATE = timedelta(minutes=1)


def waits_long(job: Job | None, now: datetime) -> bool:
    """Whether a job has been due for so long that nobody seems to be at work."""
    return job is not None and job.state == "waiting" and now - job.run_at > _LATE


def works_long(job: Job | None, now: datetime) -> bool:
    """Whether a job was begun longer ago than it usually takes: much to count, or whoever was at
    it has ended and nobody has taken it over yet."""
    if job is None or job.state != "running" or job.lease_until is None:
        return False
    return now - (job.lease_until - LEASE) > _LATE


def asks_again(job: Job | None, now: datetime) -> str:
    """In how many seconds a page that waits for a job is to be asked for again."""
    return str(_ASK_LATER if waits_long(job, now) or works_long(job, now) else _ASK_AGAIN)
