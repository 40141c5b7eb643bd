"""What waits in a unit for a signature or a review that nobody there can give any more goes to the
centre."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, PermissionDenied, StaleVersion
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.orders.declining import nobody_signs, pass_on_decline
from kb.services.orders.giving import SYSTEM, By
from kb.services.orders.handling import nobody_reviews, pass_on_review
from kb.services.orders.reading import state_of
from kb.work_orders.facts import SIGNING
from kb.work_orders.state import OrderState


def pass_on_unsigned(database: Database, clock: Clock, profile: Profile) -> None:
    """Look at every 不予办理 and every reply that waits for its unit's reviewer; a repeat changes
    nothing."""
    is_waiting = or_(WorkOrder.pending == SIGNING, WorkOrder.state == OrderState.UNIT_REVIEW.value)
    with database.reading() as session:
        waiting = session.scalars(select(WorkOrder.id).where(is_waiting)).all()
    for order_id in waiting:
        try:
            with database.unit_of_work() as session:
                _pass_on(session, order_id, By(SYSTEM, clock(), profile))
        except (IllegalTransition, PermissionDenied, StaleVersion):
            # Somebody acted this moment: the next round looks again.
            continue


def _pass_on(session: Session, order_id: int, by: By) -> None:
    order = session.get_one(WorkOrder, order_id)
    state = state_of(order)
    if state.step == OrderState.UNIT_REVIEW:
        if nobody_reviews(session, order, by):
            pass_on_review(session, order, by)
        return
    asked = state.pending
    if asked is not None and nobody_signs(session, order, asked.by_id):
        pass_on_decline(session, order, by)
