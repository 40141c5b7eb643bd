"""What must hold after every event of an order, said a second time and in other words.

Nothing here is taken from the engine's own rules but the names.
"""

from dataclasses import dataclass

from kb.terms import ClockKind
from kb.work_orders.clocks import Clock
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import PartRole
from kb.work_orders.state import State

K = EventKind
_SENDS = {K.DISPATCHED, K.REASSIGNED, K.RULED}
_TAKES = {K.RETURNED, K.RETURN_GRANTED, K.MERGED, K.UNMERGED}
# The drawing of an order's life: (step, event) -> step. What is not here keeps the step, and
# only where `_STAYS` allows it.
_MOVES = {
    ("accepted", K.DISPATCHED): {"dispatched"},
    ("accepted", K.RULED): {"dispatched"},
    ("accepted", K.MERGED): {"merged"},
    ("dispatched", K.ACKNOWLEDGED): {"acknowledged"},
    ("acknowledged", K.REPLIED): {"unit_review", "centre_review"},
    ("acknowledged", K.DECLINE_GRANTED): {"resolved"},
    ("unit_review", K.UNIT_PASSED): {"centre_review"},
    ("unit_review", K.UNIT_SENT_BACK): {"acknowledged"},
    ("unit_review", K.MERGED): {"merged"},
    ("centre_review", K.RESOLVED): {"resolved"},
    ("centre_review", K.SENT_BACK): {"acknowledged"},
    ("centre_review", K.MERGED): {"merged"},
    ("resolved", K.REOPENED): {"acknowledged"},
    ("resolved", K.ARCHIVED): {"archived"},
    ("merged", K.UNMERGED): {"accepted"},
    **{
        (step, kind): {"dispatched"}
        for step in ("dispatched", "acknowledged")
        for kind in (K.REASSIGNED, K.RULED)
    },
    **{
        (step, kind): {"accepted"}
        for step in ("dispatched", "acknowledged")
        for kind in (K.RETURNED, K.RETURN_GRANTED)
    },
    **{(step, K.MERGED): {"merged"} for step in ("dispatched", "acknowledged")},
}
_OPEN = {"accepted", "dispatched", "acknowledged", "unit_review", "centre_review"}
_MOVING = {kind for _, kind in _MOVES}
_PROMISES = (ClockKind.RESOLVE, ClockKind.REPLY)
_STOPS = {
    ClockKind.RESOLVE: {K.RESOLVED, K.DECLINE_GRANTED, K.MERGED},
    ClockKind.REPLY: {K.RESOLVED, K.DECLINE_GRANTED, K.MERGED},
    ClockKind.ACKNOWLEDGE: {K.ACKNOWLEDGED, K.MERGED},
    ClockKind.RETURN: {K.RESOLVED, K.DECLINE_GRANTED, K.MERGED},
    ClockKind.CALL_BACK: {K.FOLLOWED_UP, K.ARCHIVED},
    ClockKind.RULING: {K.RULED},
    ClockKind.SUPERVISION: {K.SUPERVISION_ANSWERED},
}
_LATER = {K.EXTENSION_GRANTED, K.PAUSE_GRANTED, K.RECOMPUTED}
_GOES = {
    ClockKind.ACKNOWLEDGE: _SENDS | _TAKES,
    ClockKind.RETURN: _SENDS | _TAKES,
    ClockKind.CALL_BACK: {K.REOPENED},
    ClockKind.RULING: {K.UNMERGED},
    ClockKind.SUPERVISION: {K.UNMERGED},
}


@dataclass
class Ledger:
    """What a clerk with pen and paper would keep beside the order."""

    holder: int | None = None
    is_ruling: bool = False
    was_sent: bool = False
    returns: int = 0


def violations(before: State, event: Event, after: State, ledger: Ledger) -> list[str]:
    """Everything that is wrong after an event; empty when all is well."""
    _keep(ledger, event)
    return [
        *_step(before, event, after),
        *_one_answers(after, ledger),
        *_clocks(before, event, after),
        *_promise(after, ledger),
        *_facts(before, event, after, ledger),
    ]


