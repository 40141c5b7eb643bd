"""What came from other systems: whole record sets, and daily call counts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime


class CallCount(Base):
    """话务 of a day: calls offered by the network and calls answered by agents."""

    __tablename__ = "call_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    offered: Mapped[int]
    answered: Mapped[int]


class RecordImport(Base):
    """A set of record files that was loaded; the same set is not loaded twice."""

    __tablename__ = "record_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    loaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
