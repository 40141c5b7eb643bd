"""What units asked for on an order — 退单, 延期, 挂起, 不予办理 — and what became of each ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kb.actor import Actor
from kb.clock import SHANGHAI
from kb.models import CitizenRequest, OrderFile, WorkOrderEvent
from kb.services.contact_details import shown_text
from kb.terms import ScanState
from kb.work_orders.events import EventKind
from kb.work_orders.facts import TO_UNIT, Ask
from webapp import formats

_ASKED = {
    EventKind.RETURNED: Ask.RETURN,
    EventKind.RETURN_ASKED: Ask.RETURN,
    EventKind.EXTENSION_ASKED: Ask.EXTENSION,
    EventKind.PAUSE_ASKED: Ask.PAUSE,
    EventKind.DECLINE_ASKED: Ask.DECLINE,
}
_GRANTED = {
    EventKind.RETURN_GRANTED,
    EventKind.EXTENSION_GRANTED,
    EventKind.PAUSE_GRANTED,
    EventKind.DECLINE_GRANTED,
}
_REFUSED = {
    EventKind.RETURN_REFUSED,
    EventKind.EXTENSION_REFUSED,
    EventKind.PAUSE_REFUSED,
    EventKind.DECLINE_REFUSED,
    EventKind.DECLINE_RETURNED,
}
_LAPSED = {
    EventKind.ASK_WITHDRAWN: "已撤回",
    EventKind.REPLIED: "已答复，申请作废",
    EventKind.REASSIGNED: "已改派，申请作废",
    EventKind.RULING_OPENED: "转疑难核定",
    EventKind.MERGED: "已并单，申请作废",
}
_SENT_BACK = {EventKind.UNIT_SENT_BACK, EventKind.SENT_BACK}
_ASK_KINDS = {kind.value for kind in _ASKED}
_SENT = {EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED}
WAITING, GRANTED, REFUSED, LAPSED = "waiting", "granted", "refused", "lapsed"


@dataclass(frozen=True)
class Asked:
    """One ask. ``wanted`` says how much (``延长 3 工作日``), ``until`` the end of a pause,
    ``in_unit`` that its unit's reviewer must sign it first, ``signed`` who did and what they wrote.

    ``outcome`` is waiting, granted, refused or lapsed, ``result`` the same in words; ``ruled_by``
    whoever ended it, ``ruling`` their words.
    """

    ask: Ask
    unit: str
    at: datetime
    by: str
    text: str
    basis: str
    wanted: str
    until: datetime | None
    signer: str
    files: tuple[OrderFile, ...]
    outcome: str = WAITING
    result: str = "等待批复"
    ruled_at: datetime | None = None
    ruled_by: str = ""
    ruling: str = ""
    in_unit: bool = False
    signed: str = ""
    signed_at: datetime | None = None


def asks_of(
    events: Sequence[WorkOrderEvent],
    request: CitizenRequest,
    files: Sequence[OrderFile],
    actor: Actor,
) -> tuple[Asked, ...]:
    """The asks in the steps a person may read, the newest first."""
    found: list[Asked] = []
    unit = ""
    for event in events:
        kind = EventKind(event.kind)
        if found and found[-1].outcome == WAITING:
            found[-1] = _ended(found[-1], event, request, actor)
        if kind in _SENT:
            unit = str(event.data.get("unit", ""))
        if kind in _ASKED:
            own = tuple(row for row in files if row.seq == event.seq)
            found.append(_asked(event, unit, own, request, actor))
    return tuple(reversed(found))


def _asked(
    event: WorkOrderEvent,
    unit: str,
    files: tuple[OrderFile, ...],
    request: CitizenRequest,
    actor: Actor,
) -> Asked:
    asked = Asked(
        _ASKED[EventKind(event.kind)],
        unit,
        event.at,
        event.actor.name if event.actor is not None else "系统",
        shown_text(str(event.data.get("text", "")), request, actor),
        shown_text(str(event.data.get("basis", "")), request, actor),
        _wanted(event.data),
        _until(event.data),
        str(event.data.get("signer", "")),
        files,
    )
    if event.data.get("to") == TO_UNIT:
        return replace(asked, in_unit=True, result="等待本单位审核人签批")
    if event.kind == EventKind.RETURNED.value:
        return replace(asked, outcome=GRANTED, result="首次退单，直接退回派单台")
    return asked


def _wanted(data: Mapping[str, object]) -> str:
    if data.get("limit"):
        return f"延长 {data['limit']}"
    return ""


def _until(data: Mapping[str, object]) -> datetime | None:
    return datetime.fromisoformat(str(data["until"])) if data.get("until") else None


def _ended(asked: Asked, event: WorkOrderEvent, request: CitizenRequest, actor: Actor) -> Asked:
    kind = EventKind(event.kind)
    if kind in _LAPSED:
        return replace(asked, outcome=LAPSED, result=_LAPSED[kind], ruled_at=event.at)
    if kind == EventKind.DECLINE_SIGNED:
        return _signed(asked, event, request, actor)
    if kind not in _GRANTED | _REFUSED:
        return asked
    is_granted = kind in _GRANTED
    limit, until = str(event.data.get("limit", "")), _until(event.data)
    granted = f" {limit}" if limit else f"到 {formats.filed_time(until)}" if until else ""
    text = shown_text(str(event.data.get("text", "")), request, actor)
    return replace(
        asked,
        outcome=GRANTED if is_granted else REFUSED,
        result=kind.label + granted * is_granted,
        ruled_at=event.at,
        ruled_by=event.actor.name if event.actor is not None else "系统",
        ruling=text,
    )


def _signed(asked: Asked, event: WorkOrderEvent, request: CitizenRequest, actor: Actor) -> Asked:
    who = event.actor.name if event.actor is not None else "系统"
    text = shown_text(str(event.data.get("text", "")), request, actor)
    signed = f"{who}：{text}" if text else who
    return replace(asked, in_unit=False, result="等待批复", signed=signed, signed_at=event.at)


def asked_before(
    events: Sequence[WorkOrderEvent], request: CitizenRequest, actor: Actor
) -> dict[str, dict[str, str]]:
    """By kind of ask, what its form was filled with when it was last refused, returned or taken
    back: it is mended, not typed anew. Where words are masked for the reader, nothing may go back
    in their place, and the form begins empty."""
    found = {
        kind: _typed(event.data) for kind, event in _to_mend(events).items() if kind in _ASK_KINDS
    }
    return {
        kind: said
        for kind, said in found.items()
        if all(shown_text(text, request, actor) == text for text in said.values())
    }


def attached_before(
    events: Sequence[WorkOrderEvent], files: Sequence[OrderFile]
) -> dict[str, tuple[OrderFile, ...]]:
    """By kind of step, which files hung on the ask or reply that has to be mended.

    :param files: those that may be attached again.
    """
    clean = [row for row in files if row.scan_state != ScanState.INFECTED.value]
    return {
        kind: tuple(row for row in clean if row.seq == event.seq)
        for kind, event in _to_mend(events).items()
    }


def _to_mend(events: Sequence[WorkOrderEvent]) -> dict[str, WorkOrderEvent]:
    """The last ask of each kind that did not lead anywhere, and the reply that was sent back."""
    asked: WorkOrderEvent | None = None
    reply: WorkOrderEvent | None = None
    found: dict[str, WorkOrderEvent] = {}
    for event in events:
        kind = EventKind(event.kind)
        if kind == EventKind.REPLIED:
            reply = event
        if reply is not None and kind in _SENT_BACK:
            found[reply.kind] = reply
        if kind in _ASKED:
            asked = event
        if asked is not None and kind in _REFUSED | {EventKind.ASK_WITHDRAWN}:
            found[asked.kind] = asked
        if kind in _GRANTED or kind in _REFUSED or kind in _LAPSED:
            asked = None
        if kind in _ASKED or kind == EventKind.REPLIED:
            found.pop(event.kind, None)
        if kind in _SENT or kind == EventKind.RESOLVED:
            found.clear()  # another unit says its own words, and what is resolved is said
    return found


def _typed(data: Mapping[str, object]) -> dict[str, str]:
    said = {name: str(data.get(name, "")) for name in ("text", "basis", "signer")}
    amount, _, unit = str(data.get("limit", "")).partition(" ")
    until = _until(data)
    if until is not None:
        said["until"] = until.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return said | {"amount": amount, "unit": unit}
