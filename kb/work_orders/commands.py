"""Which event may follow which state. A command either gives one event or says why not."""

from datetime import datetime
from typing import Any

from kb.errors import IllegalTransition, InvalidInput
from kb.terms import Satisfaction
from kb.work_orders.state import Event, EventKind, OrderState, State

# Command -> the states it may be given in.
ALLOWED: dict[EventKind, frozenset[OrderState]] = {
    EventKind.DISPATCHED: frozenset({OrderState.ACCEPTED}),
    EventKind.ACKNOWLEDGED: frozenset({OrderState.DISPATCHED}),
    EventKind.RETURNED: frozenset({OrderState.DISPATCHED, OrderState.ACKNOWLEDGED}),
    EventKind.REPLIED: frozenset({OrderState.ACKNOWLEDGED}),
    EventKind.SENT_BACK: frozenset({OrderState.REPLIED}),
    EventKind.REMINDED: frozenset({OrderState.DISPATCHED, OrderState.ACKNOWLEDGED}),
    EventKind.RESOLVED: frozenset({OrderState.REPLIED}),
    EventKind.FOLLOWED_UP: frozenset({OrderState.RESOLVED}),
    EventKind.REOPENED: frozenset({OrderState.RESOLVED}),
    EventKind.NOTED: frozenset(OrderState),
}

# Commands that mean nothing without words, and what to ask for when there are none.
_WORDS = {
    EventKind.RETURNED: "请写明退单的理由和依据",
    EventKind.REPLIED: "请填写答复内容",
    EventKind.SENT_BACK: "请写明要补充或更正什么",
    EventKind.REOPENED: "请写明重办的原因",
    EventKind.NOTED: "请填写备注内容",
}
MAX_TEXT = 5000


def decide(
    state: State, kind: EventKind, *, actor_id: int | None, at: datetime, data: dict[str, Any]
) -> Event:
    """Allow or refuse a command.

    :raises IllegalTransition: the order's state does not allow it.
    :raises InvalidInput: words or values it needs are missing.
    """
    if state.step not in ALLOWED[kind]:
        raise IllegalTransition(
            f"工单现在是“{state.step.label}”，不能{kind.label}；请刷新看最新进展"
        )
    text = str(data.get("text", "")).strip()
    if kind in _WORDS and not text:
        raise InvalidInput(_WORDS[kind], {"text": _WORDS[kind]})
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"内容最多 {MAX_TEXT} 字，现有 {len(text)} 字", {"text": "内容太长"})
    if kind == EventKind.DISPATCHED and not data.get("unit_id"):
        raise InvalidInput("请选择承办单位", {"unit_id": "请选择承办单位"})
    if kind == EventKind.FOLLOWED_UP and data.get("satisfaction") not in list(Satisfaction):
        raise InvalidInput("请选择满意度", {"satisfaction": "请选择满意度"})
    return Event(kind, at, actor_id, data | ({"text": text} if "text" in data else {}))
