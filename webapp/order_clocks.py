"""Clocks of an order as a page shows them: one row a clock, what is left or how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.orders.clocks import matter_of
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock as Promise
from kb.work_orders.state import IN_REVIEW, OrderState, State
from webapp import formats

SOON = timedelta(hours=24)
SHOWN = (
    ClockKind.ACKNOWLEDGE,
    ClockKind.RETURN,
    ClockKind.RESOLVE,
    ClockKind.REPLY,
    ClockKind.RULING,
    ClockKind.SUPERVISION,
    ClockKind.CALL_BACK,
)
_MAIN = (ClockKind.ACKNOWLEDGE, ClockKind.RESOLVE)
# Where an order ended without an answer of its own.
_LEFT = {
    OrderState.MERGED: "已并单，不再计时",
    OrderState.CANCELLED: "已撤单，不再计时",
}


@dataclass(frozen=True)
class Clock:
    """One clock: ``kind`` is good, warn, bad, mute or empty; ``at`` the moment it runs to."""

    kind: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class Row:
    """A clock with its name and limit (``签收 30 分钟``) and the words below it."""

    name: str
    clock: Clock
    below: str
    is_done: bool = False
    of_call_back: bool = False


def resolve_clock(state: State, now: datetime) -> Clock:
    """办结时限: what is left, or how it ended."""
    if state.due_at is None:
        return Clock("mute", "派单后起算")
    if state.resolved_at is not None:
        if state.overdue(now):
            late = formats.duration(state.resolved_at - state.due_at)
            return Clock("bad", f"超期 {late}办结", state.due_at)
        return Clock("good", "按时办结", state.due_at)
    return running(state.due_at, now)


def acknowledge_clock(state: State, now: datetime) -> Clock:
    """签收时限: what is left, or how it ended."""
    if state.acknowledge_due_at is None:
        return Clock("mute", "派单后起算")
    if state.acknowledged_at is None:
        return running(state.acknowledge_due_at, now)
    if state.acknowledge_overdue(now):
        late = formats.duration(state.acknowledged_at - state.acknowledge_due_at)
        return Clock("bad", f"超期 {late}签收", state.acknowledge_due_at)
    taken = state.acknowledged_at - (state.dispatched_at or state.acknowledged_at)
    return Clock("good", f"{formats.duration(taken)}签收", state.acknowledged_at)


def running(due: datetime, now: datetime) -> Clock:
    """A clock that runs to ``due``."""
    kind = "bad" if now > due else "warn" if due - now <= SOON else ""
    return Clock(kind, formats.remaining(due, now), due)


def clock_of(order: WorkOrder, now: datetime) -> Clock:
    """The clock that matters in a list, from the stored columns alone; before the first dispatch,
    how long the order has waited."""
    if order.state in _LEFT:
        return Clock("mute", "不再计时")
    if order.due_at is None:
        return Clock("mute", f"已等 {formats.duration(now - order.created_at)}")
    if order.resolved_at is None:
        return running(order.due_at, now)
    if order.resolved_at <= order.due_at:
        return Clock("good", "按时办结", order.due_at)
    late = formats.duration(order.resolved_at - order.due_at)
    return Clock("bad", f"超期 {late}办结", order.due_at)


def next_clock_of(order: WorkOrder, now: datetime) -> tuple[Clock, str]:
    """The clock that runs out next and its name, from the stored columns; an order that ended, or
    waits to be dispatched for the first time, has what :func:`clock_of` says, without a name."""
    if order.next_due_at is None or order.resolved_at is not None:
        return clock_of(order, now), ""
    return running(order.next_due_at, now), ClockKind(order.next_due_kind).label


def rows(order: WorkOrder, state: State, profile: Profile, now: datetime) -> tuple[Row, ...]:
    """Every clock of an order; 签收 and 办结 also before they have started."""
    found = []
    for kind in SHOWN:
        promise = state.clock(kind)
        if promise is not None:
            found.append(_row(kind, promise, state, profile, now))
        elif kind in _MAIN and state.step in _LEFT:
            found.append(Row(kind.label, Clock("mute", "不再计时"), ""))
        elif kind in _MAIN:
            matter = matter_of(order, state.urgency, profile)
            limit = profile.limits.chosen(kind, matter).limit
            found.append(Row(kind.label, Clock("mute", "派单后起算"), f"{limit}内"))
    return tuple(found)


def name_of(kind: ClockKind, promise: Promise, state: State) -> str:
    """A clock and its limit: ``签收 30 分钟``; after a call-back it runs for what was found."""
    is_after = kind == ClockKind.CALL_BACK and promise.start == state.followed_up_at
    label = "不满意处理" if is_after else kind.label
    return f"{label} {promise.limit}".strip()


def _left_off(promise: Promise, state: State) -> str:
    """A clock that was stopped by merging or cancelling, in words: with the one for resolving,
    which runs until then; empty for another."""
    last = state.clock(ClockKind.RESOLVE)
    is_stopped = last is not None and promise.stopped == last.stopped
    return _LEFT.get(state.step, "") if is_stopped else ""


def _row(kind: ClockKind, promise: Promise, state: State, profile: Profile, now: datetime) -> Row:
    name = name_of(kind, promise, state)
    end = f"{formats.local_time(promise.due, now)} 到期"
    if left_off := _left_off(promise, state):
        return Row(name, Clock("mute", left_off), end, is_done=True)
    if kind == ClockKind.ACKNOWLEDGE and promise.is_running and state.is_ruling:
        return Row(name, Clock("mute", "核定后起算"), "")
    if kind == ClockKind.ACKNOWLEDGE:
        clock = acknowledge_clock(state, now)
        if state.acknowledged_at is None:
            return Row(name, clock, end)
        on_time = "按时" if clock.kind == "good" else "超期"
        at = formats.local_time(state.acknowledged_at, now)
        return Row(name, clock, f"{on_time} · {at}", is_done=True)
    if kind == ClockKind.RETURN:
        return _return_row(name, promise, state, profile, now)
    if kind == ClockKind.RESOLVE:
        return _resolve_row(name, state, end, now)
    if promise.stopped is None:
        is_ours = kind == ClockKind.CALL_BACK
        return Row(name, running(promise.due, now), end, of_call_back=is_ours)
    is_late = promise.stopped > promise.due
    at = formats.local_time(promise.stopped, now)
    clock = Clock("bad" if is_late else "good", "超期完成" if is_late else "按时完成", promise.due)
    return Row(name, clock, at, is_done=True)


def _resolve_row(name: str, state: State, end: str, now: datetime) -> Row:
    pause = state.pause(now)
    if pause is not None:
        below = f"挂起到 {formats.local_time(pause.end, now)}；{end}"
        return Row(name, Clock("mute", "挂起中", state.due_at), below)
    return Row(name, resolve_clock(state, now), end, is_done=state.resolved_at is not None)


def _return_row(name: str, promise: Promise, state: State, profile: Profile, now: datetime) -> Row:
    """退单 is a right: that it runs out is nobody's delay and never red."""
    end = f"{formats.local_time(promise.due, now)} 截止"
    if state.returns >= profile.orders.max_returns:
        return Row(f"{name}内", Clock("", "不能再退"), end, is_done=True)
    if state.return_refused:
        return Row(f"{name}内", Clock("", "已裁定不退"), end, is_done=True)
    if not promise.is_running:  # answered, before it was over
        return Row(f"{name}内", Clock("", "不能再退"), end, is_done=True)
    if promise.overdue(now):
        return Row(f"{name}内", Clock("", "已过期限"), end, is_done=True)
    if state.step in IN_REVIEW:
        return Row(f"{name}内", Clock("", "已答复，在审核"), end, is_done=True)
    return Row(f"{name}内", Clock("", formats.remaining(promise.due, now), promise.due), end)


def ahead(state: State, now: datetime) -> Sequence[tuple[datetime, str]]:
    """The due times that lie ahead, the nearest first: moment and what runs out."""
    return sorted(
        (clock.due, f"{kind.label}到期")
        for kind, clock in state.clocks.items()
        if clock.is_running and clock.due > now and kind != ClockKind.RETURN
    )
