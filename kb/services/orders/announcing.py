"""Who is told of what happens to an order, and which notices are settled by it.

A title names the order and its category, never a person: notices go into mails.
"""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.models import Notice, WorkOrder, WorkOrderEvent
from kb.services.notices import notify
from kb.services.orders.parting import tell_parted, titled
from kb.services.webhooks import announce_order
from kb.terms import Role
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import SIGNING
from kb.work_orders.state import OrderState, State

KIND_PREFIX = "order_"
_LEAD, _ASSISTING, _ASKED, _DESK, _REVIEWER = "lead", "assisting", "asked", "desk", "reviewer"
_CALLER, _FOLLOW_UP = "caller", "/follow-up"
_SUPERVISOR, _ASSIGNEE = "supervisor", "assignee"
_ROLES = {
    _DESK: Role.DISPATCHER,
    _REVIEWER: Role.UNIT_REVIEWER,
    _CALLER: Role.FOLLOW_UP_AGENT,
    _SUPERVISOR: Role.SUPERVISOR,
}


@dataclass(frozen=True)
class _Word:
    to: str
    text: str


_WORDS: dict[EventKind, tuple[_Word, ...]] = {
    EventKind.DISPATCHED: (_Word(_LEAD, "新派工单，请签收"), _Word(_ASSISTING, "请协办工单")),
    EventKind.REASSIGNED: (_Word(_LEAD, "改派工单，请签收"), _Word(_ASSISTING, "请协办工单")),
    EventKind.RULED: (_Word(_LEAD, "核定由您单位主办，请签收"), _Word(_ASSISTING, "请协办工单")),
    EventKind.ASSIGNED: (_Word(_ASSIGNEE, "分派给您办理"),),
    EventKind.RETURNED: (_Word(_DESK, "单位退单，请重新派出"),),
    EventKind.RETURN_ASKED: (_Word(_DESK, "单位申请退单，请裁定"),),
    EventKind.RETURN_REFUSED: (_Word(_LEAD, "退单未获同意，请继续办理"),),
    EventKind.EXTENSION_ASKED: (_Word(_DESK, "单位申请延期，请批复"),),
    EventKind.EXTENSION_GRANTED: (_Word(_LEAD, "延期申请已同意"),),
    EventKind.EXTENSION_REFUSED: (_Word(_LEAD, "延期申请未获同意"),),
    EventKind.PAUSE_ASKED: (_Word(_DESK, "单位申请挂起，请批复"),),
    EventKind.PAUSE_GRANTED: (_Word(_LEAD, "挂起申请已同意"),),
    EventKind.PAUSE_REFUSED: (_Word(_LEAD, "挂起申请未获同意"),),
    EventKind.DECLINE_ASKED: (_Word(_DESK, "单位申请不予办理，请批复"),),
    EventKind.DECLINE_SIGNED: (_Word(_DESK, "单位申请不予办理，请批复"),),
    EventKind.DECLINE_RETURNED: (_Word(_LEAD, "不予办理申请被本单位退回，请继续办理"),),
    EventKind.DECLINE_REFUSED: (_Word(_LEAD, "不予办理未获同意，请继续办理"),),
    EventKind.RULING_OPENED: (_Word(_ASKED, "请出具疑难工单核定意见"),),
    EventKind.UNIT_SENT_BACK: (_Word(_LEAD, "答复被本单位退回修改"),),
    EventKind.SENT_BACK: (_Word(_LEAD, "答复被退回，请补充"),),
    EventKind.REOPENED: (_Word(_LEAD, "工单重办，请重新办理"),),
    EventKind.OBJECTED: (_Word(_CALLER, "网上评价不满意，请先致电再定是否重办"),),
    EventKind.REMINDED: (_Word(_LEAD, "催办"),),
    EventKind.SUPERVISED: (_Word(_LEAD, "收到督办单，请答复"),),
    EventKind.SUPERVISION_ANSWERED: (_Word(_SUPERVISOR, "督办单已答复，请核对"),),
}
_ASKS = {
    EventKind.RETURN_ASKED,
    EventKind.EXTENSION_ASKED,
    EventKind.PAUSE_ASKED,
    EventKind.DECLINE_ASKED,
    EventKind.DECLINE_SIGNED,
}
_SENT = {EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED}
_REDO = {
    EventKind.ASSIGNED,
    EventKind.SENT_BACK,
    EventKind.UNIT_SENT_BACK,
    EventKind.REOPENED,
    EventKind.REMINDED,
    EventKind.RETURN_REFUSED,
    EventKind.DECLINE_REFUSED,
    EventKind.DECLINE_RETURNED,
    EventKind.EXTENSION_REFUSED,
    EventKind.EXTENSION_GRANTED,
    EventKind.PAUSE_REFUSED,
    EventKind.PAUSE_GRANTED,
}
# A 督办单 goes on after the resolution: it is answered and closed by itself.
_SUPERVISING = {EventKind.SUPERVISED, EventKind.SUPERVISION_ANSWERED}
# What an event makes a matter of the past; RESOLVED and MERGED settle everything.
_SETTLES: dict[EventKind, set[EventKind]] = {
    EventKind.ACKNOWLEDGED: _SENT,
    EventKind.ASSIGNED: {EventKind.ASSIGNED},
    EventKind.RETURNED: _SENT | _REDO,
    EventKind.RETURN_GRANTED: _SENT | _REDO | _ASKS,
    EventKind.DISPATCHED: {EventKind.RETURNED},
    EventKind.REASSIGNED: _SENT | _REDO | _ASKS,
    EventKind.RULING_OPENED: _ASKS | {EventKind.RETURNED},
    EventKind.RULED: {EventKind.RULING_OPENED} | _SENT | _REDO,
    EventKind.REPLIED: _REDO | _ASKS | {EventKind.REPLIED},
    EventKind.UNIT_PASSED: {EventKind.REPLIED},
    EventKind.UNIT_SENT_BACK: {EventKind.REPLIED},
    EventKind.SUPERVISION_ANSWERED: {EventKind.SUPERVISED},
    EventKind.SUPERVISION_CLOSED: {EventKind.SUPERVISION_ANSWERED},
    EventKind.SUPERVISED: {EventKind.SUPERVISION_ANSWERED},
    EventKind.RETURN_REFUSED: _ASKS,
    EventKind.EXTENSION_GRANTED: _ASKS,
    EventKind.EXTENSION_REFUSED: _ASKS,
    EventKind.PAUSE_GRANTED: _ASKS,
    EventKind.PAUSE_REFUSED: _ASKS,
    EventKind.DECLINE_SIGNED: {EventKind.DECLINE_ASKED},
    EventKind.DECLINE_RETURNED: _ASKS,
    EventKind.DECLINE_ASKED: {EventKind.DECLINE_RETURNED},
    EventKind.DECLINE_REFUSED: _ASKS,
    EventKind.ASK_WITHDRAWN: _ASKS,
    EventKind.RESOLVED: set(EventKind) - _SUPERVISING,
    EventKind.DECLINE_GRANTED: set(EventKind) - _SUPERVISING,
    EventKind.MERGED: set(EventKind),
    EventKind.CANCELLED: set(EventKind),
    EventKind.FOLLOWED_UP: {EventKind.OBJECTED},
    EventKind.REOPENED: {EventKind.OBJECTED},
    EventKind.ARCHIVED: {EventKind.OBJECTED},
}


