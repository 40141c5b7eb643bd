"""Which event may follow which state. A command either gives one event or says why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kb.errors import IllegalTransition, InvalidInput
from kb.work_orders.conditions import CONDITIONS, WORDS
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import Ask
from kb.work_orders.given import Given
from kb.work_orders.rules import DEFAULT_RULES, Rules
from kb.work_orders.state import IN_REVIEW, OPEN_STEPS, WITH_UNIT, OrderState, State

_DESK = frozenset({OrderState.ACCEPTED})
_WORKING = frozenset({OrderState.ACKNOWLEDGED})
_SENT = WITH_UNIT | IN_REVIEW
_RESOLVED = frozenset({OrderState.RESOLVED})
_CALLED = frozenset({OrderState.RESOLVED, OrderState.ARCHIVED})
_ANY = frozenset(OrderState)

# Command -> the states it may be given in.
ALLOWED: dict[EventKind, frozenset[OrderState]] = {
    EventKind.DISPATCHED: _DESK,
    EventKind.CANCELLED: _DESK,
    EventKind.ACKNOWLEDGED: frozenset({OrderState.DISPATCHED}),
    EventKind.REPLIED: _WORKING,
    EventKind.UNIT_PASSED: frozenset({OrderState.UNIT_REVIEW}),
    EventKind.UNIT_SENT_BACK: frozenset({OrderState.UNIT_REVIEW}),
    EventKind.RESOLVED: frozenset({OrderState.CENTRE_REVIEW}),
    EventKind.SENT_BACK: frozenset({OrderState.CENTRE_REVIEW}),
    EventKind.RETURNED: WITH_UNIT,
    EventKind.RETURN_GRANTED: WITH_UNIT,
    EventKind.RETURN_REFUSED: WITH_UNIT,
    EventKind.EXTENSION_ASKED: _WORKING,
    EventKind.EXTENSION_GRANTED: _WORKING,
    EventKind.EXTENSION_REFUSED: _WORKING,
    EventKind.PAUSE_ASKED: _WORKING,
    EventKind.PAUSE_GRANTED: _WORKING,
    EventKind.PAUSE_REFUSED: _WORKING,
    EventKind.RESUMED: _WORKING,
    EventKind.DECLINE_ASKED: _WORKING,
    EventKind.DECLINE_SIGNED: _WORKING,
    EventKind.DECLINE_RETURNED: _WORKING,
    EventKind.DECLINE_GRANTED: _WORKING,
    EventKind.DECLINE_REFUSED: _WORKING,
    EventKind.ASK_WITHDRAWN: WITH_UNIT,
    EventKind.REASSIGNED: WITH_UNIT,
    EventKind.ASSIGNED: WITH_UNIT | {OrderState.UNIT_REVIEW},
    EventKind.PROGRESSED: _SENT,
    EventKind.RULING_OPENED: _DESK | WITH_UNIT,
    EventKind.OPINION_GIVEN: _DESK | WITH_UNIT,
    EventKind.RULED: _DESK | WITH_UNIT,
    EventKind.URGENCY_CHANGED: OPEN_STEPS,
    EventKind.REMINDED: WITH_UNIT | {OrderState.UNIT_REVIEW},
    EventKind.SUPERVISED: _SENT,
    EventKind.SUPERVISION_ANSWERED: OPEN_STEPS | _RESOLVED,
    EventKind.SUPERVISION_CLOSED: _ANY,
    EventKind.CALL_ATTEMPTED: _RESOLVED,
    EventKind.FOLLOWED_UP: _RESOLVED,
    EventKind.OBJECTED: _RESOLVED,
    EventKind.REOPENED: _RESOLVED,
    EventKind.ARCHIVED: _RESOLVED,
    EventKind.MERGED: OPEN_STEPS,
    EventKind.MERGE_TAKEN: OPEN_STEPS,
    EventKind.UNMERGED: frozenset({OrderState.MERGED}),
    EventKind.MERGE_RELEASED: _ANY,
    EventKind.RECOMPUTED: OPEN_STEPS,
    EventKind.NOTED: _ANY,
}
# While the centre rules on whose matter it is, nobody works past it.
_DURING_RULING = frozenset(
    {
        EventKind.OPINION_GIVEN,
        EventKind.RULED,
        EventKind.NOTED,
        EventKind.URGENCY_CHANGED,
        EventKind.SUPERVISION_ANSWERED,
        EventKind.SUPERVISION_CLOSED,
        EventKind.MERGE_TAKEN,
        EventKind.MERGE_RELEASED,
        EventKind.RECOMPUTED,
    }
)
# Which ask must be waiting for the command to mean anything.
RULES_ON: dict[EventKind, Ask] = {
    EventKind.RETURN_GRANTED: Ask.RETURN,
    EventKind.RETURN_REFUSED: Ask.RETURN,
    EventKind.EXTENSION_GRANTED: Ask.EXTENSION,
    EventKind.EXTENSION_REFUSED: Ask.EXTENSION,
    EventKind.PAUSE_GRANTED: Ask.PAUSE,
    EventKind.PAUSE_REFUSED: Ask.PAUSE,
    EventKind.DECLINE_SIGNED: Ask.DECLINE,
    EventKind.DECLINE_RETURNED: Ask.DECLINE,
    EventKind.DECLINE_GRANTED: Ask.DECLINE,
    EventKind.DECLINE_REFUSED: Ask.DECLINE,
}
_IN_UNIT = frozenset({EventKind.DECLINE_SIGNED, EventKind.DECLINE_RETURNED})
MAX_TEXT = 5000


def decide(
    state: State,
    kind: EventKind,
    *,
    actor_id: int | None,
    at: datetime,
    data: Mapping[str, Any],
    rules: Rules = DEFAULT_RULES,
) -> Event:
    """Allow or refuse a command.

    退单 (RETURNED) becomes RETURN_ASKED once the free returns are used up, or when the unit
    answered the order before.

    :raises IllegalTransition: the order's state does not allow it.
    :raises InvalidInput: words or values it needs are missing.
    """
    _require_state(state, kind)
    data = _with_words(kind, data)
    given = Given(state, at, actor_id, data, rules)
    for condition in CONDITIONS.get(kind, ()):
        condition(given)
    is_free = state.returns < rules.free_returns and not state.is_answered_before
    if kind == EventKind.RETURNED and not is_free:
        kind = EventKind.RETURN_ASKED
    return Event(kind, at, actor_id, data)


def possible(state: State, kind: EventKind) -> bool:
    """Tell whether the state allows a command at all, whatever its words."""
    return (
        state.step in ALLOWED.get(kind, ())
        and (not state.is_ruling or kind in _DURING_RULING)
        and (kind not in RULES_ON or _waits(state, kind))
    )


def _waits(state: State, kind: EventKind) -> bool:
    """The ask waits for whoever gives this command: its unit's reviewer, or the centre."""
    asked = state.pending
    return asked is not None and asked.ask == RULES_ON[kind] and asked.in_unit == (kind in _IN_UNIT)


