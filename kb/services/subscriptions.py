"""推送订阅: which address is told about which events. Callers commit."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kb.errors import InvalidInput, NotFound
from kb.models import Unit, WebhookDelivery, WebhookSubscription
from kb.services import audit
from kb.services.webhooks import EVENTS
from kb.webhook_post import DeliveryRefused, HostUnknown, resolve_target

PAGE = 30
STATES = {"waiting": "等待发送", "sent": "已送达", "failed": "没有送达", "dropped": "不再发送"}


def add_subscription(
    session: Session,
    *,
    name: str,
    url: str,
    events: Iterable[str],
    unit_id: int | None,
    with_internal: bool,
    allowed_hosts: Collection[str],
    actor_id: int,
    now: datetime,
) -> WebhookSubscription:
    """Add a subscription; its secret is ``webhook_sending.secret_of`` its salt.

    :param allowed_hosts: the hosts of ``KB_WEBHOOK_HOSTS``.
    :raises InvalidInput: with a sentence per field.
    """
    chosen, fields = sorted(set(events)), {}
    if not 1 <= len(name.strip()) <= 80:
        fields["name"] = "用途要填写，最多 80 个字"
    if not chosen or not set(chosen) <= EVENTS.keys():
        fields["events"] = "至少选一种事件"
    if unit_id is not None and session.get(Unit, unit_id) is None:
        fields["unit_id"] = "没有这个单位，请重新选择"
    address = url.strip()
    if refusal := refusal_of(address, allowed_hosts):
        fields["url"] = refusal
    if len(address) > 500:
        fields["url"] = "地址最多 500 个字符"
    if fields:
        raise InvalidInput("有几项没有填对，请改正后再保存", fields)
    row = WebhookSubscription(
        name=name.strip(),
        url=address,
        events=chosen,
        unit_id=unit_id,
        with_internal=with_internal,
        salt=secrets.token_hex(32),
        is_active=True,
        created_by=actor_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    detail = {"name": row.name, "url": row.url, "events": chosen, "internal": with_internal}
    audit.record(session, actor_id, "webhook_created", "webhook", row.id, detail, now)
    return row


def refusal_of(url: str, allowed_hosts: Collection[str]) -> str:
    """Why nothing can ever be delivered to this address, a sentence; empty where it may be.

    A host that cannot be found now may be found when there is something to deliver.
    """
    try:
        resolve_target(url, allowed_hosts)
    except HostUnknown:
        return ""
    except DeliveryRefused as refused:
        return refused.reason
    return ""


def get_subscription(session: Session, subscription_id: int) -> WebhookSubscription:
    """:raises NotFound: no such subscription."""
    row = session.get(
        WebhookSubscription, subscription_id, options=[selectinload(WebhookSubscription.unit)]
    )
    if row is None:
        raise NotFound("没有这个推送订阅", subscription_id=subscription_id)
    return row


def end_subscription(
    session: Session, subscription_id: int, *, actor_id: int, now: datetime
) -> WebhookSubscription:
    """End a subscription for good; what still waits for it is not sent.

    :raises NotFound: no such subscription.
    """
    row = get_subscription(session, subscription_id)
    if row.is_active:
        row.is_active = False
        audit.record(session, actor_id, "webhook_ended", "webhook", row.id, {}, now)
    return row


def all_subscriptions(session: Session) -> list[WebhookSubscription]:
    """Every subscription, those in use first."""
    query = select(WebhookSubscription).options(selectinload(WebhookSubscription.unit))
    order = (WebhookSubscription.is_active.desc(), WebhookSubscription.id.desc())
    return list(session.scalars(query.order_by(*order)))


def delivery_counts(session: Session) -> dict[int, dict[str, int]]:
    """How many deliveries of each subscription are in which state."""
    query = select(WebhookDelivery.subscription_id, WebhookDelivery.state, func.count()).group_by(
        WebhookDelivery.subscription_id, WebhookDelivery.state
    )
    found: dict[int, dict[str, int]] = {}
    for subscription_id, state, count in session.execute(query):
        found.setdefault(subscription_id, {})[state] = count
    return found


def deliveries_of(
    session: Session, subscription_id: int, *, state: str = "", page: int = 1
) -> tuple[list[WebhookDelivery], int]:
    """One page of a subscription's deliveries, newest first, and how many there are."""
    query = select(WebhookDelivery).where(WebhookDelivery.subscription_id == subscription_id)
    if state:
        query = query.where(WebhookDelivery.state == state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(WebhookDelivery.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    )
    return list(rows), total
