"""Which clocks of an order run, from its stored columns: for reminders and lists of what is due.

Each has a column of its own: ``next_due_at`` alone would hide the rest, and whoever never
acknowledges would have no end to resolve.
"""

from datetime import datetime

from kb.models import WorkOrder
from kb.terms import ClockKind
from kb.work_orders.state import CLOSED_STEPS

_CLOSED = frozenset(step.value for step in CLOSED_STEPS)


def running_clocks(order: WorkOrder) -> dict[ClockKind, datetime]:
    """When each running clock ends; 退单 is a right and never is among them."""
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
    if order.reply_due_at is not None:
        found[ClockKind.REPLY] = order.reply_due_at
    if order.ruling_due_at is not None:
        found[ClockKind.RULING] = order.ruling_due_at
    return found
