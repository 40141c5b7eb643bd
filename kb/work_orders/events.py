"""What can happen to an order: the kinds of events, each also the command that causes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kb.terms import Term


class EventKind(Term):
    """One kind of event. Stored values never change; old orders are read by them."""

    ACCEPTED = "accepted", "受理"
    CANCELLED = "cancelled", "撤单"
    # The centre sends, and takes back what was sent wrongly.
    DISPATCHED = "dispatched", "派单"
    REASSIGNED = "reassigned", "改派"
    URGENCY_CHANGED = "urgency_changed", "调整紧急程度"
    # The unit works.
    ACKNOWLEDGED = "acknowledged", "签收"
    ASSIGNED = "assigned", "分派"
    NOTED = "noted", "备注"
    PROGRESSED = "progressed", "登记进展"
    REPLIED = "replied", "答复"
    UNIT_PASSED = "unit_passed", "单位审核通过"
    UNIT_SENT_BACK = "unit_sent_back", "单位退回修改"
    SENT_BACK = "sent_back", "退回重办"
    RESOLVED = "resolved", "办结"
    # The unit asks, the centre rules.
    RETURNED = "returned", "退单"
    RETURN_ASKED = "return_asked", "申请退单"
    RETURN_GRANTED = "return_granted", "同意退单"
    RETURN_REFUSED = "return_refused", "不同意退单"
    EXTENSION_ASKED = "extension_asked", "申请延期"
    EXTENSION_GRANTED = "extension_granted", "同意延期"
    EXTENSION_REFUSED = "extension_refused", "不同意延期"
    PAUSE_ASKED = "pause_asked", "申请挂起"
    PAUSE_GRANTED = "pause_granted", "同意挂起"
    PAUSE_REFUSED = "pause_refused", "不同意挂起"
    RESUMED = "resumed", "恢复办理"
    DECLINE_ASKED = "decline_asked", "申请不予办理"
    DECLINE_SIGNED = "decline_signed", "签批不予办理"
    DECLINE_RETURNED = "decline_returned", "退回不予办理申请"
    DECLINE_GRANTED = "decline_granted", "同意不予办理"
    DECLINE_REFUSED = "decline_refused", "不同意不予办理"
    ASK_WITHDRAWN = "ask_withdrawn", "撤回申请"
    # 疑难核定.
    RULING_OPENED = "ruling_opened", "提交核定"
    OPINION_GIVEN = "opinion_given", "核定意见"
    RULED = "ruled", "核定"
    # Pressure from the centre.
    REMINDED = "reminded", "催办"
    SUPERVISED = "supervised", "督办"
    SUPERVISION_ANSWERED = "supervision_answered", "答复督办"
    SUPERVISION_CLOSED = "supervision_closed", "督办办结"
    # After the answer.
    CALL_ATTEMPTED = "call_attempted", "回访未接通"
    FOLLOWED_UP = "followed_up", "回访"
    OBJECTED = "objected", "网上评价不满意"
    REOPENED = "reopened", "重办"
    ARCHIVED = "archived", "归档"
    # 并单: one event on each of the two orders.
    MERGED = "merged", "并单"
    MERGE_TAKEN = "merge_taken", "并入"
    UNMERGED = "unmerged", "撤销并单"
    MERGE_RELEASED = "merge_released", "撤出并单"
    RECOMPUTED = "recomputed", "重算时限"


@dataclass(frozen=True)
class Event:
    """One thing that happened: kind, when, by whom, and its own data (plain JSON values).

    What was promised stands in the data (``clocks``: kind → start, due, limit, steps), so that
    events alone give the state and a later change of limits cannot rewrite it.
    """

    kind: EventKind
    at: datetime
    actor_id: int | None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The words that were written with it."""
        return str(self.data.get("text", ""))