_TOLD_OUTSIDE = {
    EventKind.DISPATCHED: "order.dispatched",
    EventKind.REASSIGNED: "order.dispatched",
    EventKind.RULED: "order.dispatched",
    EventKind.RESOLVED: "order.resolved",
    EventKind.DECLINE_GRANTED: "order.resolved",
}


def announce(session: Session, order: WorkOrder, event: Event, before: State) -> None:
    """Settle the notices this event makes void, and tell whom it concerns."""
    _settle(session, order, _SETTLES.get(event.kind, set()))
    tell_parted(session, order, event, before)
    if event.kind in _TOLD_OUTSIDE:
        announce_order(session, _TOLD_OUTSIDE[event.kind], order, event.at)
    words = _WORDS.get(event.kind, ())
    if event.kind == EventKind.REPLIED and order.state == OrderState.UNIT_REVIEW.value:
        words = (_Word(_REVIEWER, "答复等待单位审核"),)
    if order.pending == SIGNING and event.kind == EventKind.DECLINE_ASKED:
        words = (_Word(_REVIEWER, "本单位申请不予办理，请签批"),)
    for number, word in enumerate(words):
        for place, unit_id in enumerate(_units(order, event, word.to)):
            notify(
                session,
                kind=f"{KIND_PREFIX}{event.kind.value}",
                title=titled(order, word.text),
                path=_path(word.to, unit_id, order.number),
                now=event.at,
                unit_id=unit_id,
                role=_role(word.to),
                user_id=event.data["assignee_id"] if word.to == _ASSIGNEE else None,
                key=_key(order, order.event_count, number, place),
            )


def _path(to: str, unit_id: int | None, number: str) -> str:
    if to == _SUPERVISOR:  # where 督办单 are looked at and closed
        return f"/supervise/papers?state=answered&q={number}"
    rooms = {_ASSIGNEE: "/units/orders", _CALLER: _FOLLOW_UP}
    return f"{rooms.get(to) or room_of(unit_id)}/{number}"


def room_of(unit_id: int | None) -> str:
    """Where those who are told open the order: units have a room of their own."""
    return "/dispatch/orders" if unit_id is None else "/units/orders"


def _key(order: WorkOrder, seq: int, word: int, place: int) -> str:
    return f"order:{order.number}:{seq}:{word}:{place}"


def _role(to: str) -> Role | None:
    return _ROLES.get(to)


def _units(order: WorkOrder, event: Event, to: str) -> list[int | None]:
    if to in (_DESK, _CALLER, _SUPERVISOR, _ASSIGNEE):
        return [None]
    if to == _ASSISTING:
        return [one["unit_id"] for one in event.data.get("assisting", ())]
    if to == _ASKED:
        return [one["unit_id"] for one in event.data.get("asked", ())]
    return [order.unit_id] if order.unit_id is not None else []


def _settle(session: Session, order: WorkOrder, kinds: set[EventKind]) -> None:
    told = [
        _key(order, row.seq, word, place)
        for row in order.events[:-1]
        if row.kind in kinds and (EventKind(row.kind) in _WORDS or row.kind == EventKind.REPLIED)
        for word in range(2)
        for place in range(_places(row))
    ]
    if told:
        session.execute(update(Notice).where(Notice.key.in_(told)).values(is_resolved=True))


def _places(row: WorkOrderEvent) -> int:
    return max(1, len(row.data.get("assisting", ())), len(row.data.get("asked", ())))
