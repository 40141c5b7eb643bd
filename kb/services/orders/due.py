"""Which clocks of an order run, from its stored columns: for reminders and lists of what is due.

``next_due_at`` alone would hide the rest: whoever never acknowledges would have no end to resolve.
"""

from datetime import datetime

from kb.models import WorkOrder
from kb.terms import ClockKind
from kb.work_orders.state import CLOSED_STEPS

_CLOSED = frozenset(step.value for step in CLOSED_STEPS)


def running_clocks(order: WorkOrder) -> dict[ClockKind, datetime]:
    """When each running clock ends. 答复 and 裁定 have no column of their own and are there while
    they are the next; 退单 is a right and never is."""
    found: dict[ClockKind, datetime] = {}
    is_open = order.state not in _CLOSED
    if is_open and order.acknowledge_due_at is not None and order.acknowledged_at is None:
        found[ClockKind.ACKNOWLEDGE] = order.acknowledge_due_at
    if is_open and order.due_at is not None:
        found[ClockKind.RESOLVE] = order.due_at
    if order.supervision_due_at is not None:
        found[ClockKind.SUPERVISION] = order.supervision_due_at
    if order.call_back_due_at is not None:
        found[ClockKind.CALL_BACK] = order.call_back_due_at
    if order.next_due_at is not None:
        found.setdefault(ClockKind(order.next_due_kind), order.next_due_at)
    return found
