"""What must hold for the clocks of an order after every event; a part of ``bench.order_checks``."""

from datetime import datetime

from kb.terms import ClockKind
from kb.work_orders.clocks import Clock
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import LAST_CALL
from kb.work_orders.state import State

K = EventKind
SENDS = {K.DISPATCHED, K.REASSIGNED, K.RULED}
TAKES = {K.RETURNED, K.RETURN_GRANTED, K.MERGED, K.UNMERGED}
_PROMISES = (ClockKind.RESOLVE, ClockKind.REPLY)
_STOPS = {
    ClockKind.RESOLVE: {K.RESOLVED, K.DECLINE_GRANTED, K.MERGED, K.CANCELLED},
    ClockKind.REPLY: {K.RESOLVED, K.DECLINE_GRANTED, K.MERGED, K.CANCELLED},
    ClockKind.ACKNOWLEDGE: {K.ACKNOWLEDGED, K.MERGED},
    ClockKind.RETURN: {K.RESOLVED, K.DECLINE_GRANTED, K.MERGED},
    ClockKind.CALL_BACK: {K.FOLLOWED_UP, K.ARCHIVED},
    ClockKind.RULING: {K.RULED},
    ClockKind.SUPERVISION: {K.SUPERVISION_ANSWERED},
}
_LATER = {K.EXTENSION_GRANTED, K.PAUSE_GRANTED, K.RECOMPUTED}
_GOES = {
    ClockKind.ACKNOWLEDGE: SENDS | TAKES,
    ClockKind.RETURN: SENDS | TAKES,
    ClockKind.CALL_BACK: {K.REOPENED},
    ClockKind.RULING: {K.UNMERGED},
    ClockKind.SUPERVISION: {K.UNMERGED},
}


def clock_violations(before: State, event: Event, after: State) -> list[str]:
    """Everything that is wrong with the clocks after an event; empty when all is well."""
    return [
        *_kept(before, event, after),
        *_reopening(event, after),
        *_discontent(event, after),
        *_handed_over(before, event, after),
    ]


def _kept(before: State, event: Event, after: State) -> list[str]:
    found = []
    for kind, old in before.clocks.items():
        new = after.clocks.get(kind)
        if new is None:
            if event.kind not in _GOES.get(kind, set()):
                found.append(f"the {kind.value} clock is gone")
        elif not _is_replaced(kind, event, old):
            found += [f"the {kind.value} clock {what}" for what in _touched(kind, event, old, new)]
    return found


def _is_replaced(kind: ClockKind, event: Event, old: Clock) -> bool:
    """A clock of its own for another unit, another 督办单, another ruling, another resolution."""
    if kind == ClockKind.ACKNOWLEDGE:
        return event.kind in SENDS
    if kind == ClockKind.RETURN:
        return event.kind in SENDS or (event.kind == K.REOPENED and not old.is_running)
    if kind in _PROMISES:
        return event.kind == K.REOPENED and not old.is_running
    starts = {
        ClockKind.SUPERVISION: K.SUPERVISED,
        ClockKind.RULING: K.RULING_OPENED,
        ClockKind.CALL_BACK: K.RESOLVED,
    }
    if event.kind == K.FOLLOWED_UP:  # from then on it runs until discontent is answered
        return kind == ClockKind.CALL_BACK and kind.value in event.data.get("clocks", {})
    return event.kind == starts[kind] and not old.is_running


def _touched(kind: ClockKind, event: Event, old: Clock, new: Clock) -> list[str]:
    found = []
    may_be_last = kind == ClockKind.CALL_BACK and event.kind in (K.NOTED, K.MERGE_RELEASED)
    is_last = may_be_last and event.data.get(LAST_CALL)
    if old.is_running and not new.is_running and event.kind not in _STOPS[kind] and not is_last:
        found.append("stopped")
    if not old.is_running and new.is_running and event.kind != K.UNMERGED:
        found.append("runs again")
    if new.due > old.due and event.kind not in _LATER:
        found.append(f"moved later, {old.due} to {new.due}")
    if new.stopped is not None and new.stopped > event.at:
        found.append("stopped in the future")
    return found


def _reopening(event: Event, after: State) -> list[str]:
    """Nothing that was promised for the first answer counts for the second."""
    if event.kind != K.REOPENED:
        return []
    found = [
        f"reopened with the old {kind.value} clock"
        for kind, clock in after.clocks.items()
        if clock.is_running and kind != ClockKind.SUPERVISION and clock.start != event.at
    ]
    for kind in (*_PROMISES, ClockKind.RETURN):
        clock = after.clocks.get(kind)
        if kind.value in event.data["clocks"] and (clock is None or not clock.is_running):
            found.append(f"reopened without the {kind.value} clock it was given")
        if kind in _PROMISES and clock is not None and not clock.is_running:
            found.append(f"reopened with the {kind.value} clock standing")
    if after.extensions:
        found.append("an extension of the first promise counts against the second")
    return found


def _discontent(event: Event, after: State) -> list[str]:
    """Whoever is not content waits for something with a due time."""
    if event.kind != K.FOLLOWED_UP or ClockKind.CALL_BACK.value not in event.data.get("clocks", {}):
        return []
    clock = after.clocks.get(ClockKind.CALL_BACK)
    return [] if clock is not None and clock.is_running else ["discontent has no clock"]


def _handed_over(before: State, event: Event, after: State) -> list[str]:
    """Whatever another order promised, this one keeps too: 并单 hands promises on, and so does the
    first dispatch of an order that was split off."""
    found = []
    for kind in _PROMISES:
        kept = after.clocks.get(kind)
        is_first = event.kind in SENDS and kind not in before.clocks
        if not is_first and event.kind != K.MERGE_TAKEN:
            continue
        handed = event.data["clocks"].get(kind.value)
        if handed and (kept is None or kept.due > datetime.fromisoformat(handed["due"])):
            found.append(f"the {kind.value} promise of the other order is lost")
    return found
