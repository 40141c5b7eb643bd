"""答复模板: outlines of replies that a unit keeps for itself, or the centre for every unit."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.unit import Unit
from kb.models.user import User


class ReplyTemplate(Base):
    """The newest text of an outline. ``unit_id`` is None for one of the centre.

    ``purposes`` are values of :class:`kb.terms.Purpose`, none for any; ``rev`` grows with each
    change and refuses a race. One that was deleted keeps its row and may come back.
    """

    __tablename__ = "reply_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    purposes: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    rev: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()
    versions: Mapped[list["ReplyTemplateVersion"]] = relationship(
        order_by="ReplyTemplateVersion.rev.desc()"
    )


class ReplyTemplateVersion(Base):
    """An outline as it read after one change; ``act`` is made, changed, removed or restored."""

    __tablename__ = "reply_template_version"
    __table_args__ = (UniqueConstraint("template_id", "rev"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("reply_template.id"))
    rev: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    purposes: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    actor: Mapped[User | None] = relationship()
