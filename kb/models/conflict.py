"""口径冲突 conflicts: two clauses of two entries that tell callers different things."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.unit import Unit
from kb.models.user import User
from kb.terms import ConflictState


class Conflict(Base):
    """One attribute on which two entries contradict each other, and what became of it.

    ``left_answer`` and ``right_answer`` are what the units said last; who said it when and why is
    in the steps. ``ruling`` is the editor's word, said from the left side. ``memory_key`` names
    both passages and the attribute, so that what was found to be no conflict is not asked again.
    A hint belongs to a version that is not published; nobody but its own unit sees it.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        Index("ix_conflict_state_due", "state", "due_at"),
        Index("ix_conflict_left_item", "left_item_id", "state"),
        Index("ix_conflict_right_item", "right_item_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attribute: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), default=ConflictState.OPEN.value)
    memory_key: Mapped[str] = mapped_column(String(64), index=True)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    left_item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"))
    left_version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    left_ordinal: Mapped[int]
    left_clause: Mapped[str] = mapped_column(String(600))
    left_value: Mapped[str] = mapped_column(String(300))
    left_start: Mapped[int]  # of the value in the clause
    left_answer: Mapped[str] = mapped_column(String(20), default="")
    right_item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"))
    right_version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    right_ordinal: Mapped[int]
    right_clause: Mapped[str] = mapped_column(String(600))
    right_value: Mapped[str] = mapped_column(String(300))
    right_start: Mapped[int]
    right_answer: Mapped[str] = mapped_column(String(20), default="")

    ruling: Mapped[str] = mapped_column(String(20), default="")
    # How often the units were asked: each time anew, with notices of their own.
    times_asked: Mapped[int] = mapped_column(default=0)
    rev: Mapped[int] = mapped_column(default=1)

    left_item: Mapped[KnowledgeItem] = relationship(foreign_keys=[left_item_id])
    right_item: Mapped[KnowledgeItem] = relationship(foreign_keys=[right_item_id])
    left_version: Mapped[KnowledgeVersion] = relationship(foreign_keys=[left_version_id])
    right_version: Mapped[KnowledgeVersion] = relationship(foreign_keys=[right_version_id])
    steps: Mapped[list["ConflictStep"]] = relationship(
        back_populates="conflict", order_by="ConflictStep.id"
    )

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so


class ConflictStep(Base):
    """One step in the life of a conflict; only ever added.

    ``side`` is ``left``, ``right`` or empty; ``answer`` is set when a unit answered or an editor
    ruled.
    """

    __tablename__ = "conflict_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    conflict_id: Mapped[int] = mapped_column(ForeignKey("conflict.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(5), default="")
    answer: Mapped[str] = mapped_column(String(20), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    conflict: Mapped[Conflict] = relationship(back_populates="steps")
    actor: Mapped[User | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
