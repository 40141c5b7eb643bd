"""扫描件 scans: page pictures, the lines recognised on them, and what people made of these."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.stored_file import StoredFile
from kb.models.user import User
from kb.terms import ScanPageState


class Scan(Base):
    """A stored file with pages that are pictures: recognised or typed, then made a draft.

    ``finished_at`` is when a person said that the text is right; the draft was made with it.
    """

    __tablename__ = "scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    # What the sender said about the document (kb.services.intake.Wishes as JSON).
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Canonical Markdown of the pages that have a text layer; "" when none has.
    text_body: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    file: Mapped[StoredFile] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[created_by])
    pages: Mapped[list["ScanPage"]] = relationship(
        back_populates="scan", order_by="ScanPage.number"
    )


class ScanPage(Base):
    """One page picture. ``rev`` guards the typed text against lost updates.

    ``attempts`` counts recognitions begun: a page that brings the recogniser down twice is typed.
    """

    __tablename__ = "scan_page"
    __table_args__ = (UniqueConstraint("scan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=ScanPageState.WAITING.value, index=True)
    rev: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    # Degrees clockwise, 0 to 360, by which the picture must be turned so that lines are level.
    turned: Mapped[float] = mapped_column(Double, default=0.0)
    # Of the page turned upright, in pixels of the recognised picture; 0 before it was recognised.
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    # Why the page could not be recognised, as people are told; "" when it could.
    problem: Mapped[str] = mapped_column(String(300), default="")
    typed: Mapped[str] = mapped_column(Text, default="")
    # When the recogniser last began with it.
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    scan: Mapped[Scan] = relationship(back_populates="pages")
    lines: Mapped[list["ScanLine"]] = relationship(
        back_populates="page", order_by="ScanLine.ordinal", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so


class ScanLine(Base):
    """A recognised line. ``text`` never changes; ``corrected`` is what a person made of it.

    ``box`` is left, top, right, bottom as fractions of the page turned upright; ``doubtful`` holds
    half-open spans of ``text``. An empty ``corrected`` takes the line out.
    """

    __tablename__ = "scan_line"
    __table_args__ = (UniqueConstraint("page_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("scan_page.id"), index=True)
    ordinal: Mapped[int]
    box: Mapped[list[float]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(String(2000))
    confidence: Mapped[float] = mapped_column(Double)
    doubtful: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    corrected: Mapped[str | None] = mapped_column(String(2000))
    # Doubtful spans nobody has looked at; 0 once the line was checked or corrected.
    doubts: Mapped[int] = mapped_column(default=0)
    rev: Mapped[int] = mapped_column(default=1)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    page: Mapped[ScanPage] = relationship(back_populates="lines")

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so
