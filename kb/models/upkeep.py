"""What keeps knowledge in force: reminders, checks, planned publication, mail, subscriptions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.models.operations import BigKey
from kb.models.unit import Unit
from kb.models.user import User


class Notice(Base):
    """提醒: something a unit, a role or one person should see to; ``key`` says it only once.

    A person is meant when every one of ``unit_id``, ``role`` and ``user_id`` that is set fits them.
    A unit alone means those who write and review for it.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_open", "is_resolved", "unit_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    path: Mapped[str] = mapped_column(String(300))  # where it is seen to, from the site's root
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str | None] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_resolved: Mapped[bool] = mapped_column(default=False, server_default=false())

    unit: Mapped[Unit | None] = relationship()


class NoticeReader(Base):
    """What one person did with a notice: saw it, and the mail that told them."""

    __tablename__ = "notice_reader"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail_message.id"), index=True)


class EntryCheck(Base):
    """核验: a person looked at an entry on its due day and said what is to become of it.

    ``outcome`` is ``holds`` (仍有效, to be checked again on ``next_review_on``) or ``ends``
    (到期不再延续). ``due_on`` is the day this settled, if the entry had one.
    """

    __tablename__ = "entry_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date | None]
    next_review_on: Mapped[date | None]


class PlannedPublication(Base):
    """定时发布: an approved version that the worker publishes at ``publish_at``.

    ``state`` is waiting, done, cancelled or failed; ``problem`` tells the person why it failed.
    ``desk`` is the version's state when it was planned, to which it goes back.
    """

    __tablename__ = "planned_publication"
    __table_args__ = (Index("ix_planned_publication_due", "state", "publish_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_version.id"), index=True)
    publish_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    problem: Mapped[str] = mapped_column(String(500), default="")
    desk: Mapped[str] = mapped_column(String(20), default="", server_default="")

    version: Mapped[KnowledgeVersion] = relationship()
    planner: Mapped[User | None] = relationship()


class MailMessage(Base):
    """A mail on its way. ``state`` is waiting, sent or failed.

    A digest is one per person (``user_id``) and day. A mail of its own, about one order, has a
    ``key`` that says it once, and ``recipient``, who need not be a user.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        UniqueConstraint("user_id", "day"),
        Index("ix_mail_message_due", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(40), default="", server_default="")
    day: Mapped[date]
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(500), default="")

    user: Mapped[User | None] = relationship()


class WebhookSubscription(Base):
    """推送订阅: an address that is told about events. Its secret is derived, never stored."""

    __tablename__ = "webhook_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Only this unit's entries and those of the units below it; ``None`` is every unit.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    with_internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    salt: Mapped[str] = mapped_column(String(64))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()


class WebhookDelivery(Base):
    """One event for one subscription. ``state`` is waiting, sent, failed or dropped."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_due", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("webhook_subscription.id"), index=True)
    # The same for every subscription and every repeat: by it a receiver knows it has it already.
    event_id: Mapped[str] = mapped_column(String(36), index=True)
    event: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(500), default="")

    subscription: Mapped[WebhookSubscription] = relationship()
    item: Mapped[KnowledgeItem | None] = relationship()