def _keep(ledger: Ledger, event: Event) -> None:
    if event.kind in _SENDS:
        ledger.holder, ledger.was_sent = event.data["unit_id"], True
    if event.kind in _TAKES:
        ledger.holder = None
    if event.kind in (K.RETURNED, K.RETURN_GRANTED):
        ledger.returns += 1
    if event.kind in (K.RULING_OPENED, K.RULED):
        ledger.is_ruling = event.kind == K.RULING_OPENED


def _step(before: State, event: Event, after: State) -> list[str]:
    expected = _MOVES.get((before.step.value, event.kind))
    if expected is None:
        if event.kind in _MOVING:
            return [f"taken while {before.step.value}"]
        expected = {before.step.value}
    return (
        [] if after.step.value in expected else [f"{before.step.value} became {after.step.value}"]
    )


def _one_answers(after: State, ledger: Ledger) -> list[str]:
    found = []
    is_centre = after.step.value not in _OPEN - {"accepted"} or ledger.is_ruling
    expected = None if is_centre else ledger.holder
    if after.accountable.unit_id != expected:
        found.append(f"{after.accountable.unit_id} answers for it, not {expected}")
    if not is_centre and expected is None:
        found.append("nobody answers for it")
    leads = [part.unit_id for part in after.current_parts if part.role == PartRole.LEAD]
    if leads != ([] if ledger.holder is None else [ledger.holder]):
        found.append(f"lead units {leads}, not {ledger.holder}")
    return found


def _clocks(before: State, event: Event, after: State) -> list[str]:
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
    if kind in (ClockKind.ACKNOWLEDGE, ClockKind.RETURN):
        return event.kind in _SENDS
    if kind in _PROMISES:
        return event.kind == K.REOPENED and not old.is_running
    starts = {
        ClockKind.SUPERVISION: K.SUPERVISED,
        ClockKind.RULING: K.RULING_OPENED,
        ClockKind.CALL_BACK: K.RESOLVED,
    }
    return event.kind == starts[kind] and not old.is_running


def _touched(kind: ClockKind, event: Event, old: Clock, new: Clock) -> list[str]:
    found = []
    if old.is_running and not new.is_running and event.kind not in _STOPS[kind]:
        found.append("stopped")
    if not old.is_running and new.is_running and event.kind != K.UNMERGED:
        found.append("runs again")
    if new.due > old.due and event.kind not in _LATER:
        found.append(f"moved later, {old.due} to {new.due}")
    if new.stopped is not None and new.stopped > event.at:
        found.append("stopped in the future")
    return found


def _promise(after: State, ledger: Ledger) -> list[str]:
    """From the first dispatch on the promise runs for as long as the order is open."""
    clock = after.clocks.get(ClockKind.RESOLVE)
    is_open = after.step.value in _OPEN
    if ledger.was_sent and clock is None:
        return ["dispatched, and no clock for resolving"]
    if clock is not None and clock.is_running != is_open:
        return [f"{after.step.value}, and the clock for resolving is {clock.stopped}"]
    return []


def _facts(before: State, event: Event, after: State, ledger: Ledger) -> list[str]:
    found = []
    if after.returns != ledger.returns or after.returns > 2:
        found.append(f"{after.returns} returns, {ledger.returns} counted")
    if event.kind in _SENDS and ledger.returns >= 2 and not after.assisting:
        found.append("sent to one unit alone after two returns")
    if len(after.pauses) > len(before.pauses) and event.kind != K.PAUSE_GRANTED:
        found.append("paused by itself")
    if event.kind == K.PAUSE_GRANTED and before.pending is None:
        found.append("paused without being asked")
    if after.pending is not None and after.step.value not in ("dispatched", "acknowledged"):
        found.append(f"an ask waits while {after.step.value}")
    if (after.resolved_at is not None) != (after.step.value in ("resolved", "archived")):
        found.append(f"resolved_at {after.resolved_at} while {after.step.value}")
    if after.satisfaction is not None and after.resolved_at is None:
        found.append("rated while open")
    if event.kind == K.ARCHIVED and event.data["purpose"] == "consultation" and not after.knowledge:
        found.append("a consultation archived without its knowledge outcome")
    return found
