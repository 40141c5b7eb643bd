"""专项 that supervisors keep beside those of the city profile; every change is a version."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.user import User


class SpecialTopic(Base):
    """A saved condition: ``channels, lines, purposes, categories, regions, words, days``."""

    __tablename__ = "special_topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    rev: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    versions: Mapped[list["SpecialTopicVersion"]] = relationship(
        order_by="SpecialTopicVersion.rev.desc()"
    )


class SpecialTopicVersion(Base):
    """A 专项 as it read after one change; ``act`` is made, changed, removed or restored."""

    __tablename__ = "special_topic_version"
    __table_args__ = (UniqueConstraint("topic_id", "rev"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("special_topic.id"))
    rev: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(30))
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User | None] = relationship()
