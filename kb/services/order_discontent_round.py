"""Who was found not to be content before that had a clock gets one: a promise made now, for nothing
was promised then.
"""

from sqlalchemy import select

from kb.clock import Clock
from kb.db import Database
from kb.errors import CalendarUnknown, IllegalTransition, StaleVersion
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.order_turns import in_turn
from kb.services.orders.handling import promise_answer
from kb.terms import Satisfaction
from kb.work_orders.state import FollowUpState, OrderState

_PAGE = 200


def promise_answers(database: Database, clock: Clock, profile: Profile) -> None:
    """Give the clock of a dissatisfied call-back to every resolved order that has none; a repeat
    changes nothing."""
    with database.reading() as session:
        query = (
            select(WorkOrder.id, WorkOrder.event_count)
            .where(
                WorkOrder.state == OrderState.RESOLVED.value,
                WorkOrder.satisfaction == Satisfaction.DISSATISFIED.value,
                WorkOrder.follow_up == FollowUpState.DONE.value,
                WorkOrder.call_back_due_at.is_(None),
            )
            .order_by(WorkOrder.id)
            .limit(_PAGE)
        )
        found = [(order_id, seen) for order_id, seen in session.execute(query)]
    # The calendar may end, too.
    left = (CalendarUnknown, IllegalTransition, StaleVersion)
    in_turn(database, clock, profile, found, promise_answer, left=left)
