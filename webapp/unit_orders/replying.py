"""The reply's form: outlines to begin with, the check before it is handed in and for the review."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.errors import InvalidInput
from kb.models import WorkOrder
from kb.replies.templates import blanks
from kb.services import reply_templates
from kb.services.orders.handling import review_step
from kb.work_orders.events import EventKind
from kb.work_orders.state import OrderState
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.order_commands import seen_of, written_lines
from webapp.order_parts import OrderView
from webapp.order_uploads import by_now
from webapp.unit_orders.checked import Checked, checked

Form = Mapping[str, str]
_REPLIED = EventKind.REPLIED


@dataclass(frozen=True)
class Answer:
    """The page instead of the command: what to show on it, and the status."""

    status: int
    values: dict[str, Any]


def beside(order: WorkOrder, view: OrderView) -> dict[str, Any]:
    """What the page needs for replies: the outlines, and for a reviewer what the check says."""
    is_reviewing = EventKind.UNIT_PASSED.value in view.commands
    return {
        "outlines": _outlines(order) if _REPLIED.value in view.commands else (),
        "reviewed": checked(order, view.state.reply) if is_reviewing else None,
        "checked": None,
        "unit_reviews": _REPLIED.value in view.commands
        and review_step(db(), order, by_now()) == OrderState.UNIT_REVIEW,
    }


@dataclass(frozen=True)
class Outline:
    """An outline in the list above the reply, filled in with what the order knows."""

    key: str
    name: str
    owner: str
    text: str


def _outlines(order: WorkOrder) -> list[Outline]:
    values = reply_templates.values_of(db(), order, current_actor(), services().clock())
    purpose = services().profile.purpose(order.request.purpose).counts_as
    return [
        Outline(one.key, one.name, one.owner or "系统自带", one.filled(values))
        for one in reply_templates.offered(db(), order, purpose)
    ]


def before_sending(order: WorkOrder, form: Form) -> Answer | None:
    """Fill in an outline, show the check, or hold a reply that should be mended and was not seen
    with its findings; None lets it go.

    :raises InvalidInput: a blank of the outline is left.
    """
    text = form.get("text", "").replace("\r\n", "\n").strip()
    action = form.get("action", "send")
    if action == "outline":
        return _page({**form, "text": _with_outline(order, form, text)})
    if not text or seen_of(form) != order.event_count:
        return None  # the command itself says what is wrong
    if action == "check":
        return _page(form, checked(order, text))
    if left := blanks(text):
        sentence = f"还有 {len(left)} 处没有填：{'、'.join(left[:6])}"
        raise InvalidInput(sentence, {"text": sentence})
    found = checked(order, text)
    if not found.serious or form.get("checked") == found.seal:
        return None
    held = _page(form, found, status=422)
    held.values["refusal"] = f"检查发现 {found.serious} 处应改，还没有提交"
    held.values["written"] = written_lines(form)
    return held


def _with_outline(order: WorkOrder, form: Form, text: str) -> str:
    chosen = [one for one in _outlines(order) if one.key == form.get("outline")]
    if not chosen:
        return text
    return f"{text}\n\n{chosen[0].text}" if text else chosen[0].text


def _page(form: Form, found: Checked | None = None, status: int = 200) -> Answer:
    values = {"form": form, "failed": _REPLIED.value, "failed_label": "答复", "checked": found}
    return Answer(status, values)
