"""The daily round: remind, announce, look for what is stuck, gather mails, plan the next round."""

from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.clock import SHANGHAI, Clock, local_day
from kb.db import Database
from kb.models import Batch, BatchEntry, Job, Notice, Setting, StoredFile
from kb.profile_escalation import Reminders
from kb.services.batches import page_of
from kb.services.calendar_editing import MISSING_YEAR, missing_year
from kb.services.failed_jobs import FAILED_JOB, tell_failed
from kb.services.jobs import add_job
from kb.services.mail import gather_digests
from kb.services.notices import notify, resolve
from kb.services.overdue import tell_overdue
from kb.services.reminders import announce_ended, remind
from kb.services.unit_reviewers import pass_on_waiting
from kb.terms import BatchState, EntryOutcome, ReadState, Role

UPKEEP_JOB = "upkeep"
EVERY = timedelta(hours=1)
STUCK_AFTER = timedelta(minutes=30)
KEEP_DONE = timedelta(days=7)
_LAST_DAY = "upkeep_day"
STUCK_FILE = "stuck_file"
NEVER_QUIET = Reminders(quiet_from=time(0), quiet_to=time(0))


def run_upkeep(
    database: Database,
    clock: Clock,
    remind_at: time,
    public_url: str | None,
    reminders: Reminders = NEVER_QUIET,
) -> None:
    """One round. Whatever it does is done once, however often it runs.

    Announcements and stuck states are looked at in every round; reminders and mails once a day,
    in the first round at or after ``remind_at``. Where that was missed, also the day before, the
    next round catches up at once, or when the quiet hours of ``reminders`` are over.

    :param remind_at: city time of the day's reminders.
    :param public_url: where mails point to; ``None`` when no mail is sent.
    """
    now = clock()
    today = local_day(now)
    announce_ended(database, today, now)
    with database.unit_of_work() as session:
        _sweep_files(session, now)
        _sweep_jobs(session, now)
        _ask_for_year(session, now)
        pass_on_waiting(session, now)
        tell_overdue(session, now)
    is_time = now.astimezone(SHANGHAI).time() >= remind_at
    due_day = today if is_time else today - timedelta(days=1)
    if _last_day(database) < due_day.isoformat() and not reminders.is_quiet_now(now):
        remind(database, today, now)
        if public_url is not None:
            gather_digests(database, public_url, due_day, now)
        with database.unit_of_work() as session:
            _note_day(session, due_day.isoformat())
    with database.unit_of_work() as session:
        plan_upkeep(session, remind_at, now, is_first=False)
        session.execute(
            delete(Job).where(
                Job.kind == UPKEEP_JOB, Job.state == "done", Job.finished_at < now - KEEP_DONE
            )
        )


def plan_upkeep(session: Session, remind_at: time, now: datetime, *, is_first: bool = True) -> None:
    """See to it that a round is planned: at once when none was, else for the next hour.

    A round that fails for good is planned again by the worker, see ``kb.worker``.
    """
    states = ["waiting", "running"] if is_first else ["waiting"]
    query = select(Job.id).where(Job.kind == UPKEEP_JOB, Job.state.in_(states))
    if session.scalar(query.limit(1)) is None:
        add_job(session, UPKEEP_JOB, {}, now if is_first else next_round(now, remind_at))


def next_round(now: datetime, remind_at: time) -> datetime:
    """The next full hour, or the time of the day's reminders if that comes first."""
    local = now.astimezone(SHANGHAI)
    hour = local.replace(minute=0, second=0, microsecond=0) + EVERY
    reminders = local.replace(hour=remind_at.hour, minute=remind_at.minute, second=0, microsecond=0)
    return (reminders if local < reminders < hour else hour).astimezone(now.tzinfo)


def _last_day(database: Database) -> str:
    with database.reading() as session:
        row = session.get(Setting, _LAST_DAY)
        return row.value if row is not None else ""


def _note_day(session: Session, day: str) -> None:
    row = session.get(Setting, _LAST_DAY)
    if row is None:
        session.add(Setting(name=_LAST_DAY, value=day))
    else:
        row.value = day


def _sweep_files(session: Session, now: datetime) -> None:
    """Originals that nobody finished reading; those of one batch are told of once."""
    in_batches = select(BatchEntry.file_id).where(BatchEntry.file_id.is_not(None))
    files = select(StoredFile).where(
        StoredFile.read_state == ReadState.PENDING.value,
        StoredFile.uploaded_at < now - STUCK_AFTER,
        StoredFile.dismissed_at.is_(None),
        StoredFile.id.not_in(in_batches),
    )
    stuck = {
        f"{STUCK_FILE}:{row.id}": (f"文件收到半小时还没有读完：{row.name[:120]}", "/units#files")
        for row in session.scalars(files)
    }
    waiting = (
        select(BatchEntry.batch_id)
        .join(StoredFile, StoredFile.id == BatchEntry.file_id)
        .where(
            BatchEntry.outcome == EntryOutcome.WAITING.value,
            StoredFile.uploaded_at < now - STUCK_AFTER,
        )
    )
    # A batch that stopped has told so, and nothing of a closed one will be read any more.
    moving = Batch.state.in_([BatchState.RECEIVING.value, BatchState.OPEN.value])
    for batch in session.scalars(select(Batch).where(Batch.id.in_(waiting), moving)):
        title = f"批次收到半小时还没有读完：{batch.name[:120]}"
        stuck[f"{STUCK_FILE}:batch:{batch.id}"] = (title, page_of(batch))
    for key, (title, path) in stuck.items():
        notify(
            session,
            kind=STUCK_FILE,
            title=title,
            path=path,
            now=now,
            role=Role.EDITOR,
            key=key,
        )
    _resolve_others(session, STUCK_FILE, set(stuck))


def _sweep_jobs(session: Session, now: datetime) -> None:
    """Background work that was given up after its last try."""
    _resolve_others(session, FAILED_JOB, tell_failed(session, now))


def _ask_for_year(session: Session, now: datetime) -> None:
    """Without next year's calendar no order can be sent out that is due then."""
    year = missing_year(session, now)
    if year is not None:
        notify(
            session,
            kind=MISSING_YEAR,
            title=f"{year} 年的放假安排还没有录入，请按国务院的通知录入",
            path="/admin/calendar",
            now=now,
            role=Role.ADMIN,
            key=f"{MISSING_YEAR}:{year}",
        )


def _resolve_others(session: Session, kind: str, alive: set[str]) -> None:
    query = select(Notice.key).where(Notice.kind == kind, Notice.is_resolved.is_(False))
    for key in set(session.scalars(query)) - alive:
        resolve(session, key)
