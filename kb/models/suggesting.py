"""What category suggestions learn from, and the model that was learned."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.request import CitizenRequest


class CategoryLesson(Base):
    """A settled request and the category it was settled under.

    ``learned_in`` is the model version that learned it; empty while it waits, also again after
    its category was corrected.
    """

    __tablename__ = "category_lesson"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("citizen_request.id"), unique=True)
    category: Mapped[str] = mapped_column(String(80), index=True)
    learned_in: Mapped[int | None] = mapped_column(index=True)

    request: Mapped[CitizenRequest] = relationship()


class LearnedModel(Base):
    """One version of the model of categories; the newest is in use, older ones are cleared away.

    It can be made anew from the lessons at any time. ``basis`` names the lists of categories and
    catalogue words it began with; ``whole_at`` is how many lessons it had learned when it was
    last made as a whole.
    """

    __tablename__ = "learned_model"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    basis: Mapped[str] = mapped_column(String(64))
    lessons: Mapped[int]
    whole_at: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    packed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
