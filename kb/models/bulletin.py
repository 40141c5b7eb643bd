"""通报: the bulletin of a period, its issued editions, and who did what to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.user import User
from kb.terms import BulletinKind, BulletinState


class BulletinRow(Base):
    """One bulletin as it is being written; ``topic`` names the 专项 of a 专报.

    ``document`` are the figures as plain numbers, counted at ``counted_at``; ``edits`` what people
    made of a section, ``{key: {"text", "is_left_out", "rev"}}``; ``header`` what they made of the
    head.
    ``rev`` grows with each change and refuses a race.
    """

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("kind", "topic", "first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(60), default="")
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date, index=True)
    state: Mapped[str] = mapped_column(String(20), default=BulletinState.DRAFT.value, index=True)
    rev: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    edits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    header: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Why a corrected edition is being made; empty otherwise.
    reason: Mapped[str] = mapped_column(Text, default="")

    editions: Mapped[list["BulletinEdition"]] = relationship(
        back_populates="bulletin", order_by="BulletinEdition.number"
    )
    steps: Mapped[list["BulletinStep"]] = relationship(order_by="BulletinStep.id")

    @property
    def kind_term(self) -> BulletinKind:
        """The kind with its label."""
        return BulletinKind(self.kind)

    @property
    def state_term(self) -> BulletinState:
        """The state with its label."""
        return BulletinState(self.state)


class BulletinEdition(Base):
    """An edition as it was issued. Never changed: files, figures and records stay as they were.

    ``snapshot`` is all that its files are made of (kb.services.bulletin_printing); ``records`` the
    numbers of the records behind each printed figure (kb.bulletins.issuing.keys). ``changes`` of a
    corrected edition are ``{"address", "name", "before", "after"}``.
    """

    __tablename__ = "bulletin_edition"
    __table_args__ = (UniqueConstraint("bulletin_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    number: Mapped[int]
    issue: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    records: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    bulletin: Mapped[BulletinRow] = relationship(back_populates="editions")
    by: Mapped[User | None] = relationship()
    files: Mapped[list["BulletinFile"]] = relationship(order_by="BulletinFile.form")


class BulletinFile(Base):
    """A printed form of an edition, kept as it was handed out."""

    __tablename__ = "bulletin_file"
    __table_args__ = (UniqueConstraint("edition_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("bulletin_edition.id"))
    form: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class BulletinStep(Base):
    """What somebody did to a bulletin; by nobody when it was drafted on schedule.

    ``former`` is what sections read before it, ``{key: {"text", "is_left_out"}}``.
    """

    __tablename__ = "bulletin_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    act: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    former: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    actor: Mapped[User | None] = relationship()
