"""知识缺口 gaps: matters that people asked about and the library did not answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.operations import BigKey
from kb.models.unit import Unit
from kb.models.user import User
from kb.terms import GapState


class Gap(Base):
    """One matter without an answer, whom it was given to, and what became of it.

    ``asks`` and the two times are sums over its questions, kept for the lists. ``due_steps`` are
    the lines that derive ``due_at``. ``merged_into_id`` leads to the gap its questions went to.
    """

    __tablename__ = "gap"
    __table_args__ = (
        Index("ix_gap_state_due", "state", "due_at"),
        Index("ix_gap_unit_state", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default=GapState.OPEN.value)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    first_asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    asks: Mapped[int] = mapped_column(default=0)

    suspected_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    suspected_why: Mapped[str] = mapped_column(String(300), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_steps: Mapped[list[str]] = mapped_column(JSON, default=list)
    # How often it was given to a unit: each time has notices of its own.
    times_given: Mapped[int] = mapped_column(default=0)
    times_reopened: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("gap.id"))
    rev: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    suspected_unit: Mapped[Unit | None] = relationship(foreign_keys=[suspected_unit_id])
    questions: Mapped[list["GapQuery"]] = relationship(
        back_populates="gap", order_by="GapQuery.id", foreign_keys="GapQuery.gap_id"
    )
    entries: Mapped[list["GapEntry"]] = relationship(back_populates="gap", order_by="GapEntry.id")
    steps: Mapped[list["GapStep"]] = relationship(back_populates="gap", order_by="GapStep.id")

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so


class GapQuery(Base):
    """A question of a gap as it was asked, by whom (``staff`` or ``public``), and how it does now.

    ``matter`` is :func:`kb.gaps.matter.as_json`, ``why`` what joined it to the others. A private
    one may tell who asked: only the centre reads its words. ``is_answered`` and ``said`` tell of
    the last try; ``came_from_id`` is the gap it was in before a merge.
    """

    __tablename__ = "gap_query"
    __table_args__ = (UniqueConstraint("text", "audience"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    audience: Mapped[str] = mapped_column(String(20))
    matter: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    why: Mapped[str] = mapped_column(String(300), default="")
    is_private: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_answered: Mapped[bool | None]
    said: Mapped[str] = mapped_column(String(300), default="")
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("gap.id"))

    gap: Mapped[Gap] = relationship(back_populates="questions", foreign_keys=[gap_id])
    asks: Mapped[list["GapAsk"]] = relationship(back_populates="question", order_by="GapAsk.at")


class GapAsk(Base):
    """One time a question was asked. Without a question the words told no matter."""

    __tablename__ = "gap_ask"
    __table_args__ = (Index("ix_gap_ask_query_at", "query_id", "at"),)

    record_id: Mapped[int] = mapped_column(
        ForeignKey("search_record.id"), primary_key=True, autoincrement=False
    )
    query_id: Mapped[int | None] = mapped_column(ForeignKey("gap_query.id"))
    cause: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    question: Mapped[GapQuery | None] = relationship(back_populates="asks")


class GapEntry(Base):
    """An entry that is to answer a gap; ``version_id`` is the draft begun for it, if one was."""

    __tablename__ = "gap_entry"
    __table_args__ = (UniqueConstraint("gap_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    gap: Mapped[Gap] = relationship(back_populates="entries")
    item: Mapped[KnowledgeItem] = relationship()
    version: Mapped[KnowledgeVersion | None] = relationship()
    actor: Mapped[User | None] = relationship()


class GapStep(Base):
    """One step in the life of a gap; only ever added."""

    __tablename__ = "gap_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(String(500), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    gap: Mapped[Gap] = relationship(back_populates="steps")
    actor: Mapped[User | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class GapRun(Base):
    """One try of all questions of a gap through the search.

    ``results`` are ``{"query_id", "is_answered", "item_id", "said"}`` a question.
    """

    __tablename__ = "gap_run"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(20))
    total: Mapped[int]
    answered: Mapped[int]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
