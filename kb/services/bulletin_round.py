"""Bulletins on schedule: drafted each morning after their period is over, once."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.bulletins.issuing.schedule import last_periods
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.clock import SHANGHAI, Clock, local_day
from kb.db import Database
from kb.errors import KbError
from kb.models import BulletinRow, Job
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
_CAUGHT_UP = 8


def run_bulletin_round(database: Database, clock: Clock, profile: Profile) -> None:
    """Draft what the city profile names, also what an outage has missed; a repeat changes nothing.

    The next morning is planned first, and what cannot be counted is told: one kind keeps no other
    from being drafted.
    """
    now = clock()
    with database.unit_of_work() as session:
        plan_bulletins(session, profile, now, is_first=False)
        session.execute(
            delete(Job).where(
                Job.kind == BULLETIN_JOB, Job.state == "done", Job.finished_at < now - KEEP_DONE
            )
        )
    for kind in profile.bulletins.scheduled:
        with database.reading() as session:
            missing = _missing(session, kind, last_periods(local_day(now))[kind])
        for period in missing:
            _draft(database, kind, period, profile, now)


def _missing(session: Session, kind: BulletinKind, last: Period) -> list[Period]:
    """The periods without a bulletin since the last that has one, oldest first; at most a few."""
    found: list[Period] = []
    newest = _newest(session, kind, last)
    for _ in range(_CAUGHT_UP):
        if newest is not None and last.last <= newest:
            break
        if find(session, kind, "", last) is None:
            found.insert(0, last)
        if newest is None:
            break
        last = last.previous()
    return found


def _newest(session: Session, kind: BulletinKind, last: Period) -> date | None:
    """The last day of the newest period that was drafted when it was over, up to this one: what
    somebody drafted while it ran says nothing of those before it."""
    query = (
        select(BulletinRow.first, BulletinRow.last, BulletinRow.created_at)
        .where(BulletinRow.kind == kind, BulletinRow.last <= last.last)
        .order_by(BulletinRow.last.desc())
    )
    rows = session.execute(query)
    return next((end for first, end, at in rows if at >= Period(first, end).end), None)


def _draft(
    database: Database, kind: BulletinKind, period: Period, profile: Profile, now: datetime
) -> None:
    """Draft one. Counting takes seconds: in a session that keeps no writer waiting."""
    try:
        with database.reading() as session:
            document = count(session, kind, "", period, basis_of(session, profile), now)
    except KbError as error:
        with database.unit_of_work() as session:
            _tell(session, f"没有自动起草：{error.message}", "", kind, period, now)
        return
    with database.unit_of_work() as session:
        row = draft(session, kind, period, By(None, now, profile), document)
        _tell(session, "已自动起草，请修改、审核后印发", f"/{row.id}", kind, period, now)


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
    session: Session, said: str, place: str, kind: BulletinKind, period: Period, now: datetime
) -> None:
    notify(
        session,
        kind=DRAFTED,
        title=f"{words_of(period).long}{kind.label}{said}",
        path=f"/supervise/bulletins{place}",
        now=now,
        role=Role.SUPERVISOR,
        key=f"{DRAFTED}:{place.strip('/') or f'{kind.value}-{period.first}'}",
    )
