"""诉求 citizen requests, the calls they come in, and what resolved them."""

from datetime import datetime

from sqlalchemy import JSON, Computed, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import ONLY_IN, Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.unit import Unit
from kb.models.user import User
from kb.packed import packed
from kb.terms import Outcome, Purpose


class Call(Base):
    """一通来电 at the desk; ``external_id`` is the phone system's own number for it."""

    __tablename__ = "call"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(80), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    caller_phone: Mapped[str] = mapped_column(String(30), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # 保持: since when the caller waits while the agent is in another call.
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the agent typed so far, kept so that a crash or log-out loses nothing.
    draft_query: Mapped[str] = mapped_column(String(1000), default="")
    draft_notes: Mapped[str] = mapped_column(Text, default="")

    agent: Mapped[User] = relationship()


class CitizenRequest(Base):
    """诉求: what a caller asked for, and how it left the call."""

    __tablename__ = "citizen_request"
    __table_args__ = (
        Index("ix_citizen_request_received_outcome", "received_at", "outcome"),
        # All that a month's figures are counted by, so that they are read from here alone.
        Index(
            "ix_citizen_request_figures",
            *("received_at", "outcome", "resolved_at", "handed_over_at", "channel", "line"),
            *("purpose", "category", "region", "id"),
        ),
        # The same of what is kept in one column; SQLite's figures do not ask for it.
        Index(
            "ix_citizen_request_filed",
            *("received_at", "resolved_at", "handed_over_at", "outcome"),
            *("filed_place", "filed_matter"),
            info={ONLY_IN: "postgresql"},
        ),
        Index("ix_citizen_request_phone_hash", "phone_hash"),
        Index("ix_citizen_request_category", "category"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(30), default="电话")
    line: Mapped[str] = mapped_column(String(30), default="综合")
    purpose: Mapped[str] = mapped_column(String(20), default=Purpose.CONSULTATION.value)
    category: Mapped[str] = mapped_column(String(80), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    requester_name: Mapped[str] = mapped_column(String(40), default="")
    requester_phone: Mapped[str] = mapped_column(String(30), default="")
    # Keyed hash (HMAC-SHA-256) of the digits, so that history is found without reading numbers.
    phone_hash: Mapped[str] = mapped_column(String(64), default="")
    is_confidential: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default=Outcome.OPEN.value)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it became an order; of records of another system nobody knows, and it was at once.
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    # The earlier request that this one repeats, as the agent said when writing it down; where they
    # were parted again it is kept for figures of the time between.
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("citizen_request.id"), index=True)
    repeat_noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    repeat_parted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Written by the database with every change: what figures group by, each in one column.
    filed_place: Mapped[str | None] = mapped_column(
        Text, Computed(packed("outcome", "channel", "line", "region")), deferred=True
    )
    filed_matter: Mapped[str | None] = mapped_column(
        Text, Computed(packed("outcome", "channel", "purpose", "category")), deferred=True
    )

    agent: Mapped[User | None] = relationship()
    repeat_of: Mapped["CitizenRequest | None"] = relationship(remote_side=[id])
    corrections: Mapped[list["RequestCorrection"]] = relationship(
        back_populates="request", order_by="RequestCorrection.id"
    )
    call: Mapped[Call | None] = relationship()
    adoptions: Mapped[list["Adoption"]] = relationship(back_populates="request")

    @property
    def repeats(self) -> "CitizenRequest | None":
        """The earlier request that this one is noted to repeat now."""
        return self.repeat_of if self.repeat_parted_at is None else None


class RequestCorrection(Base):
    """更正: what was changed of a registration, ``{"category": [before, after]}``, and why."""

    __tablename__ = "request_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("citizen_request.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(300))
    changes: Mapped[dict[str, list[str]]] = mapped_column(JSON)

    request: Mapped[CitizenRequest] = relationship(back_populates="corrections")
    by: Mapped[User | None] = relationship()


class Adoption(Base):
    """在线办结归因: this query was answered by this passage of this version of this entry."""

    __tablename__ = "adoption"
    __table_args__ = (Index("ix_adoption_item_said", "item_id", "said"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("citizen_request.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"))
    # The unit the entry belonged to at that moment is the one credited.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    passage_ordinal: Mapped[int] = mapped_column(default=0)
    query: Mapped[str] = mapped_column(String(1000), default="")
    # The question without filler, when it tells nothing of a person; empty otherwise.
    said: Mapped[str] = mapped_column(String(40), default="", server_default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[CitizenRequest] = relationship(back_populates="adoptions")
    item: Mapped[KnowledgeItem] = relationship()
    version: Mapped[KnowledgeVersion] = relationship()
    unit: Mapped[Unit] = relationship()


class SearchRecord(Base):
    """A question that was asked and what came of it: the raw material of gaps and of 大家在搜.

    Personal numbers are masked before the query is stored.
    """

    __tablename__ = "search_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    query: Mapped[str] = mapped_column(String(200))
    audience: Mapped[str] = mapped_column(String(20))
    answered: Mapped[bool]
    top_item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    # The request that the question was asked for; the public asks without one.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("citizen_request.id"), index=True)
    # adopted | work_order | cancelled | none: what the agent did next
    led_to: Mapped[str] = mapped_column(String(20), default="none")
