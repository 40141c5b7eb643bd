"""知识产出: the entries that orders gave rise to, and whether the caller's question finds them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.user import User
from kb.models.work_order import WorkOrder


class OrderEntry(Base):
    """An entry drafted from an order's reply, or named as the one that answers its matter.

    ``version_id`` is the draft made from the reply. ``results`` tells how the caller's questions
    did when they were last asked again: ``{"text", "is_answered", "item_id", "said"}`` each.
    """

    __tablename__ = "order_entry"
    __table_args__ = (UniqueConstraint("order_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    order: Mapped[WorkOrder] = relationship()
    item: Mapped[KnowledgeItem] = relationship()
    version: Mapped[KnowledgeVersion | None] = relationship()
    actor: Mapped[User | None] = relationship()
