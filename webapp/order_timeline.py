"""经过 of an order: every step a person may read, and the due times that lie ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kb.actor import Actor
from kb.models import CitizenRequest, OrderFile, WorkOrderEvent
from kb.services.contact_details import shown_text
from kb.terms import Satisfaction, Urgency
from kb.work_orders.conditions_handling import CALL_RESULTS
from kb.work_orders.events import EventKind
from kb.work_orders.facts import BY_LINK
from kb.work_orders.state import State
from webapp import formats
from webapp.order_clocks import ahead

_BACK = {
    EventKind.RETURNED,
    EventKind.RETURN_ASKED,
    EventKind.RETURN_GRANTED,
    EventKind.UNIT_SENT_BACK,
    EventKind.DECLINE_RETURNED,
    EventKind.SENT_BACK,
    EventKind.REMINDED,
    EventKind.SUPERVISED,
    EventKind.OBJECTED,
    EventKind.REOPENED,
    EventKind.RULING_OPENED,
    EventKind.CANCELLED,
}
_PAUSE_OVER = "挂起到期，恢复办理"
_SENT = {EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED}


@dataclass(frozen=True)
class Step:
    """One line of 经过; ``classes`` is its look, ``files`` what was attached to it."""

    at: datetime
    what: str
    who: str = ""
    text: str = ""
    classes: str = ""
    files: tuple[OrderFile, ...] = ()


def timeline(
    events: Sequence[WorkOrderEvent],
    state: State,
    request: CitizenRequest,
    files: Sequence[OrderFile],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[Step, ...]:
    """The steps, first to last.

    :param events: those the person may read; ``files`` likewise.
    """
    steps = [_step(event, request, files, actor) for event in events]
    over = [Step(end, _PAUSE_OVER, "系统") for end in _run_out(events, state) if end <= now]
    steps = sorted(steps + over, key=lambda step: step.at)
    if steps and state.is_open:
        last = steps[-1]
        steps[-1] = replace(last, classes=f"{last.classes} is-now".strip())
    still = [(end, _PAUSE_OVER) for end in _run_out(events, state) if end > now and state.is_open]
    todo = sorted([*ahead(state, now), *still])
    return (*steps, *(Step(at, what, classes="is-todo") for at, what in todo))


def _run_out(events: Sequence[WorkOrderEvent], state: State) -> list[datetime]:
    """When pauses end by themselves: nobody does it, so no event says it."""
    resumed = {event.at for event in events if event.kind == EventKind.RESUMED.value}
    return [pause.end for pause in state.pauses if pause.end not in resumed]


def _step(
    event: WorkOrderEvent, request: CitizenRequest, files: Sequence[OrderFile], actor: Actor
) -> Step:
    kind = EventKind(event.kind)
    words = (_reason(event), str(event.data.get("text", "")), _basis(event))
    return Step(
        event.at,
        what_of(event),
        event.actor.name if event.actor is not None else "系统",
        shown_text("\n".join(filter(None, words)), request, actor),
        "is-back" if kind in _BACK else "",
        tuple(row for row in files if row.seq == event.seq),
    )


def _reason(event: WorkOrderEvent) -> str:
    reason = str(event.data.get("reason", ""))
    return f"原因：{reason}" if reason else ""


def _basis(event: WorkOrderEvent) -> str:
    basis = str(event.data.get("basis", ""))
    return f"依据：{basis}" if basis else ""


def what_of(event: WorkOrderEvent) -> str:
    """What happened in a few words: ``派单 → 市水务局，协办 1 个单位``."""
    kind, data = EventKind(event.kind), event.data
    if kind in _SENT:
        others = len(data.get("assisting", ()))
        return f"{kind.label} → {data.get('unit', '')}" + (f"，协办 {others} 个单位" * bool(others))
    told = {
        EventKind.FOLLOWED_UP: lambda: _said(data),
        EventKind.CALL_ATTEMPTED: lambda: f"回访未接通 · {CALL_RESULTS.get(data['result'], '')}",
        EventKind.URGENCY_CHANGED: lambda: f"紧急程度改为{Urgency(data['urgency']).label}",
        EventKind.ASSIGNED: lambda: f"分派给{data.get('assignee', '')}",
        EventKind.PROGRESSED: lambda: _progress(data.get("unit", ""), bool(data.get("is_done"))),
        EventKind.OPINION_GIVEN: lambda: f"{data.get('unit', '')}出具意见",
        EventKind.RULING_OPENED: lambda: f"提交核定，请 {len(data['asked'])} 个单位出具意见",
        EventKind.EXTENSION_ASKED: lambda: f"申请延期 {data.get('limit', '')}",
        EventKind.EXTENSION_GRANTED: lambda: f"同意延期 {data.get('limit', '')}",
        EventKind.PAUSE_GRANTED: lambda: f"同意挂起{_until(data)}",
        EventKind.MERGED: lambda: f"并入 {data['into']}",
        EventKind.MERGE_TAKEN: lambda: f"{data['order']} 并入",
        EventKind.MERGE_RELEASED: lambda: f"{data['order']} 撤出",
    }.get(kind)
    return told().strip() if told else kind.label


def _until(data: Mapping[str, Any]) -> str:
    """``到 2026-12-18 09:00``; empty where the end was not written."""
    end = data.get("until")
    return f"到 {formats.filed_time(datetime.fromisoformat(str(end)))}" if end else ""


def _said(data: Mapping[str, Any]) -> str:
    how = "网上评价" if data.get("channel") == BY_LINK else "回访"
    return f"{how} · {Satisfaction(data['satisfaction']).label}"


def _progress(unit: str, is_done: bool) -> str:
    return f"{unit}完成协办" if is_done else f"{unit}登记进展"
