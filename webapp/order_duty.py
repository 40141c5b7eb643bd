"""值班: who answers for a unit at this moment, in words, for every room that shows an order."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.models import WorkOrder
from kb.queries.on_duty import on_duty
from kb.terms import Urgency
from kb.work_orders.state import CLOSED_STEPS

_CLOSED = frozenset(step.value for step in CLOSED_STEPS)


def duty_words(session: Session, unit_id: int, now: datetime) -> str:
    """``此刻值班：张三 0471-1234567``; empty for nobody."""
    found = on_duty(session, unit_id, now)
    people = [f"{shift.name} {shift.phone}".strip() for shift in found.shifts]
    if people:
        return f"此刻值班：{'、'.join(people)}"
    if found.serves_always:
        return f"24 小时受理 {found.phone}".strip()
    return ""


def urgent_duty(session: Session, order: WorkOrder, now: datetime) -> str:
    """Whom to ring about an urgent order that a unit has in hand; empty for every other order."""
    is_idle = order.urgency == Urgency.NORMAL.value or order.state in _CLOSED
    if is_idle or order.unit_id is None:
        return ""
    return duty_words(session, order.unit_id, now) or "此刻没有排值班，请打单位电话"
