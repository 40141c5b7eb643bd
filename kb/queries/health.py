"""What the tables say about how the program does: what waits, what failed, what shows life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Executable, func, select, text
from sqlalchemy.orm import Session

from kb.heartbeats import PREFIX
from kb.models import (
    IndexJob,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    MailMessage,
    SearchTarget,
    Unit,
    WorkerBeat,
)
from kb.services.housekeeping import CHORES

SHOWN_CHORES = 6
SHOWN_ENTRIES = 10


@dataclass(frozen=True)
class Pile:
    """Rows of one kind: how many, and the oldest moment among them."""

    count: int
    oldest: datetime | None


def _pile(session: Session, query: Executable) -> Pile:
    count, oldest = session.execute(query).one()
    return Pile(count, oldest)


def unindexed(session: Session, *, parked: bool) -> Pile:
    """Entries that wait for an index, or that it could not take; each counts once."""
    query = select(func.count(IndexJob.object_id.distinct()), func.min(IndexJob.enqueued_at))
    return _pile(session, query.where(IndexJob.parked.is_(parked)))


@dataclass(frozen=True)
class Unwritable:
    """An entry that an index could not take, and why, for ``job_faults.sentence_of``."""

    item_id: int
    title: str
    unit: str
    reason: str


def unwritable(session: Session) -> list[Unwritable]:
    """The entries that were given up by an index, once each, the first ones."""
    query = (
        select(
            KnowledgeItem.id,
            KnowledgeVersion.title,
            Unit.name,
            func.max(IndexJob.last_error),
        )
        .join(IndexJob, IndexJob.object_id == KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .where(IndexJob.parked)
        .group_by(KnowledgeItem.id, KnowledgeVersion.title, Unit.name)
        .order_by(KnowledgeItem.id)
        .limit(SHOWN_ENTRIES)
    )
    return [Unwritable(*row) for row in session.execute(query)]


def due_jobs(session: Session, now: datetime) -> Pile:
    """Background work whose time has come and that nobody has begun."""
    query = select(func.count(), func.min(Job.run_at))
    return _pile(session, query.where(Job.state == "waiting", Job.run_at <= now))


def failed_jobs(session: Session) -> Pile:
    """Background work that was given up."""
    query = select(func.count(), func.min(Job.finished_at)).where(Job.state == "failed")
    return _pile(session, query)


def mails(session: Session, state: str, *narrowed: ColumnElement[bool]) -> Pile:
    """Mails in a state."""
    query = select(func.count(), func.min(MailMessage.created_at))
    return _pile(session, query.where(MailMessage.state == state, *narrowed))


def last_mail(session: Session) -> datetime | None:
    """When a mail was last taken by the server."""
    return session.scalar(select(func.max(MailMessage.sent_at)))


def seen(session: Session) -> Mapping[str, datetime]:
    """Who showed life when: the worker by its own name, threads with ``thread:`` before theirs."""
    return {row.name: row.seen_at for row in session.scalars(select(WorkerBeat))}


def thread(name: str) -> str:
    """The name under which a thread shows life."""
    return f"{PREFIX}{name}"


def targets(session: Session) -> Mapping[str, SearchTarget]:
    """The indexes there are."""
    return {row.name: row for row in session.scalars(select(SearchTarget))}


def chores(session: Session) -> list[Job]:
    """What was asked for lately, newest first."""
    query = select(Job).where(Job.kind.in_(tuple(CHORES))).order_by(Job.id.desc())
    return list(session.scalars(query.limit(SHOWN_CHORES)))


def database_bytes(session: Session) -> int:
    """How large the database is."""
    if session.get_bind().dialect.name == "sqlite":
        pages = session.scalar(text("PRAGMA page_count")) or 0
        return int(pages) * int(session.scalar(text("PRAGMA page_size")) or 0)
    return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
