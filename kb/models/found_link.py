"""Documents that a version says it ends or changes, and what people decided about each."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.user import User
from kb.terms import FoundState


class FoundLink(Base):
    """废止, 修改 or 替代 of another document, read in the text of a version.

    ``item_id`` is the entry that a person said it is. The keys are title and 文号 as
    ``kb.services.found_acts`` compares them, so that a document pushed later is noticed.
    """

    __tablename__ = "found_link"
    __table_args__ = (
        UniqueConstraint("version_id", "ordinal"),
        Index("ix_found_link_number_key", "number_key"),
        Index("ix_found_link_title_key", "title_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    ordinal: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    document_number: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(100))
    effective_on: Mapped[date | None]
    number_key: Mapped[str] = mapped_column(String(80))
    title_key: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), default=FoundState.OPEN.value)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    version: Mapped[KnowledgeVersion] = relationship()
    item: Mapped[KnowledgeItem | None] = relationship()
    decided_by: Mapped[User | None] = relationship()
