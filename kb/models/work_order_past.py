"""How orders stood before something counted of them was rewritten (kb.work_orders.past)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime


class WorkOrderPast(Base):
    """What an order was counted as from ``since`` until just before ``until`` (projection).

    The columns are those of ``work_order`` with the same names.
    """

    __tablename__ = "work_order_past"
    __table_args__ = (
        Index("ix_work_order_past_order", "order_id", "until"),
        Index("ix_work_order_past_until", "until", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledge_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    followed_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    satisfaction: Mapped[str] = mapped_column(String(20))
    returns: Mapped[int]
    reopens: Mapped[int]
    merged_into: Mapped[str] = mapped_column(String(40))
