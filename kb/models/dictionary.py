"""The city's own words (词典): what differs from the shipped lists, and every change of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.user import User


class DictionaryVersion(Base):
    """One saved change of the dictionary; versions are only added, and 0 is the shipped lists.

    ``changes`` is a list of ``{"kind", "key", "target", "before", "after"}`` where ``before`` and
    ``after`` hold the entry's weight, direction, note and state, or null when there was no row:
    enough to compute the dictionary of any version.
    """

    __tablename__ = "dictionary_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(300))
    # Why it was saved although judged queries got worse.
    overruled: Mapped[str] = mapped_column(String(300), default="")
    # The version this one went back to, if it did.
    restores: Mapped[int | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    author: Mapped[User | None] = relationship()


class DictionaryEntry(Base):
    """A word of the city, or a shipped one switched off: the sum of all versions so far.

    ``target`` is the official word of a synonym, the right spelling of a misspelling, the number
    of a best bet's knowledge item, and empty for plain words. An inactive row takes the shipped
    entry of the same kind, key and target out of use.
    """

    __tablename__ = "dictionary_entry"
    __table_args__ = (UniqueConstraint("kind", "key", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(60), default="")
    weight: Mapped[float] = mapped_column(Float, default=1.0)
    both_ways: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    version_number: Mapped[int] = mapped_column(ForeignKey("dictionary_version.number"))

    version: Mapped[DictionaryVersion] = relationship()


class DictionaryDraft(Base):
    """Changes an editor is about to save, and what they would do to saved and recent queries."""

    __tablename__ = "dictionary_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    # The version the editor saw; a draft of an older one must be looked at again.
    base_version: Mapped[int]
    restores: Mapped[int | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(20), default="open")  # open saved dropped

    author: Mapped[User] = relationship()
