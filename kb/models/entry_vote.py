"""有用/没用: what the public says about an entry."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeVersion


class EntryVote(Base):
    """One vote on a version; ``reason`` is a ``VoteReason`` or empty, ``said`` has no numbers."""

    __tablename__ = "entry_vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_useful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(20), default="")
    said: Mapped[str] = mapped_column(String(200), default="")

    version: Mapped[KnowledgeVersion] = relationship()
