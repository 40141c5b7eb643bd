"""批次: many files or rows pushed together, kept and read before anything becomes a draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.stored_file import StoredFile
from kb.models.unit import Unit
from kb.models.user import User
from kb.terms import BatchState, EntryOutcome


class Batch(Base):
    """A push of many files: who, for which unit, what they said about them, and how far it is.

    ``key`` makes it idempotent: the same unit sends the same key once. Counts are taken from the
    entries, so that they are always true.
    """

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("unit_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    key: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(20), default=BatchState.RECEIVING.value)
    # What the sender says about every file in it (see kb.services.wishes).
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    author: Mapped[User | None] = relationship()


class BatchEntry(Base):
    """One file or table row of a batch: what it would become, what was decided, what it became.

    ``outcome`` is what was found when it was read. A file that was opened into rows or further
    files is a container; those have it as ``parent_id``. ``choice`` is a person's decision, empty
    until there is one (a letter that only brings files is left aside until then); ``wanted`` is
    what has been ordered for it and not been done yet.
    """

    __tablename__ = "batch_entry"
    __table_args__ = (Index("ix_batch_entry_batch_outcome", "batch_id", "outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("batch_entry.id"))
    # Whose entry it becomes: the batch's unit, or the one that the row names.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    # None when not even the original could be kept, e.g. because it was too large.
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    path: Mapped[str] = mapped_column(String(300))
    sheet: Mapped[str] = mapped_column(String(100), default="")
    row: Mapped[int | None]  # as the person sees it, from 1

    outcome: Mapped[str] = mapped_column(String(20), default=EntryOutcome.WAITING.value)
    # How often reading it was begun; what breaks the reader off is not begun for ever.
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    code: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    document_number: Mapped[str] = mapped_column(String(80), default="")
    text_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # The content as it will be written (kb.services.content_json); emptied once it is.
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    matched_version_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.id"))
    matched_entry_id: Mapped[int | None] = mapped_column(ForeignKey("batch_entry.id"))
    similarity: Mapped[float | None] = mapped_column(Double)
    # What else to know of it (kb.services.foreseen), each as {kind, message, item_id}, and how
    # many entries of the library it says it ends or changes.
    notices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    touched: Mapped[int] = mapped_column(default=0, server_default="0")

    choice: Mapped[str] = mapped_column(String(20), default="")
    wanted: Mapped[str] = mapped_column(String(20), default="")
    version_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile | None] = relationship()
