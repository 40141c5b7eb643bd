"""Giving an order a command from a form, and bringing a refused form back with what was typed."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from kb.errors import CalendarUnknown, IllegalTransition, InvalidInput, KbError, StaleVersion
from kb.models import WorkOrder
from kb.services.work_orders import By, shown_events
from kb.work_orders.events import EventKind
from webapp.context import services
from webapp.identity import current_actor

# What brings the page back instead of an error page.
REFUSALS = (InvalidInput, CalendarUnknown, IllegalTransition, StaleVersion)
_STATUS = {InvalidInput: 422, CalendarUnknown: 409, IllegalTransition: 409, StaleVersion: 409}
# Values that a page without a refused form has.
NOT_REFUSED: Mapping[str, Any] = {
    "form": {},
    "problems": {},
    "failed": "",
    "refusal": None,
    "written": [],
    "reveal_problem": "",
}
# What a command can be told beside its text, in words for whoever must type it again.
_TOLD = {
    "unit": "主办单位",
    "other": "其他单位",
    "task": "要它做什么",
    "asked": "出具意见的单位",
    "into": "并入工单",
    "basis": "依据",
    "signer": "单位负责人",
    "until": "挂起到",
    "limit": "延长",
    "reason": "原因",
    "category": "类别",
    "category_other": "类别",
}


def by_form(form: Mapping[str, str]) -> By:
    """Who gives the command, now, and how much of the order they had seen."""
    known = services()
    return By(current_actor(), known.clock(), known.profile, seen_of(form))


def seen_of(form: Mapping[str, str]) -> int:
    """How many events the page showed; a form that does not say has seen nothing."""
    value = form.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


def status_of(error: KbError) -> int:
    """422 for what was typed, 409 for what happened meanwhile or cannot be done now."""
    return next(code for known, code in _STATUS.items() if isinstance(error, known))


def written_lines(form: Mapping[str, str]) -> list[str]:
    """What was typed into a form, a line each, the text first; empty fields left out.

    An extension's amount and its unit of time (工作日 …) are one line.
    """
    said = _all(form, "amount")
    told = [f"延长：{said[0]} {form.get('unit', '')}"] if said else []
    for name, label in _TOLD.items():
        if name != "unit" or "amount" not in form:
            told += [f"{label}：{value}" for value in _all(form, name)]
    return [*_all(form, "text"), *told]


def _all(form: Mapping[str, str], name: str) -> list[str]:
    values = form.getlist(name) if isinstance(form, MultiDict) else [form.get(name, "")]
    return [value.strip() for value in values if value.strip()]


def refused(
    found: WorkOrder, kind: EventKind, error: KbError, form: Mapping[str, str]
) -> dict[str, Any]:
    """What ``orders/refusal.html`` and ``orders/forms.html`` need to bring a form back.

    :param found: the order loaded anew, after the rollback.
    """
    seen = seen_of(form)
    return {
        "form": form,
        "failed": kind.value,
        "failed_label": kind.label,
        "refusal": error.message,
        "problems": getattr(error, "fields", {}),
        "is_stale": isinstance(error, StaleVersion),
        "written": written_lines(form),
        "news": [event for event in shown_events(found, current_actor()) if event.seq > seen],
    }
