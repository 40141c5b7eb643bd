"""城市方案 the city profile as it was edited: every version whole, so that any can come back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.user import User


class ProfileVersion(Base):
    """One version of the profile, under the names of its TOML file.

    The newest holds. The first is what the program was started with, made by nobody.
    """

    __tablename__ = "profile_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    # What was changed: [[section, label, before, after], …] in words.
    changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(String(300), default="")
    restores: Mapped[int | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    actor: Mapped[User | None] = relationship()
