"""导入任务: a set of record files that somebody uploaded, and how far it has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.operations import Job
from kb.models.records import RecordImport
from kb.models.user import User
from kb.terms import RecordSetState


class RecordSetRow(Base):
    """``files`` are ``{"name", "sha256", "size"}``; ``tables`` what each was taken for.

    ``counts``, ``notes`` and ``faults`` are what the check found; ``faults`` the first of
    ``fault_count``, each ``{"file", "row", "column", "value", "expected"}``. ``correction`` is the
    SHA-256 of the workbook to correct.
    """

    __tablename__ = "record_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(20), default=RecordSetState.CHECKING.value)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tables: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    fault_count: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(500), default="")
    correction: Mapped[str] = mapped_column(String(64), default="")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("record_import.id"))

    by: Mapped[User | None] = relationship()
    job: Mapped[Job | None] = relationship()
    loaded: Mapped[RecordImport | None] = relationship()