def _require_state(state: State, kind: EventKind) -> None:
    if state.step not in ALLOWED.get(kind, ()):
        raise IllegalTransition(
            f"工单现在是“{state.step.label}”，不能{kind.label}；请刷新看最新进展"
        )
    if state.is_ruling and kind not in _DURING_RULING:
        raise IllegalTransition(f"这张工单正在核定由谁办理，核定之前不能{kind.label}")
    if kind not in RULES_ON or _waits(state, kind):
        return
    asked = state.pending
    if asked is not None and asked.in_unit and asked.ask == RULES_ON[kind]:
        raise IllegalTransition(
            f"{asked.ask.label}申请还在等待本单位审核人签批，签批之后才能{kind.label}"
        )
    what = "签批" if kind in _IN_UNIT else "批复"
    raise IllegalTransition(f"没有等待{what}的{RULES_ON[kind].label}申请；请刷新看最新进展")


def _with_words(kind: EventKind, data: Mapping[str, Any]) -> dict[str, Any]:
    text = str(data.get("text", "")).strip()
    if kind in WORDS and not text:
        raise InvalidInput(WORDS[kind], {"text": WORDS[kind]})
    for name in ("text", "basis"):
        length = len(str(data.get(name, "")))
        if length > MAX_TEXT:
            sentence = f"内容最多 {MAX_TEXT} 字，现有 {length} 字"
            raise InvalidInput(sentence, {name: "内容太长"})
    return dict(data) | ({"text": text} if "text" in data else {})
