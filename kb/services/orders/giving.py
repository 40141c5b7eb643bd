"""How a command becomes an event: checked, decided, appended, projected, recorded, announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import StaleVersion
from kb.models import WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services.audit import record
from kb.services.orders.announcing import announce
from kb.services.orders.projecting import project
from kb.services.orders.reading import state_of
from kb.terms import Role
from kb.work_orders.commands import decide
from kb.work_orders.events import Event, EventKind
from kb.work_orders.permissions import require

# Reminders at fixed times, and what a requester says by a link, are the system's own acts.
SYSTEM = Actor(0, "系统", None, frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.FOLLOW_UP_AGENT}))


@dataclass(frozen=True)
class By:
    """Who gives a command, when, in which city, and how much of the order they had seen.

    ``seen_events`` is the ``event_count`` of the page they acted on; None asks no question.
    """

    actor: Actor
    now: datetime
    profile: Profile
    seen_events: int | None = None


class StaleOrder(StaleVersion):
    """Raised when somebody else acted first; ``since`` is what happened meanwhile."""

    def __init__(self, number: str, since: list[WorkOrderEvent]) -> None:
        super().__init__(
            "别人刚刚处理过这张工单，您这一步没有执行；请看最新进展再决定", number=number
        )
        self.number = number
        self.since = since


def give(
    session: Session,
    order: WorkOrder,
    kind: EventKind,
    by: By,
    data: Mapping[str, Any] | None = None,
) -> WorkOrder:
    """Give a command.

    :raises StaleOrder: somebody else acted since; nothing was done.
    :raises PermissionDenied: the person's role or unit does not give this command.
    :raises IllegalTransition: the order's state does not allow it.
    :raises InvalidInput: words or values are missing.
    """
    require_fresh(session, order, by)
    before = state_of(order)
    require(kind, before, by.actor)
    event = decide(
        before,
        kind,
        actor_id=by.actor.user_id or None,
        at=by.now,
        data=data or {},
        rules=by.profile.orders,
    )
    append(session, order, event)
    record(
        session,
        actor_id=event.actor_id,
        action=f"work_order.{event.kind.value}",
        object_type="work_order",
        object_id=order.number,
        detail={},
        now=by.now,
    )
    announce(session, order, event)
    return order


def require_fresh(session: Session, order: WorkOrder, by: By) -> None:
    """Refuse a command on an older view.

    :raises StaleOrder: with what happened since.
    """
    if by.seen_events is not None and by.seen_events != order.event_count:
        raise StaleOrder(order.number, events_since(session, order.id, by.seen_events))


def events_since(session: Session, order_id: int, seen: int) -> list[WorkOrderEvent]:
    """The events after the first ``seen`` ones."""
    query = (
        select(WorkOrderEvent)
        .where(WorkOrderEvent.order_id == order_id, WorkOrderEvent.seq > seen)
        .order_by(WorkOrderEvent.seq)
    )
    return list(session.scalars(query))


def append(session: Session, order: WorkOrder, event: Event) -> None:
    """Add an event and rewrite the projection.

    :raises StaleOrder: another wrote the same next event; ``(order, seq)`` let only one in.
    """
    key, number, seen = order.id, order.number, order.event_count
    try:
        with session.begin_nested():
            order.events.append(
                WorkOrderEvent(
                    seq=seen + 1,
                    kind=event.kind.value,
                    at=event.at,
                    actor_id=event.actor_id,
                    data=dict(event.data),
                )
            )
            order.event_count = seen + 1
            project(order)
    except IntegrityError as error:
        if "work_order_event" not in str(error.orig):
            raise
        session.expire_all()
        raise StaleOrder(number, events_since(session, key, seen)) from error
