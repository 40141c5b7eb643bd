"""From a row to the receiver: signed, to a listed host only, tried again for about a day.

The receiver checks ``X-Yingda-Signature: t=<unix seconds>,v1=<hex>``, where hex is the
HMAC-SHA256 of ``<t>.<body>`` under the subscription's secret, and ignores an ``id`` it knows.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from kb.errors import IllegalTransition, NotFound
from kb.models import WebhookDelivery
from kb.services.notices import notify
from kb.terms import Role
from kb.webhook_post import DeliveryRefused, Post

LEASE = timedelta(minutes=2)
# About a day in all; after that a person must look.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
WEBHOOK_FAILED = "webhook_failed"
# A receiver that does not answer is left alone for a moment, whatever else waits for it.
PAUSE = timedelta(minutes=1)


def secret_of(signing_key: str, salt: str) -> str:
    """The secret of a subscription: derived from the installation's key, kept nowhere."""
    digest = hmac.new(signing_key.encode(), f"webhook:{salt}".encode(), hashlib.sha256)
    return f"whs_{digest.hexdigest()}"


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The value of the signature header."""
    seconds = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


def body_of(payload: Mapping[str, Any]) -> bytes:
    """The body as it is signed and sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether a delivery waits to be sent now."""
    query = select(WebhookDelivery.id).where(
        WebhookDelivery.state == "waiting", WebhookDelivery.next_try_at <= now
    )
    return session.scalar(query.limit(1)) is not None


def take_delivery(session: Session, now: datetime) -> WebhookDelivery | None:
    """Lease the next delivery that is due; if the sender dies, it is due again a little later."""
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.state == "waiting", WebhookDelivery.next_try_at <= now)
        .order_by(WebhookDelivery.next_try_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=WebhookDelivery)
        .options(joinedload(WebhookDelivery.subscription))
    )
    row = session.scalars(query).first()
    if row is None:
        return None
    if not row.subscription.is_active:
        row.state, row.error = "dropped", "订阅已停用"
        return row
    row.attempts += 1
    row.tried_at, row.next_try_at = now, now + LEASE
    return row


def deliver(row: WebhookDelivery, post: Post, signing_key: str, now: datetime) -> int:
    """Post one delivery.

    :returns: the receiver's status, 200 to 299.
    :raises DeliveryRefused: anything else.
    """
    body = body_of(row.payload)
    secret = secret_of(signing_key, row.subscription.salt)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Yingda-Webhook/1",
        "X-Yingda-Event": row.event,
        "X-Yingda-Event-Id": row.event_id,
        "X-Yingda-Signature": signature(secret, now, body),
    }
    status = post(row.subscription.url, headers, body)
    if 300 <= status < 400:
        raise DeliveryRefused(
            f"接收方要求跳转（{status}），不跟随；请把订阅地址改为最终地址", status
        )
    if not 200 <= status < 300:
        raise DeliveryRefused(f"接收方回答 {status}", status)
    return status


def note_delivered(session: Session, delivery_id: int, status: int) -> None:
    """The receiver has it."""
    row = session.get_one(WebhookDelivery, delivery_id)
    row.state, row.status, row.error = "sent", status, ""


def note_refused(
    session: Session, delivery_id: int, refused: DeliveryRefused, now: datetime
) -> None:
    """Try again later, each time waiting longer; given up, administrators are told."""
    row = session.get_one(WebhookDelivery, delivery_id)
    row.error, row.status = refused.reason[:500], refused.status
    if refused.status is None:
        _pause(session, row.subscription_id, now)
    if row.attempts <= len(BACK_OFF):
        row.next_try_at = now + BACK_OFF[row.attempts - 1]
        return
    row.state = "failed"
    notify(
        session,
        kind=WEBHOOK_FAILED,
        title=f"事件推送没有送达：{row.subscription.name}，{refused.reason[:120]}",
        path=f"/admin/webhooks/{row.subscription_id}",
        now=now,
        role=Role.ADMIN,
        key=f"{WEBHOOK_FAILED}:{row.id}",
    )


def _pause(session: Session, subscription_id: int, now: datetime) -> None:
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.subscription_id == subscription_id,
            WebhookDelivery.state == "waiting",
            WebhookDelivery.next_try_at <= now,
        )
        .values(next_try_at=now + PAUSE)
    )


def send_again(session: Session, delivery_id: int, now: datetime) -> WebhookDelivery:
    """重发: with the same event id, so that a receiver which has it can tell.

    :raises NotFound: no such delivery.
    :raises IllegalTransition: it still waits, or its subscription has ended.
    """
    row = session.get(WebhookDelivery, delivery_id, with_for_update={"of": WebhookDelivery})
    if row is None:
        raise NotFound("没有这次推送", delivery_id=delivery_id)
    if row.state == "waiting":
        raise IllegalTransition("这次推送还在等待发送，不用重发")
    if not row.subscription.is_active:
        raise IllegalTransition("订阅已停用，不能重发")
    row.state, row.attempts, row.next_try_at = "waiting", 0, now
    return row
