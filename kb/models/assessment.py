"""考核: what units object to, what the centre rules, and the cards of a period once frozen."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.unit import Unit
from kb.models.user import User


class AssessmentObjection(Base):
    """异议 of a unit against one item of its card.

    ``state`` is open, upheld or refused. ``unit`` is the name it is counted under; ``value`` what
    the item counts with after an upheld objection, as written.
    """

    __tablename__ = "assessment_objection"
    __table_args__ = (Index("ix_assessment_objection_period", "first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    counted_as: Mapped[str] = mapped_column(String(120))
    figure: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(1000))
    evidence: Mapped[str] = mapped_column(String(1000))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(20), default="open")
    value: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    ruled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    rev: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()
    filed_by: Mapped[User | None] = relationship(foreign_keys=[filed_by_id])
    ruled_by: Mapped[User | None] = relationship(foreign_keys=[ruled_by_id])


class AssessmentSnapshot(Base):
    """The cards of a period as they were frozen; ``document`` is JSON and never changes.

    ``as_of`` is the moment the orders were looked at; ``records`` the numbers of the records behind
    each figure (kb.bulletins.issuing.keys), of those frozen before they were kept none.
    """

    __tablename__ = "assessment_snapshot"
    __table_args__ = (UniqueConstraint("first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    records: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    frozen_by: Mapped[User | None] = relationship()
