"""What a unit asks for and the centre rules on: 退单, 延期, 挂起; 不予办理 is in ``declining``."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kb.calendar import Limit
from kb.clock import minute_text
from kb.models import WorkOrder
from kb.services.orders.attaching import claim_files
from kb.services.orders.clocks import extended, paused, reaches_farther
from kb.services.orders.giving import By, give
from kb.services.orders.reading import events_of, state_of
from kb.work_orders.clocks import as_data
from kb.work_orders.events import EventKind
from kb.work_orders.fold import apply
from kb.work_orders.given import wrong
from kb.work_orders.state import State


def rule_return(
    session: Session, order: WorkOrder, by: By, *, granted: bool, text: str = ""
) -> WorkOrder:
    """裁定退单: granted, the order is back at the desk; refused (with words), the unit goes on."""
    kind = EventKind.RETURN_GRANTED if granted else EventKind.RETURN_REFUSED
    return give(session, order, kind, by, {"text": text})


def ask_extension(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    limit: str,
    files: Sequence[int] = (),
) -> WorkOrder:
    """申请延期 by ``limit`` (``3 工作日``), before the due time.

    :raises InvalidInput: no such limit, or farther than the city allows.
    """
    data: dict[str, object] = {"text": text, "limit": ""}
    if limit.strip():
        wanted = Limit.parse(limit)
        _extended(session, order, by, wanted)  # refuses what could not be granted
        data["limit"] = str(wanted)
    data["files"] = claim_files(session, order, by, files)
    return give(session, order, EventKind.EXTENSION_ASKED, by, data)


def rule_extension(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    granted: bool,
    text: str = "",
    limit: str = "",
) -> WorkOrder:
    """批复延期; ``limit`` grants a shorter stretch than was asked for.

    :raises InvalidInput: no such limit, or longer than asked: what nobody asked for is not granted.
    """
    if not granted:
        return give(session, order, EventKind.EXTENSION_REFUSED, by, {"text": text})
    pending = state_of(order).pending
    asked = str(pending.data.get("limit", "") if pending else "")
    wanted = limit.strip() or asked
    data: dict[str, object] = {"text": text, "limit": wanted}
    if wanted:
        stretch = Limit.parse(wanted)
        _require_no_longer(session, order, by, stretch, asked)
        data["clocks"] = _extended(session, order, by, stretch)
    return give(session, order, EventKind.EXTENSION_GRANTED, by, data)


def _require_no_longer(
    session: Session, order: WorkOrder, by: By, wanted: Limit, asked: str
) -> None:
    state = state_of(order)
    if asked and reaches_farther(session, state, wanted, Limit.parse(asked), profile=by.profile):
        raise wrong(
            "limit",
            f"单位申请延长 {asked}，批复不能比申请的长；确需更久的，请写明并不同意，由单位重新申请",
        )


def _extended(session: Session, order: WorkOrder, by: By, wanted: Limit) -> dict[str, object]:
    state = state_of(order)
    if state.due_at is None:
        return {}
    first = _first_due(order) or state.due_at
    made = extended(session, state, wanted, first_due_at=first, profile=by.profile)
    return as_data(made)


def _first_due(order: WorkOrder) -> datetime | None:
    """The due time before the first extension of what is promised now; a pause since moved it as
    it moved the promise, and took nothing of what may be extended."""
    first, state = None, State()
    for event in events_of(order.events):
        before = state.due_at
        if event.kind == EventKind.EXTENSION_GRANTED and first is None:
            first = before
        if event.kind == EventKind.REOPENED:
            first = None
        state = apply(state, event)
        is_moved = event.kind in (EventKind.PAUSE_GRANTED, EventKind.RESUMED)
        if is_moved and first is not None and before is not None and state.due_at is not None:
            first += state.due_at - before
    return first


def ask_pause(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    until: datetime,
    files: Sequence[int] = (),
) -> WorkOrder:
    """申请挂起 until an instant, with the reason. Nothing stops before it is granted."""
    data = {
        "text": text,
        "until": until.isoformat(),
        "files": claim_files(session, order, by, files),
    }
    return give(session, order, EventKind.PAUSE_ASKED, by, data)


def rule_pause(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    granted: bool,
    text: str = "",
    until: datetime | None = None,
) -> WorkOrder:
    """批复挂起: from now to the asked (or an earlier) end; work goes on by itself then.

    :raises InvalidInput: later than asked: what nobody asked for is not granted.
    """
    if not granted:
        return give(session, order, EventKind.PAUSE_REFUSED, by, {"text": text})
    state = state_of(order)
    asked = state.pending.data.get("until") if state.pending is not None else None
    asked_end = datetime.fromisoformat(asked) if asked else None
    if until is not None and asked_end is not None and until > asked_end:
        raise wrong(
            "until",
            f"单位申请挂起到 {minute_text(asked_end)}，批复不能比申请的晚；确需更久的，"
            "请写明并不同意，由单位重新申请",
        )
    end = until or asked_end
    data: dict[str, object] = {"text": text, "until": end.isoformat() if end else ""}
    if end is not None and end > by.now:
        data["clocks"] = as_data(paused(session, state, by.now, end, profile=by.profile))
    return give(session, order, EventKind.PAUSE_GRANTED, by, data)


def resume(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """恢复办理 before the pause ends: the due time moves on only by the stretch that was paused."""
    state = state_of(order)
    pause, data = state.pause(by.now), {"text": text}
    if pause is None:
        return give(session, order, EventKind.RESUMED, by, data)  # refused there
    made = paused(session, _before_pause(order), pause.start, by.now, profile=by.profile)
    for kind, clock in made.items():
        running = state.clock(kind)
        # Meanwhile something may have called for an earlier end; resuming never moves it later.
        if running is not None and running.due < clock.due:
            made[kind] = running
    return give(session, order, EventKind.RESUMED, by, {**data, "clocks": as_data(made)})


def _before_pause(order: WorkOrder) -> State:
    state = before = State()
    for event in events_of(order.events):
        if event.kind == EventKind.PAUSE_GRANTED:
            before = state
        state = apply(state, event)
    return before


def withdraw(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """撤回 the ask that waits."""
    return give(session, order, EventKind.ASK_WITHDRAWN, by, {"text": text})
