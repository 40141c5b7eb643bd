"""事件推送: who is told about which event, as rows in the transaction of the event itself."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from kb.clock import local_day, utc_now
from kb.models import (
    KnowledgeItem,
    KnowledgeVersion,
    StoredFile,
    Unit,
    WebhookDelivery,
    WebhookSubscription,
    WorkOrder,
)
from kb.standing import spoken_version
from kb.terms import Audience, ItemState, ReadState

EVENTS: Mapping[str, str] = {
    "entry.published": "条目发布",
    "entry.due_soon": "条目即将到期或该核验（前 30、7、1 天）",
    "entry.expired": "条目到期失效",
    "entry.superseded": "条目被替代",
    "entry.repealed": "条目被废止",
    "entry.ended": "被替代、废止的条目停止有效",
    "entry.withdrawn": "条目下架",
    "entry.restored": "条目重新上架",
    "document.read": "文件读取完成",
    "document.failed": "文件没有读出",
    "order.dispatched": "工单派出",
    "order.due_soon": "工单即将到期",
    "order.overdue": "工单超期",
    "order.resolved": "工单办结",
}


def announce(
    session: Session,
    event_name: str,
    item: KnowledgeItem,
    now: datetime,
    version: KnowledgeVersion | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write down what each subscription is to be told about an entry; the caller commits.

    :param item: was published before or is now.
    :param version: what is told of; else what the entry says today.
    :param more: what is told beside the entry.
    :raises KeyError: an unknown event.
    """
    version = version or spoken_version(item, local_day(now))
    if version is None:
        return  # nobody outside has heard of it
    is_internal = version.audience == Audience.INTERNAL
    content = {"entry": _entry(item, version), **(more or {})}
    _tell(session, event_name, item.unit_id, is_internal, content, now, item.id)


def announce_hidden(
    session: Session, item: KnowledgeItem, known: KnowledgeVersion, now: datetime
) -> None:
    """Tell those who hear of public entries only that one of these became internal.

    To them it is withdrawn: they are told of the public version that they know, nothing newer.
    """
    content = {"entry": _entry(item, known) | {"state": ItemState.WITHDRAWN.value}}
    _tell(session, "entry.withdrawn", item.unit_id, False, content, now, item.id, is_hidden=True)


def _entry(item: KnowledgeItem, version: KnowledgeVersion) -> dict[str, Any]:
    return {
        "id": item.id,
        "version": version.number,
        "title": version.title,
        "kind": version.kind,
        "document_number": version.document_number,
        "unit": item.unit.name,
        "audience": version.audience,
        "state": item.state,
        "valid_from": _iso(version.valid_from),
        "valid_until": _iso(version.valid_until),
        "ended_on": _iso(item.ended_on),
    }


def announce_file(session: Session, event_name: str, stored: StoredFile, now: datetime) -> None:
    """The same about an original: it was read, or could not be."""
    content = {
        "id": stored.id,
        "name": stored.name,
        "sha256": stored.sha256,
        "read_state": stored.read_state,
        "problem": stored.problem,
    }
    # Before it is published an original is the unit's own business.
    _tell(session, event_name, stored.unit_id, True, {"document": content}, now, None)


def announce_order(
    session: Session,
    event_name: str,
    order: WorkOrder,
    now: datetime,
    *,
    clock: tuple[str, datetime] | None = None,
) -> None:
    """The same about an order: numbers, unit and times; nothing that a requester said.

    :param clock: which clock (``kb.terms.ClockKind``) it is about, and when it runs out.
    """
    unit = session.get(Unit, order.unit_id) if order.unit_id is not None else None
    content = {
        "number": order.number,
        "unit": unit.name if unit is not None else None,
        "category": order.category,
        "urgency": order.urgency,
        "state": order.state,
        "dispatched_at": _instant(order.dispatched_at),
        "acknowledge_due_at": _instant(order.acknowledge_due_at),
        "due_at": _instant(order.due_at),
        "resolved_at": _instant(order.resolved_at),
    }
    if clock is not None:
        content |= {"clock": clock[0], "clock_due_at": _instant(clock[1])}
    _tell(session, event_name, order.unit_id, False, {"order": content}, now, None)


def _tell(
    session: Session,
    event_name: str,
    unit_id: int | None,
    is_internal: bool,
    content: Mapping[str, Any],
    now: datetime,
    item_id: int | None,
    *,
    is_hidden: bool = False,
) -> None:
    EVENTS[event_name]
    listeners = _listeners(session, event_name, unit_id, is_internal)
    if is_hidden:
        listeners = [row for row in listeners if not row.with_internal]
    if not listeners:
        return
    event_id = str(uuid.uuid4())
    payload = {"id": event_id, "event": event_name, "occurred_at": now.isoformat(), **content}
    for subscription in listeners:
        session.add(
            WebhookDelivery(
                subscription_id=subscription.id,
                event_id=event_id,
                event=event_name,
                item_id=item_id,
                payload=payload,
                created_at=now,
                next_try_at=now,
            )
        )


def _listeners(
    session: Session, event_name: str, unit_id: int | None, is_internal: bool
) -> list[WebhookSubscription]:
    query = select(WebhookSubscription).where(WebhookSubscription.is_active.is_(True))
    wanted = [
        row
        for row in session.scalars(query.order_by(WebhookSubscription.id))
        if event_name in row.events and (row.with_internal or not is_internal)
    ]
    if all(row.unit_id is None for row in wanted):
        return wanted
    lineage = _lineage(session, unit_id) if unit_id is not None else set()
    return [row for row in wanted if row.unit_id is None or row.unit_id in lineage]


def _lineage(session: Session, unit_id: int) -> set[int]:
    """A unit and every unit above it."""
    found: set[int] = set()
    at: int | None = unit_id
    while at is not None and at not in found:
        found.add(at)
        at = session.scalar(select(Unit.parent_id).where(Unit.id == at))
    return found


_READ_EVENTS = {
    ReadState.READ.value: "document.read",
    ReadState.NEEDS_OCR.value: "document.failed",
    ReadState.FAILED.value: "document.failed",
}


@event.listens_for(Session, "before_flush")
def _announce_read_files(session: Session, _context: object, _instances: object) -> None:
    """Whoever ends the reading of an original, its end is told in the same transaction."""
    for row in list(session.dirty):
        if not isinstance(row, StoredFile) or row.read_state not in _READ_EVENTS:
            continue
        if inspect(row).attrs.read_state.history.has_changes():
            announce_file(session, _READ_EVENTS[row.read_state], row, utc_now())


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
