"""Bulletins on schedule: drafted each morning after their period is over, once."""

from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.bulletins.issuing.schedule import last_periods
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.clock import SHANGHAI, Clock, local_day
from kb.db import Database
from kb.models import Job
from kb.profile import Profile
from kb.services.bulletin_counting import count
from kb.services.bulletins import By, draft, find
from kb.services.jobs import add_job
from kb.services.notices import notify
from kb.services.topics import basis_of
from kb.terms import BulletinKind, Role

BULLETIN_JOB = "draft_bulletins"
AT = time(6, 0)  # city time
KEEP_DONE = timedelta(days=7)
DRAFTED = "bulletin_drafted"


def run_bulletin_round(database: Database, clock: Clock, profile: Profile) -> None:
    """Draft what the city profile names; a repeat changes nothing.

    Counting takes seconds: it is done in a session that keeps no writer waiting.
    """
    now = clock()
    periods = last_periods(local_day(now))
    for kind in profile.bulletins.scheduled:
        period = periods[kind]
        with database.reading() as session:
            if find(session, kind, "", period) is not None:
                continue
            document = count(session, kind, "", period, basis_of(session, profile), now)
        with database.unit_of_work() as session:
            row = draft(session, kind, period, By(None, now, profile), document)
            _tell(session, row.id, kind, period, now)
    with database.unit_of_work() as session:
        plan_bulletins(session, profile, now, is_first=False)
        session.execute(
            delete(Job).where(
                Job.kind == BULLETIN_JOB, Job.state == "done", Job.finished_at < now - KEEP_DONE
            )
        )


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


def _tell(
    session: Session, bulletin_id: int, kind: BulletinKind, period: Period, now: datetime
) -> None:
    notify(
        session,
        kind=DRAFTED,
        title=f"{words_of(period).long}{kind.label}已自动起草，请修改、审核后印发",
        path=f"/supervise/bulletins/{bulletin_id}",
        now=now,
        role=Role.SUPERVISOR,
        key=f"{DRAFTED}:{bulletin_id}",
    )
