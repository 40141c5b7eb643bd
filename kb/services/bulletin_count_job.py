"""起草, 重新计数 and 更正 as background work: counting takes longer than a page should wait.

What can be refused at once is (the ``ask_`` functions). What is refused later stands in the history
of the bulletin; of one that is not there yet, in a notice to who asked.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.basis import basis_about
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.clock import Clock
from kb.db import Database
from kb.errors import KbError, StaleVersion
from kb.models import BulletinRow, Job, Notice
from kb.profile import Profile
from kb.services import bulletins
from kb.services.bulletin_counting import count
from kb.services.bulletin_queue import COUNT_JOB, require_idle
from kb.services.bulletins import By
from kb.services.jobs import add_job
from kb.services.notices import notify
from kb.services.topics import basis_of
from kb.services.working_for import SenderGone, actor_again, payload_of_actor
from kb.terms import BulletinKind, Role

DRAFT, RECOUNT, CORRECT = "draft", "recount", "correct"
NOT_COUNTED = "not_counted"
_ACTS = {RECOUNT: "counted", CORRECT: "correcting"}
DRAFTED = "bulletin_drafted"
_GONE = "点的人的账号已停用，没有计数"
_CHANGED = "计数时这一期被人改过，没有换上新的数字；请核对后再点一次"


def ask_draft(session: Session, kind: BulletinKind, topic: str, period: Period, by: By) -> Job:
    """Have the bulletin of a period drafted; the job that is at it already is given back.

    :param by: nobody, for work on schedule.
    :raises KbError: it cannot be, as :func:`kb.services.bulletins.draft`.
    """
    bulletins.require_editor(by)
    bulletins.require_period(kind, period, topic, by.now)
    basis_about(basis_of(session, by.profile), topic)
    wanted = {"act": DRAFT, "kind": kind.value, "topic": topic}
    wanted |= {"first": period.first.isoformat(), "last": period.last.isoformat()}
    for job in drafting(session):
        if wanted.items() <= job.payload.items():
            return job
    job = add_job(session, COUNT_JOB, {**wanted, "key": uuid4().hex, **_whom(by)}, by.now)
    session.flush()
    return job


def ask_recount(session: Session, row: BulletinRow, by: By) -> None:
    """Have the figures of a draft counted anew."""
    bulletins.require_acting(row, by, *bulletins.OPEN)
    _ask(session, row, by, {"act": RECOUNT})


def ask_correct(session: Session, row: BulletinRow, reason: str, by: By) -> None:
    """Have a corrected edition begun, with its figures counted anew."""
    bulletins.require_correctable(row, reason, by)
    _ask(session, row, by, {"act": CORRECT, "reason": reason.strip()})


def _ask(session: Session, row: BulletinRow, by: By, wanted: dict[str, Any]) -> None:
    require_idle(session, row)
    payload = {**wanted, "bulletin_id": row.id, "seen": by.seen, **_whom(by)}
    payload["asked_at"] = by.now.isoformat()
    add_job(session, COUNT_JOB, payload, by.now).subject_id = row.id


def _whom(by: By) -> dict[str, int | None]:
    return payload_of_actor(by.actor) if by.actor is not None else {"user_id": 0}


def drafting(session: Session) -> list[Job]:
    """The drafts that are being made, or about to be, oldest first."""
    query = select(Job).where(
        Job.kind == COUNT_JOB, Job.subject_id.is_(None), Job.state.in_(("waiting", "running"))
    )
    return list(session.scalars(query.order_by(Job.id)))


def wanted_of(payload: Mapping[str, Any]) -> tuple[BulletinKind, str, Period]:
    """Which bulletin a drafting job with this payload makes: kind, topic, period."""
    first, last = (date.fromisoformat(payload[name]) for name in ("first", "last"))
    return BulletinKind(payload["kind"]), payload["topic"], Period(first, last)


def why_not_drafted(session: Session, job: Job) -> str:
    """Why a draft was not made, as its notice says; empty when nothing was refused."""
    query = select(Notice.title).where(Notice.key == _key(job.payload))
    return session.scalar(query) or ""


def not_counted(row: BulletinRow) -> str:
    """Why it was not counted when that was asked last; empty when anything was done since."""
    last = row.steps[-1] if row.steps else None
    return last.note if last is not None and last.act == NOT_COUNTED else ""


def run(database: Database, payload: Mapping[str, Any], profile: Profile, clock: Clock) -> None:
    """Count, and put the figures where they belong, or write down why not; a repeat changes
    nothing."""
    if payload["act"] == DRAFT:
        _draft(database, payload, profile, clock())
    else:
        _anew(database, payload, profile, clock())


def _draft(database: Database, payload: Mapping[str, Any], profile: Profile, now: datetime) -> None:
    """Counting is done in a session that keeps no writer waiting."""
    kind, topic, period = wanted_of(payload)
    try:
        with database.reading() as session:
            by = By(_person(session, payload), now, profile)
            if bulletins.find(session, kind, topic, period) is not None:
                return
            document = count(session, kind, topic, period, basis_of(session, profile), now)
        with database.unit_of_work() as session:
            row = bulletins.draft(session, kind, period, by, document, topic=topic)
            if by.actor is None:
                _tell(session, payload, "已自动起草，请修改、审核后印发", now, row.id)
    except KbError as error:
        said = "没有自动起草" if not payload["user_id"] else "没有起草"
        with database.unit_of_work() as session:
            _tell(session, payload, f"{said}：{error.message}", now)


def _person(session: Session, payload: Mapping[str, Any]) -> Actor | None:
    return actor_again(session, payload) if payload["user_id"] else None


def _tell(
    session: Session, payload: Mapping[str, Any], said: str, now: datetime, row_id: int = 0
) -> None:
    """Tell who asked; of work on schedule the supervisors."""
    kind, _, period = wanted_of(payload)
    user_id = payload["user_id"] or None
    notify(
        session,
        kind=DRAFTED,
        title=f"{words_of(period).long}{kind.label}{said}",
        path=f"/supervise/bulletins/{row_id}" if row_id else "/supervise/bulletins",
        now=now,
        role=None if user_id else Role.SUPERVISOR,
        user_id=user_id,
        key=f"{DRAFTED}:{row_id}" if row_id else _key(payload),
    )


def _key(payload: Mapping[str, Any]) -> str:
    if payload["user_id"]:
        return f"{DRAFTED}:{payload['key']}"
    # Tried every morning, and said once.
    return f"{DRAFTED}:{payload['kind']}-{payload['first']}"


def _anew(database: Database, payload: Mapping[str, Any], profile: Profile, now: datetime) -> None:
    """The row is not locked while it is counted: whoever acts on it meanwhile changes its revision
    or its state, and both are asked again under the lock."""
    bulletin_id, by = payload["bulletin_id"], By(None, now, profile, payload["seen"])
    try:
        with database.reading() as session:
            by = By(actor_again(session, payload), now, profile, payload["seen"])
            row = bulletins.get(session, bulletin_id)
            if _is_done(row, payload):
                return  # the process ended between the change and the end of its job
            bulletins.require_seen(row, by)
            document = bulletins.counted_anew(session, row, by)
        with database.unit_of_work() as session:
            row = bulletins.get(session, bulletin_id, lock=True)
            if payload["act"] == CORRECT:
                bulletins.correct(session, row, payload["reason"], by, document)
            else:
                bulletins.recount(session, row, by, document)
    except SenderGone:
        _write(database, bulletin_id, by, _GONE)
    except StaleVersion:
        _write(database, bulletin_id, by, _CHANGED)
    except KbError as error:
        _write(database, bulletin_id, by, error.message)


def _is_done(row: BulletinRow, payload: Mapping[str, Any]) -> bool:
    """Whether the bulletin was counted since this was asked: nothing else counts meanwhile."""
    act, asked_at = _ACTS[payload["act"]], datetime.fromisoformat(payload["asked_at"])
    return any(step.act == act and step.at > asked_at for step in row.steps)


def _write(database: Database, bulletin_id: int, by: By, words: str) -> None:
    with database.unit_of_work() as session:
        bulletins.note(
            session, bulletins.get(session, bulletin_id, lock=True), NOT_COUNTED, by, words
        )
