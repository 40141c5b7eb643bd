"""What each command needs beside the right state: words, values, and rules of the game."""

from kb.work_orders import conditions_asking as asking
from kb.work_orders import conditions_handling as handling
from kb.work_orders import conditions_sending as sending
from kb.work_orders.events import EventKind
from kb.work_orders.given import Condition

# Commands that mean nothing without words, and what to ask for when there are none.
WORDS = {
    EventKind.CANCELLED: "请写明为什么撤单，如来电人撤回、误登记",
    EventKind.RETURNED: "请写明退单的理由和依据",
    EventKind.RETURN_REFUSED: "请写明不同意退单的理由",
    EventKind.REASSIGNED: "请写明改派的理由",
    EventKind.REPLIED: "请填写答复内容",
    EventKind.UNIT_SENT_BACK: "请写明要补充或更正什么",
    EventKind.SENT_BACK: "请写明要补充或更正什么",
    EventKind.EXTENSION_ASKED: "请写明为什么需要延期",
    EventKind.EXTENSION_REFUSED: "请写明不同意延期的理由",
    EventKind.PAUSE_ASKED: "请写明为什么需要挂起",
    EventKind.PAUSE_REFUSED: "请写明不同意挂起的理由",
    EventKind.DECLINE_ASKED: "请写明核查经过和不予办理的理由",
    EventKind.DECLINE_RETURNED: "请写明为什么退回，要补充或更正什么",
    EventKind.DECLINE_REFUSED: "请写明不同意的理由",
    EventKind.RULING_OPENED: "请写明需要核定的问题",
    EventKind.OPINION_GIVEN: "请填写本单位的意见",
    EventKind.RULED: "请写明核定的理由",
    EventKind.SUPERVISED: "请写明督办要求",
    EventKind.SUPERVISION_ANSWERED: "请填写督办答复",
    EventKind.URGENCY_CHANGED: "请写明调整的理由",
    EventKind.REOPENED: "请写明重办的原因",
    EventKind.MERGED: "请写明并单的理由",
    EventKind.UNMERGED: "请写明撤销并单的理由",
    EventKind.RECOMPUTED: "请写明重算时限的理由",
}

_SENDS: tuple[Condition, ...] = (sending.has_lead, sending.is_joint_when_due)
CONDITIONS: dict[EventKind, tuple[Condition, ...]] = {
    EventKind.DISPATCHED: _SENDS,
    EventKind.CANCELLED: (sending.was_never_sent, sending.took_in_none),
    EventKind.REASSIGNED: (
        *_SENDS,
        asking.is_not_paused,
        asking.no_return_waits,
        sending.changes_something,
    ),
    EventKind.RETURNED: (
        asking.nothing_waits,
        asking.is_not_paused,
        asking.may_return,
        asking.has_basis,
    ),
    EventKind.REPLIED: (asking.no_exit_waits, asking.is_not_paused),
    EventKind.UNIT_PASSED: (handling.another_passes,),
    EventKind.EXTENSION_ASKED: (
        asking.nothing_waits,
        asking.is_not_paused,
        asking.is_in_time,
        asking.may_extend,
    ),
    EventKind.EXTENSION_GRANTED: (asking.moves_the_promise,),
    EventKind.PAUSE_ASKED: (
        asking.nothing_waits,
        asking.is_not_paused,
        asking.is_in_time,
        asking.until_later,
    ),
    EventKind.PAUSE_GRANTED: (asking.until_later, asking.moves_the_promise),
    EventKind.RESUMED: (asking.is_paused, asking.resumes_sooner),
    EventKind.DECLINE_ASKED: (
        asking.nothing_waits,
        asking.is_not_paused,
        asking.has_basis,
        asking.has_evidence,
    ),
    EventKind.DECLINE_SIGNED: (asking.another_signs,),
    EventKind.ASK_WITHDRAWN: (asking.something_waits,),
    EventKind.RULING_OPENED: (
        asking.is_not_paused,
        asking.no_return_waits,
        sending.asks_units,
    ),
    EventKind.OPINION_GIVEN: (sending.was_asked,),
    EventKind.RULED: (sending.is_ruling, *_SENDS),
    EventKind.SUPERVISED: (handling.no_supervision,),
    EventKind.SUPERVISION_ANSWERED: (handling.is_supervised,),
    EventKind.SUPERVISION_CLOSED: (handling.waits_to_be_closed,),
    EventKind.URGENCY_CHANGED: (sending.has_urgency,),
    EventKind.ASSIGNED: (handling.has_assignee,),
    EventKind.NOTED: (handling.says_something,),
    EventKind.PROGRESSED: (handling.has_part, handling.says_something),
    EventKind.CALL_ATTEMPTED: (handling.is_not_called, handling.has_result),
    EventKind.FOLLOWED_UP: (handling.is_not_called, handling.has_satisfaction),
    EventKind.OBJECTED: (handling.is_not_called, handling.is_not_objected, handling.says_why),
    EventKind.ARCHIVED: (
        handling.no_supervision,
        handling.was_followed_up,
        handling.answers_discontent,
        handling.left_knowledge,
    ),
    EventKind.MERGED: (
        asking.is_not_paused,
        asking.no_return_waits,
        handling.no_supervision,
    ),
    EventKind.MERGE_RELEASED: (sending.was_merged,),
}
