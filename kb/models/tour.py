"""Guided tours (导览) that people have finished or left."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime


class FinishedTour(Base):
    """One person's tour of one role, values of :class:`kb.terms.Role`."""

    __tablename__ = "finished_tour"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
