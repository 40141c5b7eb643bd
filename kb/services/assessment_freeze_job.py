"""封存 as background work: counting takes longer than a page, or anybody's ruling, should wait.

What can be refused at once is (:func:`ask`); what is refused later stands in a notice to who asked,
where :func:`why_not` reads it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.clock import Clock
from kb.db import Database
from kb.errors import KbError
from kb.models import Job, Notice
from kb.profile import Profile
from kb.services.assessment import snapshot_of
from kb.services.assessment_freezing import count, keep, require_freezable
from kb.services.bulletin_queue import FREEZE_JOB, is_at_work
from kb.services.jobs import add_job
from kb.services.notices import notify, resolve
from kb.services.working_for import actor_again, payload_of_actor

NOT_FROZEN = "assessment_not_frozen"


def ask(session: Session, period: Period, *, actor: Actor, now: datetime) -> None:
    """Have the cards of a period frozen; asked twice it is done once.

    :raises KbError: it cannot be, as :func:`kb.services.assessment_freezing.require_freezable`.
    """
    require_freezable(session, period, actor=actor, now=now)
    last = job_of(session, period)
    if is_at_work(last):
        return
    if last is not None:
        resolve(session, _key(last.payload))
    add_job(
        session, FREEZE_JOB, {**_named(period), **payload_of_actor(actor), "key": uuid4().hex}, now
    )


def _named(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def job_of(session: Session, period: Period) -> Job | None:
    """The last job that freezes, or was to freeze, a period."""
    wanted = _named(period).items()
    query = select(Job).where(Job.kind == FREEZE_JOB).order_by(Job.id.desc())
    return next((job for job in session.scalars(query) if wanted <= job.payload.items()), None)


def why_not(session: Session, job: Job | None) -> str:
    """Why it was not frozen when that was asked last; empty when nothing was refused."""
    if job is None:
        return ""
    return session.scalar(select(Notice.title).where(Notice.key == _key(job.payload))) or ""


def _key(payload: Mapping[str, Any]) -> str:
    return f"{NOT_FROZEN}:{payload['key']}"


def run(database: Database, payload: Mapping[str, Any], profile: Profile, clock: Clock) -> None:
    """Count, and keep what was counted, or say why not; a repeat changes nothing.

    Counting is done in a session that keeps no writer waiting: what is ruled meanwhile is asked
    for again when it is kept.
    """
    period = Period(*(date.fromisoformat(payload[name]) for name in ("first", "last")))
    now = clock()
    try:
        with database.reading() as session:
            if snapshot_of(session, period) is not None:
                return
            actor = actor_again(session, payload)
            require_freezable(session, period, actor=actor, now=now)
            counted = count(session, profile, period, now)
        with database.unit_of_work() as session:
            keep(session, counted, actor=actor, now=now)
    except KbError as error:
        with database.unit_of_work() as session:
            _tell(session, payload, period, error.message, now)


def _tell(
    session: Session, payload: Mapping[str, Any], period: Period, why: str, now: datetime
) -> None:
    notify(
        session,
        kind=NOT_FROZEN,
        title=f"{words_of(period).long}考核没有封存：{why}",
        path=f"/supervise/assessment?from={period.first}&to={period.last}",
        now=now,
        user_id=payload["user_id"],
        key=_key(payload),
    )
