"""回访 of the requesters whose orders were merged into another: each is told the result too."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import CitizenRequest, WorkOrder
from kb.services.contact_details import withheld
from kb.services.orders.giving import By, give
from kb.services.orders.reading import state_of
from kb.terms import Role, Satisfaction
from kb.work_orders.events import EventKind
from kb.work_orders.facts import LAST_CALL
from kb.work_orders.state import OrderState

# What came of a call: how content they are, or that it reached nobody.
UNREACHED = "unreached"
RESULTS = {one.value: one.label for one in Satisfaction} | {UNREACHED: "未接通"}
_MERGED, _RESULT = "merged_order", "call_result"


@dataclass(frozen=True)
class MergedCall:
    """A requester of a merged order: what came of the last call; empty while nobody has rung.

    ``dials`` counts the calls that reached nobody.
    """

    order: WorkOrder
    result: str = ""
    at: datetime | None = None
    dials: int = 0

    @property
    def label(self) -> str:
        return RESULTS.get(self.result, "")

    def after(self, result: str, at: datetime) -> "MergedCall":
        """What it is with one more call."""
        return MergedCall(self.order, result, at, self.dials + (result == UNREACHED))

    def is_done(self, attempts: int) -> bool:
        """Tell whether nobody needs to ring any more: they were told, or so many dials failed."""
        return self.result in list(Satisfaction) or self.dials >= attempts


def merged_calls(session: Session, order: WorkOrder) -> list[MergedCall]:
    """The requesters to ring beside the order's own, in the order they were merged; whoever left
    no phone, or the same one, is not among them."""
    asked = order.request
    return [
        called(one, order) for one in _merged_into(session, order) if _is_other(one.request, asked)
    ]


def is_waited_for(calls: Iterable[MergedCall], attempts: int) -> bool:
    """Tell whether somebody is still to be rung, or not content and to be answered."""
    return any(
        not one.is_done(attempts) or one.result == Satisfaction.DISSATISFIED for one in calls
    )


def called(merged: WorkOrder, main: WorkOrder) -> MergedCall:
    """What came of the call about the main order's present resolution."""
    done = MergedCall(merged)
    for event in main.events:
        if event.kind == EventKind.REOPENED.value:
            done = MergedCall(merged)
        elif event.data.get(_MERGED) == merged.number and event.data.get(_RESULT):
            done = done.after(str(event.data[_RESULT]), event.at)
    return done


def is_rung_beside(merged: WorkOrder, main: WorkOrder) -> bool:
    """Tell whether the requester of a merged order is rung besides that of the main one."""
    return merged is not main and _is_other(merged.request, main.request)


def is_untold(merged: WorkOrder, main: WorkOrder) -> bool:
    """Tell whether the requester of a merged order still waits to hear the result."""
    is_told = called(merged, main).result in list(Satisfaction)
    return _is_other(merged.request, main.request) and not is_told


def call_merged(
    session: Session, order: WorkOrder, by: By, *, merged: str, result: str, text: str = ""
) -> WorkOrder:
    """Note what came of ringing the requester of a merged order.

    :param merged: the number of the merged order; ``result`` a key of ``RESULTS``.
    :raises NotFound: nothing of that number was merged into the order.
    :raises IllegalTransition: the order is not resolved yet.
    """
    by.actor.require(Role.FOLLOW_UP_AGENT)
    one = get_merged(session, order, merged)
    if order.state not in (OrderState.RESOLVED.value, OrderState.ARCHIVED.value):
        raise IllegalTransition("工单还没有办结，办结后再回访")
    if result not in RESULTS:
        raise InvalidInput("请选择回访结果", {"result": "请选择回访结果"})
    said = text.strip()
    if result == Satisfaction.DISSATISFIED and not said:
        raise InvalidInput("请写明不满意的原因", {"text": "请写明不满意的原因"})
    said = withheld(said, one.request) if one.request.is_confidential else said
    call = called(one, order).after(result, by.now)
    words = f"已回访并入的诉求 {one.request.number}：{call.label}"
    if result == UNREACHED:
        words = f"拨打并入的诉求 {one.request.number}：第 {call.dials} 次未接通"
    data = {"text": f"{words}；{said}" if said else words, _MERGED: merged, _RESULT: result}
    return give(session, order, EventKind.NOTED, by, data | _ending(session, order, call, by))


def _ending(session: Session, order: WorkOrder, call: MergedCall, by: By) -> dict[str, bool]:
    """Whether with this call nobody is waited for."""
    calls = [call if one.order is call.order else one for one in merged_calls(session, order)]
    return last_call(order, calls, by)


def last_call(order: WorkOrder, calls: Iterable[MergedCall], by: By) -> dict[str, bool]:
    """What an event says after which nobody is waited for: none of these, and the order's own
    requester is content, too."""
    is_content = state_of(order).satisfaction not in (None, Satisfaction.DISSATISFIED)
    is_over = is_content and not is_waited_for(calls, by.profile.orders.call_attempts)
    return {LAST_CALL: True} if is_over else {}


def get_merged(session: Session, order: WorkOrder, number: str) -> WorkOrder:
    """An order that was merged into this one, directly or by way of another.

    :raises NotFound: there is none of that number.
    """
    for one in _merged_into(session, order):
        if one.number == number:
            return one
    raise NotFound("没有这个编号的并入工单")


def _merged_into(session: Session, order: WorkOrder) -> list[WorkOrder]:
    found: list[WorkOrder] = []
    waiting = {order.number}
    while waiting:
        query = (
            select(WorkOrder)
            .where(WorkOrder.merged_into.in_(waiting))
            .options(selectinload(WorkOrder.request))
            .order_by(WorkOrder.id)
        )
        new = [one for one in session.scalars(query) if one not in found]
        found += new
        waiting = {one.number for one in new}
    return found


def _is_other(request: CitizenRequest, asked: CitizenRequest) -> bool:
    return bool(request.requester_phone) and request.requester_phone != asked.requester_phone
