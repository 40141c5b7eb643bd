"""What keeps the rest honest: audit, outbox, jobs, idempotency, calendar."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime

# SQLite only numbers rows by itself for INTEGER keys.
BigKey = BigInteger().with_variant(Integer, "sqlite")


class AuditRecord(Base):
    """审计记录: one act by one person, chained by hash so that tampering shows."""

    __tablename__ = "audit_record"
    __table_args__ = (Index("ix_audit_record_object", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class IndexJob(Base):
    """Outbox row: this entry must be written again to this index. Deleted once that is on disk."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_target_seq", "target", "seq"),)

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True)
    target: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    enqueued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    parked: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(Text, default="")


class SearchTarget(Base):
    """An index and the directory it lives in now; a rebuild switches the name in one step."""

    __tablename__ = "search_target"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    directory: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(120))
    marker: Mapped[int] = mapped_column(BigInteger, default=0)
    built_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The dictionary version whose user words the entries were cut with, or wait to be.
    dictionary_version: Mapped[int] = mapped_column(default=0, server_default="0")


class Job(Base):
    """Background work that must not be lost: taken under a lease, tried again when it lapses."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_run_at", "state", "run_at"),
        Index("ix_job_subject", "kind", "state", "subject_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    # What it is about, where one job that waits is enough (kb.services.jobs.ask_once).
    subject_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="waiting")  # waiting running done failed
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker: Mapped[str] = mapped_column(String(80), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkerBeat(Base):
    """Heartbeat and lease of a singleton worker (the one indexer)."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdempotencyRecord(Base):
    """The answer already given to a request with this key, so that a repeat changes nothing."""

    __tablename__ = "idempotency_record"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)  # scope + ":" + key
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    response: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Base):
    """A day that differs from the plain week: holiday (放假) or make-up workday (调休上班)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    note: Mapped[str] = mapped_column(String(60), default="")


class CalendarYear(Base):
    """A year whose official calendar has been entered; other years are an error, not a guess."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200))


class NumberSequence(Base):
    """The last number given for a prefix and day (诉求编号, 工单编号)."""

    __tablename__ = "number_sequence"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]


class Setting(Base):
    """A single stored fact about this installation, e.g. that it holds the demo city."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
