"""工单 work orders: the events are the truth, everything else only speeds up lists."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.request import CitizenRequest
from kb.models.unit import Unit
from kb.models.user import User
from kb.models.work_order_past import WorkOrderPast
from kb.terms import ScanState


class WorkOrder(Base):
    """A 工单. Everything but its number and request follows from ``events``."""

    __tablename__ = "work_order"
    __table_args__ = (
        # Lists run by a date with what has none last (NULLS LAST), which both databases read from
        # an index; "counted" holds all that the numbers beside the lists are counted by.
        Index("ix_work_order_state_next", "state", "next_due_at"),
        Index("ix_work_order_unit_next", "unit_id", "next_due_at"),
        Index("ix_work_order_unit_state_next", "unit_id", "state", "next_due_at"),
        Index("ix_work_order_state_created", "state", "created_at"),
        Index("ix_work_order_state_acknowledge", "state", "acknowledge_due_at"),
        Index("ix_work_order_pending_next", "pending", "next_due_at"),
        Index("ix_work_order_ruling_next", "is_ruling", "next_due_at"),
        Index("ix_work_order_supervised", "unit_id", "is_supervised", "supervision_due_at"),
        Index(
            "ix_work_order_calls",
            *("state", "follow_up", "satisfaction", "call_attempts"),
            *("call_back_due_at", "resolved_at"),
        ),
        Index("ix_work_order_created", "created_at"),
        Index("ix_work_order_category_created", "category", "created_at"),
        Index("ix_work_order_due", "due_at", "state"),
        Index("ix_work_order_settled", "settled", "resolved_at"),
        Index(
            "ix_work_order_counted",
            *("unit_id", "state", "pending", "is_ruling", "is_supervised", "follow_up"),
            *("acknowledge_due_at", "acknowledged_at", "due_at", "next_due_at", "resolved_at"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("citizen_request.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # An answer that was in the library although the order was raised ("lost" resolution).
    lost_item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))

    # An order of an old system may be the part of an assisting unit (kb.records); ours are led.
    role: Mapped[str] = mapped_column(String(20), default="lead", server_default="lead")

    # Copied from the request with every event and correction (services.orders.projecting), so that
    # a month's orders are found and counted without it.
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    channel: Mapped[str] = mapped_column(String(30))
    request_outcome: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(80), default="", server_default="")

    # Projection of the events (kb.services.orders.projecting), rewritten with every event.
    state: Mapped[str] = mapped_column(String(20), index=True)
    # The lead unit, kept after the resolution; and who answers now (None: the centre).
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    accountable_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    urgency: Mapped[str] = mapped_column(String(20), default="normal", server_default="normal")
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledge_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # 答复 while the unit has the order in hand, and 核定 while the centre rules.
    reply_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ruling_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The clock that runs out first, and its kind (kb.terms.ClockKind).
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    next_due_kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    # What waits for the centre: return, extension, pause, decline; for its unit: signing; or empty.
    pending: Mapped[str] = mapped_column(String(20), default="", server_default="")
    is_ruling: Mapped[bool] = mapped_column(default=False, server_default=false())
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the open 督办单 must be answered; its own clock.
    is_supervised: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
    supervision_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returns: Mapped[int] = mapped_column(default=0, server_default="0")
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
    reminders: Mapped[int] = mapped_column(default=0, server_default="0")
    reopens: Mapped[int] = mapped_column(default=0, server_default="0")
    settled: Mapped[str] = mapped_column(String(20), default="", server_default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    follow_up: Mapped[str] = mapped_column(String(20), default="none", server_default="none")
    followed_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_back_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    satisfaction: Mapped[str] = mapped_column(String(20), default="", server_default="")
    knowledge: Mapped[str] = mapped_column(String(20), default="", server_default="")
    merged_into: Mapped[str] = mapped_column(String(40), default="", server_default="")
    # Since when it is counted as it stands here; how it stood before is in ``past``.
    revised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it came in with records of another system; what fell due before was said there.
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_count: Mapped[int] = mapped_column(default=0)

    request: Mapped[CitizenRequest] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    events: Mapped[list["WorkOrderEvent"]] = relationship(
        back_populates="order", order_by="WorkOrderEvent.seq"
    )
    units: Mapped[list["WorkOrderUnit"]] = relationship(
        back_populates="order", order_by="WorkOrderUnit.ordinal"
    )
    supervisions: Mapped[list["WorkOrderSupervision"]] = relationship(
        back_populates="order", order_by="WorkOrderSupervision.ordinal"
    )
    files: Mapped[list["OrderFile"]] = relationship(order_by="OrderFile.id")
    past: Mapped[list[WorkOrderPast]] = relationship(order_by=WorkOrderPast.id)


class WorkOrderEvent(Base):
    """One thing that happened to an order. Only ever added; ``(order, seq)`` refuses a race."""

    __tablename__ = "work_order_event"
    __table_args__ = (
        UniqueConstraint("order_id", "seq"),
        Index(
            "ix_work_order_event_redone",
            "order_id",
            "at",
            postgresql_where=text("kind IN ('sent_back', 'merge_taken', 'merge_released')"),
            sqlite_where=text("kind IN ('sent_back', 'merge_taken', 'merge_released')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    order: Mapped[WorkOrder] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()


class WorkOrderUnit(Base):
    """A unit's part in an order (projection): lead, assisting or asked for an opinion.

    A part that is over has ``until`` and the event kind that ended it. Who has or had a part may
    see the order.
    """

    __tablename__ = "work_order_unit"
    __table_args__ = (
        UniqueConstraint("order_id", "ordinal"),
        Index("ix_work_order_unit_part", "unit_id", "until", "role", "order_id", "is_done"),
        Index(
            "ix_work_order_unit_returned",
            *("until", "role", "unit_id", "order_id"),
            postgresql_where=text("ended_by IN ('returned', 'return_granted')"),
            sqlite_where=text("ended_by IN ('returned', 'return_granted')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    ordinal: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(30), default="", server_default="")
    acknowledge_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_done: Mapped[bool] = mapped_column(default=False, server_default=false())

    order: Mapped[WorkOrder] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship()


class WorkOrderSupervision(Base):
    """A 督办单 of an order (projection); its number is the order's and its own: ``…-督1``."""

    __tablename__ = "work_order_supervision"
    __table_args__ = (
        UniqueConstraint("order_id", "ordinal"),
        Index("ix_work_order_supervision_at", "at"),
        Index("ix_work_order_supervision_unit", "unit_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    ordinal: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    order: Mapped[WorkOrder] = relationship(back_populates="supervisions")
    unit: Mapped[Unit | None] = relationship()


class OrderFile(Base):
    """附件 of an order: photo, recording, paper. The bytes lie in the original store by hash.

    ``seq`` is the event that names it; None until then.
    """

    __tablename__ = "order_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    seq: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scan_state: Mapped[str] = mapped_column(
        String(20), default=ScanState.CLEAN.value, server_default=ScanState.CLEAN.value
    )

    uploader: Mapped[User | None] = relationship()
