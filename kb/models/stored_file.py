"""Original files: the bytes on disk by their hash, and each push of them as a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime
from kb.terms import ReadState, ScanState


class StoredFile(Base):
    """An original as a unit sent it. The name is data for people, never part of a path."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_state: Mapped[str] = mapped_column(String(20), default=ReadState.PENDING.value)
    file_type: Mapped[str] = mapped_column(String(20), default="")
    # Why reading failed, as the person was told; empty when it did not.
    problem_code: Mapped[str] = mapped_column(String(40), default="")
    problem: Mapped[str] = mapped_column(String(500), default="")
    # When a person said that a file which was not read needs no more attention.
    dismissed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # 查毒: clean also when no scanner is set up.
    scan_state: Mapped[str] = mapped_column(
        String(20), default=ScanState.CLEAN.value, server_default=ScanState.CLEAN.value
    )
    scan_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # What the reader recognised, with where it was read (JSON of docs_import's Metadata).
    recognised: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class FileText(Base):
    """What was read in an original, in canonical Markdown; drafts are edited, this never is.

    ``unread_pages`` are pictures of which no text was read, from 1.
    """

    __tablename__ = "file_text"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    unread_pages: Mapped[list[int]] = mapped_column(JSON, default=list)


class FileAttachment(Base):
    """附件: a file that came inside another one, e.g. a mail; kept and read by itself."""

    __tablename__ = "file_attachment"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
