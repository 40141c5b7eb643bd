"""What the desk (坐席台) keeps beside calls: an agent's pins and practice, and 统一口径 for all."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem
from kb.models.user import User


class DeskPin(Base):
    """固定: an entry an agent keeps at hand."""

    __tablename__ = "desk_pin"
    __table_args__ = (UniqueConstraint("user_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Guidance(Base):
    """统一口径: what every agent says from now on, until it ends or is withdrawn."""

    __tablename__ = "guidance"
    __table_args__ = (Index("ix_guidance_ends_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(300))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    issued_by: Mapped[User] = relationship(foreign_keys=[issued_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])
    item: Mapped[KnowledgeItem | None] = relationship()
    readers: Mapped[list["GuidanceReader"]] = relationship(order_by="GuidanceReader.id")


class GuidanceReader(Base):
    """知道了: that an agent has taken note."""

    __tablename__ = "guidance_reader"
    __table_args__ = (UniqueConstraint("guidance_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guidance_id: Mapped[int] = mapped_column(ForeignKey("guidance.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class PracticeRun(Base):
    """练习: questions an agent answers without a caller, one after the other.

    ``questions`` are ids of judged questions in their order; ``answers`` one object for each that
    was answered: ``query_id``, ``item_id`` (None for 无依据), ``is_right``, ``seconds``.
    """

    __tablename__ = "practice_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When the question that waits was shown first; its seconds count from here.
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    questions: Mapped[list[int]] = mapped_column(JSON)
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
