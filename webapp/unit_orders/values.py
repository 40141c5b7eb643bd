"""What a form of each command holds, as the values of its service."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.work_orders.events import EventKind

Form = Mapping[str, str]

# Commands of a unit, as this room's page has forms for them, and what is said when they are done.
DONE: Mapping[EventKind, str] = {
    EventKind.ACKNOWLEDGED: "已签收",
    EventKind.ASSIGNED: "已分派",
    EventKind.NOTED: "备注已记录",
    EventKind.PROGRESSED: "进展已登记",
    EventKind.REPLIED: "答复已提交，等待审核",
    EventKind.UNIT_PASSED: "审核通过，已交热线中心",
    EventKind.UNIT_SENT_BACK: "已退回经办人修改",
    EventKind.RETURNED: "已退单，工单回到派单台",
    EventKind.EXTENSION_ASKED: "延期申请已提交；批复之前，时限照常在走",
    EventKind.PAUSE_ASKED: "挂起申请已提交；批复之前，时限照常在走",
    EventKind.DECLINE_ASKED: "不予办理申请已提交；批复之前，时限照常在走",
    EventKind.DECLINE_SIGNED: "已签批，交热线中心批复",
    EventKind.DECLINE_RETURNED: "已退回经办人继续办理",
    EventKind.ASK_WITHDRAWN: "申请已撤回",
    EventKind.RESUMED: "已恢复办理",
    EventKind.OPINION_GIVEN: "意见已提交",
    EventKind.SUPERVISION_ANSWERED: "督办答复已提交",
}
# Those to which files may be attached.
WITH_FILES = frozenset(
    {
        EventKind.NOTED,
        EventKind.PROGRESSED,
        EventKind.REPLIED,
        EventKind.RETURNED,
        EventKind.EXTENSION_ASKED,
        EventKind.PAUSE_ASKED,
        EventKind.DECLINE_ASKED,
        EventKind.OPINION_GIVEN,
        EventKind.SUPERVISION_ANSWERED,
    }
)


def values_of(kind: EventKind, form: Form, file_ids: Sequence[int]) -> dict[str, Any]:
    """The values of a command's service.

    :raises InvalidInput: what was typed cannot be read.
    """
    values: dict[str, Any] = {"text": form.get("text", "").replace("\r\n", "\n")}
    if kind in WITH_FILES:
        values["files"] = file_ids
    return values | _MORE.get(kind, _nothing)(form)


def _nothing(form: Form) -> dict[str, Any]:
    return {}


def _assignee(form: Form) -> dict[str, Any]:
    value = form.get("assignee_id", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise InvalidInput("请选择经办人", {"assignee_id": "请选择经办人"})
    return {"user_id": int(value)}


def _basis(form: Form) -> dict[str, Any]:
    return {"basis": form.get("basis", "").strip()}


def _decline(form: Form) -> dict[str, Any]:
    return _basis(form) | {"signer": form.get("signer", "").strip()[:40]}


def _limit(form: Form) -> dict[str, Any]:
    amount = form.get("amount", "").strip()
    return {"limit": f"{amount} {form.get('unit', '')}" if amount else ""}


def _until(form: Form) -> dict[str, Any]:
    sentence = "请填写挂起到哪一天、几点"
    try:
        until = datetime.fromisoformat(form.get("until", ""))
    except ValueError as error:
        raise InvalidInput(sentence, {"until": sentence}) from error
    if not 2000 <= until.year <= 2100:
        raise InvalidInput(sentence, {"until": sentence})
    return {"until": until if until.tzinfo else until.replace(tzinfo=SHANGHAI)}


def _is_informed(form: Form) -> dict[str, Any]:
    value = form.get("is_informed", "")
    if value not in ("yes", "no"):
        sentence = "请选择诉求人是否已知晓结果"
        raise InvalidInput(sentence, {"is_informed": sentence})
    return {"is_informed": value == "yes"}


def _is_done(form: Form) -> dict[str, Any]:
    return {"is_done": form.get("is_done") == "1"}


_MORE: Mapping[EventKind, Callable[[Form], dict[str, Any]]] = {
    EventKind.ASSIGNED: _assignee,
    EventKind.RETURNED: _basis,
    EventKind.OPINION_GIVEN: _basis,
    EventKind.DECLINE_ASKED: _decline,
    EventKind.EXTENSION_ASKED: _limit,
    EventKind.PAUSE_ASKED: _until,
    EventKind.REPLIED: _is_informed,
    EventKind.PROGRESSED: _is_done,
}
