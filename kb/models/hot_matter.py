"""热点事项: what was found in a period, and what an editor said of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.user import User


class MatterRound(Base):
    """One period looked at; looking again replaces what was found.

    ``state`` is waiting, running, done or failed; ``requests`` is how many were read.
    """

    __tablename__ = "matter_round"
    __table_args__ = (UniqueConstraint("first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    computed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")

    found: Mapped[list["FoundMatter"]] = relationship(
        cascade="all, delete-orphan", order_by="FoundMatter.ordinal"
    )


class FoundMatter(Base):
    """A group of similar requests, as the computation found it.

    ``anchor_id`` is its most central request, ``earlier`` the counts of the preceding periods,
    oldest first; ``units``, ``districts`` and ``categories`` are ``[[name, count], …]``.
    """

    __tablename__ = "found_matter"
    __table_args__ = (UniqueConstraint("round_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("matter_round.id"))
    ordinal: Mapped[int]
    anchor_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    burst: Mapped[float] = mapped_column(Double)
    earlier: Mapped[list[int]] = mapped_column(JSON)
    member_ids: Mapped[list[int]] = mapped_column(JSON)
    units: Mapped[list[Any]] = mapped_column(JSON)
    districts: Mapped[list[Any]] = mapped_column(JSON)
    categories: Mapped[list[Any]] = mapped_column(JSON)


class HotMatter(Base):
    """What an editor decided on requests of a period; bound to the requests, not to a group.

    ``state`` is accepted, dismissed, merged (into another) or undone; ``earlier`` are the counts
    of the preceding periods when it was decided. ``rev`` grows with each step.
    """

    __tablename__ = "hot_matter"
    __table_args__ = (Index("ix_hot_matter_period", "first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    member_ids: Mapped[list[int]] = mapped_column(JSON)
    earlier: Mapped[list[int]] = mapped_column(JSON)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("hot_matter.id"))
    rev: Mapped[int] = mapped_column(default=1)

    steps: Mapped[list["HotMatterStep"]] = relationship(order_by="HotMatterStep.id")


class HotMatterStep(Base):
    """Who did what to a hot matter. ``before`` is what it was, so that the step can be undone."""

    __tablename__ = "hot_matter_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("hot_matter.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    act: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)

    by: Mapped[User | None] = relationship()
