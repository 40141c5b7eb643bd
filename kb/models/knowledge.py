"""知识条目 knowledge items, their immutable versions, passages and links."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.stored_file import StoredFile
from kb.models.unit import Unit
from kb.models.user import User
from kb.terms import Audience, ItemState, VersionState


class KnowledgeItem(Base):
    """An entry: what stays the same while its versions change.

    ``current_version_id`` is what is published; a draft of the next version does not touch it.
    ``ended_on`` is the last day it held when a successor or a repeal ended it.
    """

    __tablename__ = "knowledge_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=ItemState.DRAFT.value, index=True)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("knowledge_version.id", use_alter=True)
    )
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    checked_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    # The first day an earlier version held, where the current one begins later.
    first_held_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Grows with every change that the index must see, and guards against lost updates.
    rev: Mapped[int] = mapped_column(default=1)
    # An entry loaded from a named source (demo key, external id) keeps that name.
    source_key: Mapped[str | None] = mapped_column(String(120), index=True)

    unit: Mapped[Unit] = relationship()
    current_version: Mapped["KnowledgeVersion | None"] = relationship(
        foreign_keys=[current_version_id], viewonly=True
    )
    versions: Mapped[list["KnowledgeVersion"]] = relationship(
        back_populates="item",
        foreign_keys="KnowledgeVersion.item_id",
        order_by="KnowledgeVersion.number",
    )

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so


class KnowledgeVersion(Base):
    """One version of an entry. Its content never changes once it has left the draft state."""

    __tablename__ = "knowledge_version"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=VersionState.DRAFT.value, index=True)
    rev: Mapped[int] = mapped_column(default=1)

    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    document_number: Mapped[str] = mapped_column(String(80), default="", index=True)
    issuing_authority: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    review_on: Mapped[date | None]
    # The day from which the next version holds in its place; it may lie ahead.
    replaced_on: Mapped[date | None]
    # The day it took the place of the version before it, where it names no day of its own.
    took_over_on: Mapped[date | None]
    audience: Mapped[str] = mapped_column(String(20), default=Audience.PUBLIC.value)
    category: Mapped[str] = mapped_column(String(80), default="")
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    variants: Mapped[list[str]] = mapped_column(JSON, default=list)  # 相似问
    body: Mapped[str] = mapped_column(Text, default="")  # Markdown
    # conclusion, script, ask_first, materials, time_limit, fee, phone, place, hours, …
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    text_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    # MinHash of what it says (kb.minhash), to find near-duplicates.
    signature: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    # The sheet and row (from 1) of a table that this version was read from.
    sheet: Mapped[str] = mapped_column(String(100), default="", server_default="")
    row: Mapped[int | None]
    # The text leaves out part of its original; a reviewer allowed the original all the same.
    leaves_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    original_allowed: Mapped[bool] = mapped_column(default=False, server_default=false())
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Links this version will make when it is published: [{"kind", "item_id", "effective_on"}].
    planned_links: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    item: Mapped[KnowledgeItem] = relationship(back_populates="versions", foreign_keys=[item_id])
    file: Mapped[StoredFile | None] = relationship()
    author: Mapped[User | None] = relationship()
    passages: Mapped[list["PassageRow"]] = relationship(
        back_populates="version", order_by="PassageRow.ordinal", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": rev}  # noqa: RUF012 - SQLAlchemy reads it so


class PassageRow(Base):
    """段落: a clause, question, contact or table row; ``start``/``end`` are offsets in the body."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("version_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    ordinal: Mapped[int]
    heading_path: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    page: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20), default="text")

    version: Mapped[KnowledgeVersion] = relationship(back_populates="passages")


class ItemLink(Base):
    """``newer`` supersedes, repeals or amends ``older`` from ``effective_on`` on."""

    __tablename__ = "item_link"
    __table_args__ = (UniqueConstraint("newer_id", "older_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    newer_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    older_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    effective_on: Mapped[date]

    newer: Mapped[KnowledgeItem] = relationship(foreign_keys=[newer_id])
    older: Mapped[KnowledgeItem] = relationship(foreign_keys=[older_id])


class ItemEvent(Base):
    """One step in an entry's life: who did what when, and what they said. Only ever added."""

    __tablename__ = "item_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.id"))
    kind: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(String(1000), default="")

    actor: Mapped[User | None] = relationship()
