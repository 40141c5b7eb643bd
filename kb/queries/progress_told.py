"""Whether a requester knows the result of a resolved order, and what 查进度 says until they do."""

from dataclasses import dataclass, replace
from datetime import datetime

from kb.masking import mask_person
from kb.models import RequestCorrection, WorkOrder, WorkOrderEvent
from kb.services.orders.merged_calls import is_rung_beside, is_untold
from kb.services.work_orders import state_of
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Settled
from kb.work_orders.state import OrderState, State

_DONE = "您反映的事项已经办结"
_TOGETHER = "您反映的事项与同一事项的诉求合并办理，已经办结"
_DECLINED = "您反映的事项经核查不予办理"
_DECLINED_TOGETHER = "您反映的事项与同一事项的诉求合并办理，经核查不予办理"
_TO_BE_RUNG = "热线中心会致电告诉您办理结果。急需了解请拨打 12345，并报上编号。"
_TO_BE_TOLD_WHY = "热线中心会致电向您说明原因。急需了解请拨打 12345，并报上编号。"
_OBJECTED = "已经收到您的评价，热线中心会先致电向您了解情况。"
_QUESTIONS = "如有疑问请拨打 12345，并报上编号。"
_ASK = "了解办理结果请拨打 12345，并报上编号。"
_ASK_WHY = "了解原因请拨打 12345，并报上编号。"


@dataclass(frozen=True)
class Joined:
    """How a requester came to an order that is another's: ``at`` theirs was merged into it, which
    had come as far as ``own`` by itself."""

    at: datetime
    own: State


def as_known_to(joined: Joined | None, main: WorkOrder) -> State:
    """The state of an order as the requester of one merged into it may know it: what was redone
    before is another's story.

    :param joined: ``None`` for the order's own requester.
    """
    state = state_of(main)
    if joined is None:
        return state
    redone = max((e.at for e in main.events if e.kind == EventKind.REOPENED), default=None)
    is_older = redone is not None and redone <= joined.at
    return replace(state, reopens=0) if is_older else state


def is_told(order: WorkOrder, main: WorkOrder) -> bool:
    """Tell whether the requester knows the result: rung since the resolution, or, as the unit wrote
    with its reply, told by the unit."""
    if is_rung_beside(order, main):
        return not is_untold(order, main)
    state = state_of(main)
    is_informed = state.settled == Settled.ANSWERED and bool(
        state.replies and state.replies[-1].is_informed
    )
    return state.followed_up_at is not None or is_informed


def until_told(order: WorkOrder, main: WorkOrder) -> str:
    """Words for whoever does not know the result: that they are going to be rung, or, when nobody
    will ring any more, where to ask."""
    state = state_of(main)
    if state.settled == Settled.DECLINED:
        begin = _DECLINED_TOGETHER if main is not order else _DECLINED
        return f"{begin}；{how_told(state)}"
    begin = _TOGETHER if main is not order else _DONE
    return f"{begin}；{how_told(state)}"


def how_told(state: State) -> str:
    """How whoever does not know the result of an order gets to know it."""
    is_declined = state.settled == Settled.DECLINED
    if state.step == OrderState.ARCHIVED:
        return _ASK_WHY if is_declined else _ASK
    if state.objected_at is not None:
        return _OBJECTED
    return _TO_BE_TOLD_WHY if is_declined else _TO_BE_RUNG


def why_cancelled(event: WorkOrderEvent) -> str:
    """What a requester is told of a 撤单: that nothing is done about it any more, and why."""
    return f"这件诉求已经撤单，不再办理。原因：{_why(event.data.get('text', ''))}。{_QUESTIONS}"


def why_invalid(correction: RequestCorrection) -> str:
    """What a requester is told of a request that the desk ended as 无效."""
    return f"这件诉求已经结束，不再办理。原因：{_why(correction.reason)}。{_QUESTIONS}"


def _why(text: str) -> str:
    return mask_person(" ".join(text.split()).rstrip("。；，"))
