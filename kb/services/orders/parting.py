"""A unit is told when an order is no longer its own, or an ask of it lapses: news, not tasks."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.models import Notice, User, WorkOrder
from kb.services.notices import PARTED_KIND, notify
from kb.work_orders.commands import RULES_ON
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import PartRole
from kb.work_orders.state import State

# What took it away, as its units read it. A free return is the lead's own act: it is not told.
_TAKEN = {
    EventKind.REASSIGNED: "工单已改派",
    EventKind.RULED: "工单已核定",
    EventKind.MERGED: "工单已并入别的工单",
    EventKind.RETURN_GRANTED: "退单申请已同意",
    EventKind.RETURNED: "工单已退回派单",
}
_SENT = (EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED)
_GRANTED = "不予办理申请已同意，工单已办结"


def tell_parted(session: Session, order: WorkOrder, event: Event, before: State) -> None:
    """Tell the units that had a part before the event and have a lesser one, or none, now."""
    here = {row.unit_id for row in order.units if row.until is None}
    if event.kind in _SENT:
        _settle(session, order, here)
    key = f"{_key(order)}{order.event_count}"
    for unit_id, words in _told(order, event, before, here):
        told: dict[str, Any] = {"kind": PARTED_KIND, "title": titled(order, words), "now": event.at}
        path = f"/units/orders/{order.number}"
        notify(session, **told, path=path, unit_id=unit_id, key=f"{key}:{unit_id}")
        if unit_id == before.unit_id and order.unit_id != unit_id:
            _tell_assignee(session, told, before, key)


def titled(order: WorkOrder, words: str) -> str:
    """The title of a notice: what is said, of which order, never of whom."""
    category = f"（{order.request.category}）" if order.request.category else ""
    return f"{words}：{order.number}{category}"


def _key(order: WorkOrder) -> str:
    return f"order:{order.number}:parted:"


def _settle(session: Session, order: WorkOrder, unit_ids: set[int]) -> None:
    """Whoever has the order again needs no news of having lost it."""
    news = Notice.kind == PARTED_KIND, Notice.key.startswith(_key(order), autoescape=True)
    again = update(Notice).where(*news, Notice.unit_id.in_(unit_ids))
    session.execute(again.values(is_resolved=True))


def _tell_assignee(session: Session, told: dict[str, Any], before: State, key: str) -> None:
    """The unit had given it to somebody of a unit below, who is not told with it and cannot open
    the order any more."""
    if before.assignee_id is None:
        return
    if session.get_one(User, before.assignee_id).unit_id != before.unit_id:
        path, user_id = "/units/orders", before.assignee_id
        notify(session, **told, path=path, user_id=user_id, key=f"{key}:assignee")


def _told(
    order: WorkOrder, event: Event, before: State, here: set[int]
) -> Iterator[tuple[int, str]]:
    lapsed, taken = _lapsed(event, before), _TAKEN.get(event.kind)
    for part in before.current_parts:
        if part.role == PartRole.LEAD and event.kind == EventKind.DECLINE_GRANTED:
            yield part.unit_id, _GRANTED
        elif part.role == PartRole.LEAD and event.kind == EventKind.RULING_OPENED:
            yield part.unit_id, f"工单提交疑难核定，核定前不用办理{lapsed}"
        elif taken and part.role == PartRole.LEAD and order.unit_id != part.unit_id:
            if event.kind != EventKind.RETURNED:
                yield part.unit_id, f"{taken}，不再由您单位主办{lapsed}"
        elif part.role == PartRole.LEAD and lapsed:
            yield part.unit_id, f"工单改派后仍由您单位主办{lapsed}，需要的请重新申请"
        elif taken and part.role == PartRole.ASSISTING and part.unit_id not in here:
            yield part.unit_id, f"{taken}，您单位不用再协办"


def _lapsed(event: Event, before: State) -> str:
    """What became of an ask that waited, where nobody ruled on it and the unit did not act."""
    asked = before.pending
    ended = (*_TAKEN, EventKind.RULING_OPENED)
    if asked is None or event.kind in RULES_ON or event.kind not in ended:
        return ""
    return f"，{asked.ask.label}申请不再批复"
