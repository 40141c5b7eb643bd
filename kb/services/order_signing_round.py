"""What waits in a unit for a signature that nobody there can give any more goes to the centre."""

from sqlalchemy import select

from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, PermissionDenied, StaleVersion
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.orders.declining import nobody_signs, pass_on_decline
from kb.services.orders.giving import SYSTEM, By
from kb.services.orders.reading import state_of
from kb.work_orders.facts import SIGNING


def pass_on_unsigned(database: Database, clock: Clock, profile: Profile) -> None:
    """Look at every 不予办理 that waits for its unit's reviewer; a repeat changes nothing."""
    with database.reading() as session:
        waiting = session.scalars(select(WorkOrder.id).where(WorkOrder.pending == SIGNING)).all()
    for order_id in waiting:
        try:
            with database.unit_of_work() as session:
                order = session.get_one(WorkOrder, order_id)
                asked = state_of(order).pending
                if asked is not None and nobody_signs(session, order, asked.by_id):
                    pass_on_decline(session, order, By(SYSTEM, clock(), profile))
        except (IllegalTransition, PermissionDenied, StaleVersion):
            # Somebody acted this moment: the next round looks again.
            continue
