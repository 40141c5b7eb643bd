"""派单目录 the dispatch catalogue: which unit a matter belongs to, on what basis, since when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.unit import Unit
from kb.models.user import User
from kb.terms import ObjectionState


class CatalogueEntry(Base):
    """A row of the catalogue: a 事项 in a region (empty: the whole city) and who answers for it.

    A row holds from ``valid_from`` to ``valid_until``, both included; a retired row ends on the
    day it was retired. ``rev`` counts its versions, which :class:`CatalogueVersion` keeps.
    """

    __tablename__ = "catalogue_entry"
    __table_args__ = (Index("ix_catalogue_entry_matter_region", "matter", "region"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(String(60))
    # What people say when they mean the matter.
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    category: Mapped[str] = mapped_column(String(80), default="", index=True)
    region: Mapped[str] = mapped_column(String(40), default="")
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    # 三定 or another legal basis, in words that can be quoted to a unit.
    basis: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    rev: Mapped[int] = mapped_column(default=1)

    lead: Mapped[Unit] = relationship()
    assisting: Mapped[list["CatalogueAssisting"]] = relationship(
        order_by="CatalogueAssisting.place", cascade="all, delete-orphan"
    )


class CatalogueAssisting(Base):
    """A 协办 unit of a row, in order."""

    __tablename__ = "catalogue_assisting"

    entry_id: Mapped[int] = mapped_column(ForeignKey("catalogue_entry.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship()


class CatalogueVersion(Base):
    """What a row said from one change to the next, who changed it and why. Only added to."""

    __tablename__ = "catalogue_version"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("catalogue_entry.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    # Every field as text or list; units by name, as they were called then.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    by: Mapped[User | None] = relationship()


class CatalogueObjection(Base):
    """异议: a unit says a row is not its duty; the dispatcher rules."""

    __tablename__ = "catalogue_objection"
    __table_args__ = (Index("ix_catalogue_objection_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("catalogue_entry.id"), index=True)
    # The version of the row that the unit had before its eyes.
    entry_rev: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    said: Mapped[str] = mapped_column(String(500))
    proposed_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(20), default=ObjectionState.OPEN.value)
    ruling: Mapped[str] = mapped_column(String(500), default="")
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ruled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[CatalogueEntry] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    proposed_unit: Mapped[Unit | None] = relationship(foreign_keys=[proposed_unit_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    ruled_by: Mapped[User | None] = relationship(foreign_keys=[ruled_by_id])
