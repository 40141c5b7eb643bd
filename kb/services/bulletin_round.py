"""Bulletins on schedule: drafted each morning after their period is over, once."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.bulletins.issuing.schedule import last_periods
from kb.bulletins.periods import Period
from kb.clock import SHANGHAI, Clock, local_day
from kb.db import Database
from kb.models import BulletinRow, Job
from kb.profile import Profile
from kb.services.bulletin_count_job import ask_draft
from kb.services.bulletins import By, find
from kb.services.jobs import add_job
from kb.terms import BulletinKind

BULLETIN_JOB = "draft_bulletins"
AT = time(6, 0)  # city time
KEEP_DONE = timedelta(days=7)
_CAUGHT_UP = 8


def run_bulletin_round(database: Database, clock: Clock, profile: Profile) -> None:
    """Have drafted what the city profile names, also what an outage has missed; a repeat changes
    nothing.

    The next morning is planned first, and each period is a job of its own: one that cannot be
    counted, or ends its job, keeps no other from being drafted, and is told of.
    """
    now = clock()
    with database.unit_of_work() as session:
        plan_bulletins(session, profile, now, is_first=False)
        session.execute(
            delete(Job).where(
                Job.kind == BULLETIN_JOB, Job.state == "done", Job.finished_at < now - KEEP_DONE
            )
        )
    by = By(None, now, profile)
    for kind in profile.bulletins.scheduled:
        with database.unit_of_work() as session:
            for period in _missing(session, kind, last_periods(local_day(now))[kind]):
                ask_draft(session, kind, "", period, by)


def _missing(session: Session, kind: BulletinKind, last: Period) -> list[Period]:
    """The periods without a bulletin since the first that has one, oldest first, of the last few:
    one that could not be counted is tried again, also when later ones are drafted."""
    found: list[Period] = []
    first = _first(session, kind)
    for _ in range(_CAUGHT_UP):
        if find(session, kind, "", last) is None:
            found.insert(0, last)
        last = last.previous()
        if first is None or last.first < first:
            break
    return found


def _first(session: Session, kind: BulletinKind) -> date | None:
    """The first day of the oldest bulletin of a kind: before it the city had none."""
    return session.scalar(select(func.min(BulletinRow.first)).where(BulletinRow.kind == kind))


def plan_bulletins(
    session: Session, profile: Profile, now: datetime, *, is_first: bool = True
) -> None:
    """See to it that a round is planned: at once when none was, else for the next morning."""
    if not profile.bulletins.scheduled:
        return
    states = ["waiting", "running"] if is_first else ["waiting"]
    query = select(Job.id).where(Job.kind == BULLETIN_JOB, Job.state.in_(states))
    if session.scalar(query.limit(1)) is None:
        add_job(session, BULLETIN_JOB, {}, now if is_first else next_morning(now))


def next_morning(now: datetime) -> datetime:
    """The next 6:00 in the city."""
    local = now.astimezone(SHANGHAI)
    morning = local.replace(hour=AT.hour, minute=AT.minute, second=0, microsecond=0)
    return (morning if local < morning else morning + timedelta(days=1)).astimezone(now.tzinfo)
