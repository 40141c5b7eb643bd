"""What waits in a unit for a signature or a review that nobody there can give any more goes to the
centre."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, PermissionDenied, StaleVersion
from kb.models import WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services.order_turns import in_turn
from kb.services.orders.declining import pass_on_decline
from kb.services.orders.giving import By
from kb.services.orders.handling import pass_on_review
from kb.services.unit_reviewers import reviewers
from kb.work_orders.events import EventKind
from kb.work_orders.facts import SIGNING
from kb.work_orders.state import OrderState

_HANDED_IN = (EventKind.REPLIED.value, EventKind.DECLINE_ASKED.value)


def pass_on_unsigned(database: Database, clock: Clock, profile: Profile) -> None:
    """Look at every 不予办理 and every reply that waits for its unit's reviewer; a repeat changes
    nothing."""
    with database.reading() as session:
        stuck = _stuck(session, profile)
    left = (IllegalTransition, PermissionDenied, StaleVersion)
    in_turn(database, clock, profile, stuck, _pass_on, left=left)


def _stuck(session: Session, profile: Profile) -> list[tuple[int, int]]:
    """The orders of units with nobody left to act, each with how many events were seen; three
    queries, however many wait."""
    is_waiting = or_(WorkOrder.pending == SIGNING, WorkOrder.state == OrderState.UNIT_REVIEW.value)
    query = (
        select(WorkOrder, WorkOrderEvent.actor_id)
        .join(WorkOrderEvent, WorkOrderEvent.order_id == WorkOrder.id)
        .where(is_waiting, WorkOrderEvent.kind.in_(_HANDED_IN))
        .order_by(WorkOrderEvent.order_id, WorkOrderEvent.seq)
    )
    # What was handed in last is what waits.
    last = {
        order.id: (order, order.unit_id, author_id)
        for order, author_id in session.execute(query)
        if order.unit_id is not None
    }
    people = reviewers(session, {unit_id for _, unit_id, _ in last.values()})
    return [
        (order.id, order.event_count)
        for order, unit_id, author_id in last.values()
        if not people[unit_id] - _barred(order, author_id, profile)
    ]


def _barred(order: WorkOrder, author_id: int | None, profile: Profile) -> set[int | None]:
    """Who may not act: whoever asked not to handle the order; of a reply its author, in a city that
    wants four eyes."""
    is_reply = order.state == OrderState.UNIT_REVIEW.value
    return set() if is_reply and not profile.orders.four_eyes else {author_id}


def _pass_on(session: Session, order: WorkOrder, by: By) -> None:
    if order.state == OrderState.UNIT_REVIEW.value:
        pass_on_review(session, order, by)
    else:
        pass_on_decline(session, order, by)
