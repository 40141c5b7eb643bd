"""工单 work orders: the events are the truth, the projection only speeds up lists."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.request import CitizenRequest
from kb.models.unit import Unit
from kb.models.user import User


class WorkOrder(Base):
    """A 工单. Everything but its number and request follows from ``events``."""

    __tablename__ = "work_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("citizen_request.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # An answer that was in the library although the order was raised ("lost" resolution).
    lost_item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))

    # Projection of the events (kb.work_orders.state), rewritten whenever an event is added.
    state: Mapped[str] = mapped_column(String(20), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    acknowledge_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    event_count: Mapped[int] = mapped_column(default=0)

    request: Mapped[CitizenRequest] = relationship()
    unit: Mapped[Unit | None] = relationship()
    events: Mapped[list["WorkOrderEvent"]] = relationship(
        back_populates="order", order_by="WorkOrderEvent.seq"
    )


class WorkOrderEvent(Base):
    """One thing that happened to an order. Only ever added; ``(order, seq)`` refuses a race."""

    __tablename__ = "work_order_event"
    __table_args__ = (UniqueConstraint("order_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    order: Mapped[WorkOrder] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()
