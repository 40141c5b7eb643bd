"""How a command becomes an event: checked, decided, appended, projected, recorded, announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import StaleVersion
from kb.models import WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services.audit import record
from kb.services.contact_details import shown_text
from kb.services.orders.announcing import announce
from kb.services.orders.projecting import project
from kb.services.orders.reading import shown_events, state_of
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


@dataclass(frozen=True)
class Happened:
    """A step that somebody else took meanwhile, as plain values: they outlive the session."""

    seq: int
    kind: EventKind
    at: datetime
    actor: str
    text: str


class StaleOrder(StaleVersion):
    """Raised when something was done first; ``since`` is what happened meanwhile.

    :ivar is_own: all of it by the same account: in another window, or the same form sent twice.
    """

    def __init__(self, order: WorkOrder, actor: Actor, seen: int) -> None:
        self.is_own = {row.actor_id for row in order.events if row.seq > seen} == {actor.user_id}
        sentence = "别人刚刚处理过这张工单，您这一步没有执行；请看最新进展再决定"
        if self.is_own:
            sentence = (
                "您自己刚刚处理过这张工单（在另一个窗口，或重复提交），这一步没有执行；"
                "请看最新进展再决定"
            )
        super().__init__(sentence, number=order.number)
        self.number = order.number
        self.since = events_since(order, actor, seen)


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
    require_seen(order, by)
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
    append(session, order, event, by.actor)
    record(
        session,
        actor_id=event.actor_id,
        action=f"work_order.{event.kind.value}",
        object_type="work_order",
        object_id=order.number,
        detail={},
        now=by.now,
    )
    announce(session, order, event, before)
    return order


def require_seen(order: WorkOrder, by: By) -> None:
    """Refuse to act on a page that has grown old.

    :raises StaleOrder: something was done since; with what it was.
    """
    if by.seen_events is not None and by.seen_events != order.event_count:
        raise StaleOrder(order, by.actor, by.seen_events)


def events_since(order: WorkOrder, actor: Actor, seen: int) -> list[Happened]:
    """The steps after the first ``seen`` ones, as far as the person may read them."""
    return [
        Happened(
            row.seq,
            EventKind(row.kind),
            row.at,
            row.actor.name if row.actor is not None else "系统",
            shown_text(str(row.data.get("text", "")), order.request, actor),
        )
        for row in shown_events(order, actor)
        if row.seq > seen
    ]


def append(session: Session, order: WorkOrder, event: Event, actor: Actor = SYSTEM) -> None:
    """Add an event and rewrite the projection.

    :param actor: whose refusal it would be.
    :raises StaleOrder: another wrote the same next event; ``(order, seq)`` let only one in.
    """
    seen = order.event_count
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
        raise StaleOrder(order, actor, seen) from error
