"""纠错 corrections that people report on a passage, and 批注 comments of a review on a clause."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.request import Call, CitizenRequest
from kb.models.unit import Unit
from kb.models.user import User
from kb.terms import CorrectionState


class Correction(Base):
    """What somebody found wrong in a passage of a published version, and what became of it.

    ``due_at`` is when the owning unit must have answered. ``fix_version_id`` is the version opened
    to mend it; the correction is settled when a version that mends it is published.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_unit_state", "unit_id", "state"),
        Index("ix_correction_item_state", "item_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"))
    # The unit the entry belonged to when it was reported answers for it.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    passage_ordinal: Mapped[int] = mapped_column(default=0)
    quote: Mapped[str] = mapped_column(String(300), default="")
    clause: Mapped[str] = mapped_column(String(300), default="")  # how the whole clause began
    kind: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(String(500), default="")
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("citizen_request.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Why the time does not run as the unit's limit says; empty when it does.
    due_note: Mapped[str] = mapped_column(String(100), default="", server_default="")

    state: Mapped[str] = mapped_column(String(20), default=CorrectionState.OPEN.value)
    answer: Mapped[str] = mapped_column(String(500), default="")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fix_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("knowledge_version.id"), index=True
    )
    settled_by_version_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.id"))
    rev: Mapped[int] = mapped_column(default=1)

    item: Mapped[KnowledgeItem] = relationship()
    version: Mapped[KnowledgeVersion] = relationship(foreign_keys=[version_id])
    unit: Mapped[Unit] = relationship()
    call: Mapped[Call | None] = relationship()
    request: Mapped[CitizenRequest | None] = relationship()
    reporter: Mapped[User | None] = relationship(foreign_keys=[reporter_id])
    handled_by: Mapped[User | None] = relationship(foreign_keys=[handled_by_id])
    fix_version: Mapped[KnowledgeVersion | None] = relationship(foreign_keys=[fix_version_id])
    settled_by_version: Mapped[KnowledgeVersion | None] = relationship(
        foreign_keys=[settled_by_version_id]
    )

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so


class ClauseComment(Base):
    """A comment on a clause of a version under review, or a reply to one (``root_id``).

    The clause is named by its ordinal and the words it had (see :mod:`kb.clauses`), so that the
    comment is found again after the author has changed the text. Only a root is resolved.
    """

    __tablename__ = "clause_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(ForeignKey("clause_comment.id"), index=True)
    passage_ordinal: Mapped[int] = mapped_column(default=0)
    quote: Mapped[str] = mapped_column(String(300), default="")
    clause: Mapped[str] = mapped_column(String(300), default="")  # how the whole clause began
    text: Mapped[str] = mapped_column(String(1000))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    version: Mapped[KnowledgeVersion] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])
    replies: Mapped[list["ClauseComment"]] = relationship(
        foreign_keys=[root_id], order_by="ClauseComment.id"
    )
