"""值班 duty rosters, whom an overdue order is taken to, and the history of the calendar."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.unit import Unit
from kb.models.user import User


class UnitDuty(Base):
    """What holds for a unit at any hour; ``rev`` grows with each change and refuses a race."""

    __tablename__ = "unit_duty"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    serves_always: Mapped[bool] = mapped_column(default=False, server_default=false())
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    rev: Mapped[int] = mapped_column(default=0, server_default="0")

    unit: Mapped[Unit] = relationship()


class DutyShift(Base):
    """One person on duty for a unit from ``starts_at`` until ``ends_at``, a few hours.

    ``day`` and ``period`` (:class:`kb.terms.DutyPeriod`) are what was entered; the instants were
    computed with the office hours of that time. A shift that was taken out keeps its row.
    """

    __tablename__ = "duty_shift"
    __table_args__ = (Index("ix_duty_shift_unit_ends", "unit_id", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    period: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(40))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()


class LeaderContact(Base):
    """A leader of a unit who is told by mail when an order stays overdue; ``level`` from 1 on."""

    __tablename__ = "leader_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    level: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(60), default="", server_default="")
    email: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())

    unit: Mapped[Unit] = relationship()


class CalendarChange(Base):
    """One change of the working calendar: who, why, and every day and year before and after.

    ``before`` and ``after`` are ``{"days": {"2027-01-01": [false, "元旦放假"] | null},
    "years": {"2027": source | null}}``; null is a day of the plain week, or a year not entered.
    """

    __tablename__ = "calendar_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    summary: Mapped[str] = mapped_column(String(300))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_change.id"))

    actor: Mapped[User | None] = relationship()
