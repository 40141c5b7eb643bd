"""撤单: an order raised by mistake ends before any unit has it, and its request with it or anew."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.models import CitizenRequest, SearchRecord, WorkOrder
from kb.services.orders.giving import By, give
from kb.services.orders.projecting import request_columns
from kb.services.orders.reading import is_not_cancelled
from kb.services.repeat_notes import part_noted
from kb.terms import Outcome, Role
from kb.work_orders.events import EventKind

# What a question led to, whose order was cancelled (``SearchRecord.led_to``).
CANCELLED = "cancelled"


def cancel(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """撤单 by the dispatch desk: the request is 无效, unless another order of it goes on.

    :raises IllegalTransition: a unit has or had it, or another order was merged into it.
    """
    by.actor.require(Role.DISPATCHER)
    locked_request(session, order)
    end(session, order, by, text=text, outcome=Outcome.INVALID)
    return order


def end(session: Session, order: WorkOrder, by: By, *, text: str, outcome: Outcome) -> None:
    """Give the command, and let the request be ``outcome`` where no other order of it is left.

    The answer that had been on the card is kept with the event: nothing was lost by an order that
    never was one, and figures ask the column alone.
    """
    lost = {"lost_item_id": order.lost_item_id} if order.lost_item_id is not None else {}
    give(session, order, EventKind.CANCELLED, by, {"text": text} | lost)
    order.lost_item_id = None
    request = order.request
    if not _has_another(session, order):
        request.outcome = outcome.value
        request.handed_over_at = None
        session.execute(
            update(SearchRecord)
            .where(SearchRecord.request_id == order.request_id, SearchRecord.led_to == "work_order")
            .values(led_to=CANCELLED)
        )
        # Whoever raises it again says anew whether it is a repeat.
        part_noted(session, request, by)
    keep_in_line(session, request)


def locked_request(session: Session, order: WorkOrder) -> CitizenRequest:
    """The order's request, which one person at a time settles or opens; the order as it is now.

    Whoever merges an order holds that first and only names the request: the lock lets them, or both
    would wait for ever.
    """
    session.refresh(order.request, ["outcome"], with_for_update={"key_share": True})
    session.refresh(order, ["state", "event_count", "events", "lost_item_id"])
    return order.request


def _has_another(session: Session, order: WorkOrder) -> bool:
    query = select(WorkOrder.id).where(
        WorkOrder.request_id == order.request_id,
        WorkOrder.id != order.id,
        is_not_cancelled(),
    )
    return session.scalar(query.limit(1)) is not None


def keep_in_line(session: Session, request: CitizenRequest) -> None:
    """Let the orders of a request repeat it as it is now: a cancelled one outlives what it said."""
    session.flush()
    for order in session.scalars(select(WorkOrder).where(WorkOrder.request_id == request.id)):
        for name, value in request_columns(request).items():
            setattr(order, name, value)
