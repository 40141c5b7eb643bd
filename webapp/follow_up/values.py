"""The values of each command of the room, read from its form."""

from collections.abc import Callable, Mapping
from typing import Any

from kb.errors import InvalidInput
from kb.terms import Satisfaction
from kb.work_orders.events import EventKind
from webapp.order_filing import chosen_category

Form = Mapping[str, str]
BY_PHONE = "电话"
DONE = {
    EventKind.CALL_ATTEMPTED: "已记录未接通",
    EventKind.FOLLOWED_UP: "回访结果已记录",
    EventKind.REOPENED: "已交原单位重办，重新计时",
    EventKind.ARCHIVED: "已归档",
    EventKind.NOTED: "备注已记录",
}


def values_of(kind: EventKind, form: Form) -> dict[str, Any]:
    """What the service of a command takes beside the order and who gives it.

    :raises InvalidInput: what was chosen does not fit together.
    """
    return _READERS.get(kind, _text)(form)


def _text(form: Form) -> dict[str, Any]:
    return {"text": form.get("text", "")}


def _attempt(form: Form) -> dict[str, Any]:
    return {"result": form.get("result", ""), "text": form.get("text", "")}


def _result(form: Form) -> dict[str, Any]:
    satisfaction = form.get("satisfaction", "")
    is_unhappy = satisfaction == Satisfaction.DISSATISFIED
    if wants_redo(form) and not is_unhappy:
        sentence = "勾了“交原单位重办”，满意度却不是“不满意”，请核对"
        raise InvalidInput(sentence, {"satisfaction": sentence})
    return {
        "satisfaction": satisfaction,
        "reason": form.get("reason", "") if is_unhappy else "",
        "text": form.get("text", ""),
        "channel": BY_PHONE,
    }


def wants_redo(form: Form) -> bool:
    """Tell whether the order goes back to its unit with the result."""
    return form.get("redo") == "1"


def redo_words(form: Form) -> str:
    """What the unit reads: the reason, and what was said."""
    return "：".join(filter(None, (form.get("reason", ""), form.get("text", "").strip())))


def _archive(form: Form) -> dict[str, Any]:
    return {
        "text": form.get("text", ""),
        "waived": form.get("waived", ""),
        "category": chosen_category(form),
    }


_READERS: dict[EventKind, Callable[[Form], dict[str, Any]]] = {
    EventKind.CALL_ATTEMPTED: _attempt,
    EventKind.FOLLOWED_UP: _result,
    EventKind.ARCHIVED: _archive,
}
