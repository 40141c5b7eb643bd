"""What is being done about a bulletin in the background: counted or issued, one thing at a time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import IllegalTransition
from kb.models import BulletinRow, Job

ISSUE_JOB, COUNT_JOB = "issue_bulletin", "count_bulletin"
# Counts like them, and takes its turn with them.
FREEZE_JOB = "freeze_assessment"


def job_of(session: Session, row: BulletinRow, *kinds: str) -> Job | None:
    """The last job of these kinds about a bulletin."""
    query = select(Job).where(Job.kind.in_(kinds), Job.subject_id == row.id)
    return session.scalars(query.order_by(Job.id.desc()).limit(1)).first()


def is_at_work(job: Job | None) -> bool:
    """Whether it is being done, or about to be."""
    return job is not None and job.state in ("waiting", "running")


def require_idle(session: Session, row: BulletinRow) -> None:
    """Refuse to begin while something is being done.

    :raises IllegalTransition: the sentence says what.
    """
    if is_at_work(job_of(session, row, ISSUE_JOB)):
        raise IllegalTransition("这一期正在印发，请稍候")
    if is_at_work(job_of(session, row, COUNT_JOB)):
        raise IllegalTransition("这一期正在重新计数，请稍候")
