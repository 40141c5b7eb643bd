"""来电常用说法: questions callers really asked, learned from adoptions."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime
from kb.terms import LearnedState


class LearnedQuery(Base):
    """A way of asking that led different people to the same entry.

    ``uses`` counts the calls of the last year; 0 when they no longer suffice. A removed one stays
    on record, so that it is not learned again.
    """

    __tablename__ = "learned_query"
    __table_args__ = (UniqueConstraint("item_id", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    text: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), default=LearnedState.WAITING.value)
    uses: Mapped[int] = mapped_column(default=0)
    learned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
