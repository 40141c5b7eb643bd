"""The values of each command of the centre, read from its form."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kb.clock import SHANGHAI
from kb.errors import InvalidInput, NotFound
from kb.models import WorkOrder
from kb.services import work_orders
from kb.terms import Urgency
from kb.work_orders.events import EventKind
from webapp.dispatch.sending import asked_units, others_of, sent_to
from webapp.identity import current_actor

Reader = Callable[[Session, Mapping[str, str]], dict[str, Any]]


def values_of(session: Session, kind: EventKind, form: Mapping[str, str]) -> dict[str, Any]:
    """What the service of a command takes beside the order and who gives it.

    :raises InvalidInput: something typed cannot be read; the field is named.
    """
    return _READERS.get(kind, _text)(session, form)


def _text(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    return {"text": form.get("text", "")}


def _sent(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    return sent_to(session, form)


def _extension(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    limit = form.get("limit", "").strip()
    return {"text": form.get("text", ""), "limit": limit}


def _pause(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    until = form.get("until", "").strip()
    return {"text": form.get("text", ""), "until": _moment(until) if until else None}


def _moment(value: str) -> datetime:
    """``2026-05-09T17:30``, in the city.

    :raises InvalidInput: not a time.
    """
    try:
        return datetime.fromisoformat(value).replace(tzinfo=SHANGHAI)
    except ValueError as error:
        sentence = f"看不懂时间“{value[:40]}”，应写作 2026-05-09 17:30"
        raise InvalidInput(sentence, {"until": sentence}) from error


def _urgency(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    value = form.get("urgency", "")
    if value not in list(Urgency):
        raise InvalidInput("请选择紧急程度", {"urgency": "请选择紧急程度"})
    return {"text": form.get("text", ""), "urgency": Urgency(value)}


def _ruling(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    return {"text": form.get("text", ""), "unit_ids": asked_units(session, form)}


def _merge(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    return {"text": form.get("text", ""), "into": _order(session, form.get("into", ""))}


def _order(session: Session, number: str) -> WorkOrder:
    number = number.strip()
    if not number:
        raise InvalidInput("请填写要并入的工单编号", {"into": "请填写要并入的工单编号"})
    try:
        return work_orders.get_order(session, number, current_actor())
    except NotFound as error:
        sentence = f"没有编号为“{number[:40]}”的工单，请核对后再并单"
        raise InvalidInput(sentence, {"into": sentence}) from error


def _return(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    return {"text": form.get("text", ""), "basis": form.get("basis", "")}


def several(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    """The values of a dispatch as several orders."""
    values = sent_to(session, form)
    values.pop("assisting")
    return values | {"others": others_of(session, form)}


_READERS: dict[EventKind, Reader] = {
    EventKind.DISPATCHED: _sent,
    EventKind.REASSIGNED: _sent,
    EventKind.RULED: _sent,
    EventKind.EXTENSION_GRANTED: _extension,
    EventKind.PAUSE_GRANTED: _pause,
    EventKind.URGENCY_CHANGED: _urgency,
    EventKind.RULING_OPENED: _ruling,
    EventKind.MERGED: _merge,
    EventKind.RETURNED: _return,
}
