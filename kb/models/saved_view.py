"""我的视图: the filters of a long list that a person keeps under a name."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime


class SavedView(Base):
    """The address of a list, nothing of what it shows; whoever opens it sees what they may see.

    ``list_name`` is the list, ``query`` its filters as an address writes them, in a fixed order.
    ``removed_at`` lets a removal be taken back for a while.
    """

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_user_id_list_name", "user_id", "list_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    list_name: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(20))
    query: Mapped[str] = mapped_column(String(600))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
