"""重新受理: the dispatch desk cancelled an order wrongly, and its request gets another."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition
from kb.models import SearchRecord, WorkOrder
from kb.services.audit import record
from kb.services.correcting_requests import MAX_REASON, put_right, written_reason
from kb.services.letters import hand_papers, note
from kb.services.orders.cancelling import CANCELLED, keep_in_line, locked_request
from kb.services.orders.dispatching import open_order
from kb.services.orders.giving import By
from kb.terms import Outcome, Role
from kb.work_orders.events import EventKind
from kb.work_orders.state import OrderState


def may_raise_again(order: WorkOrder, actor: Actor) -> bool:
    """Tell whether this person may accept the request of this order once more."""
    return actor.has(Role.DISPATCHER) and _is_over(order)


def _is_over(order: WorkOrder) -> bool:
    is_cancelled = order.state == OrderState.CANCELLED.value
    return is_cancelled and order.request.outcome == Outcome.INVALID.value


def raise_again(session: Session, order: WorkOrder, by: By, *, text: str) -> WorkOrder:
    """Another order for the request of a cancelled one, with its letter; the reason stands with the
    request and on the new order.

    :raises PermissionDenied: not a dispatcher.
    :raises IllegalTransition: the request is not 无效 by a cancelled order, or no more.
    :raises InvalidInput: no reason, or one too long.
    """
    by.actor.require(Role.DISPATCHER)
    request, by = locked_request(session, order), By(by.actor, by.now, by.profile)
    if not _is_over(order):
        label = Outcome(request.outcome).label
        raise IllegalTransition(
            f"诉求 {request.number} 是“{label}”，没有重新受理；请看它现在的工单"
        )
    asks = f"请写一句为什么重新受理，最多 {MAX_REASON} 字"
    reason = written_reason(text, asks, name="text")
    put_right(request, {"outcome": (request.outcome, Outcome.HANDED_OVER.value)}, reason, by)
    request.handed_over_at = by.now
    keep_in_line(session, request)
    asked = update(SearchRecord).where(
        SearchRecord.request_id == request.id, SearchRecord.led_to == CANCELLED
    )
    session.execute(asked.values(led_to="work_order"))
    again = open_order(
        session,
        request,
        profile=by.profile,
        actor=by.actor,
        now=by.now,
        lost_item_id=_lost_item_id(order),
    )
    hand_papers(session, order, again, by)
    note(session, again, by, text=f"重新受理，原工单 {order.number} 已撤单：{reason}")
    record(
        session,
        actor_id=by.actor.user_id or None,
        action="request.raise_again",
        object_type="citizen_request",
        object_id=request.number,
        detail={"order": again.number},
        now=by.now,
    )
    return again


def _lost_item_id(order: WorkOrder) -> int | None:
    """The answer that had been on the card, which went with the order."""
    ended = (one for one in order.events if one.kind == EventKind.CANCELLED.value)
    return next((one.data.get("lost_item_id") for one in ended), None)
