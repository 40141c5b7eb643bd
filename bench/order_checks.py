"""What must hold after every event of an order, said a second time and in other words.

Nothing here is taken from the engine's own rules but the names.
"""

from dataclasses import dataclass, field

from bench.order_clock_checks import SENDS, TAKES, clock_violations
from bench.order_walks import CENTRE_ID, RAISED_BY
from kb.terms import ClockKind
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import PartRole
from kb.work_orders.state import State

K = EventKind
# The drawing of an order's life: (step, event) -> step. What is not here keeps the step, and
# only where `_STAYS` allows it.
_MOVES = {
    ("accepted", K.DISPATCHED): {"dispatched"},
    ("accepted", K.RULED): {"dispatched"},
    ("accepted", K.MERGED): {"merged"},
    ("accepted", K.CANCELLED): {"cancelled"},
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
# What begins or ends an ask that its unit must sign.
_SIGNING = {
    *(K.DECLINE_ASKED, K.DECLINE_SIGNED, K.DECLINE_RETURNED, K.DECLINE_GRANTED),
    *(K.DECLINE_REFUSED, K.ASK_WITHDRAWN, K.REASSIGNED, K.RULING_OPENED, K.RULED, K.MERGED),
}
_MOVING = {kind for _, kind in _MOVES}


@dataclass
class Ledger:
    """What a clerk with pen and paper would keep beside the order."""

    holder: int | None = None
    is_ruling: bool = False
    was_sent: bool = False
    returns: int = 0
    is_bound: bool = False  # the centre decided that it is the holder's matter
    answered: int | None = None  # whose answer last reached the centre
    unsigned_by: int | None = None  # who asked not to handle it, until a colleague signed
    inside: set[str] = field(default_factory=set)  # the orders merged into it


def violations(before: State, event: Event, after: State, ledger: Ledger) -> list[str]:
    """Everything that is wrong after an event; empty when all is well."""
    signed = _signing(before, event, after, ledger)
    returned = _returning(before, event, ledger)
    _keep(ledger, event)
    return [
        *_step(before, event, after),
        *_one_answers(after, ledger),
        *clock_violations(before, event, after),
        *_promise(after, ledger),
        *returned,
        *signed,
        *_cancelling(before, event, after, ledger),
        *_papers(before, event, after),
        *_facts(before, event, after, ledger),
    ]


def _keep(ledger: Ledger, event: Event) -> None:
    if event.kind in SENDS:
        ledger.holder, ledger.was_sent = event.data["unit_id"], True
        ledger.is_bound = event.kind == K.RULED
    if event.kind == K.RETURN_REFUSED:
        ledger.is_bound = True
    to_centre = event.kind == K.REPLIED and event.data.get("to") != "unit_review"
    if to_centre or event.kind in (K.UNIT_PASSED, K.DECLINE_GRANTED):
        ledger.answered = ledger.holder
    if event.kind in TAKES:
        ledger.holder = None
    if event.kind in (K.RETURNED, K.RETURN_GRANTED):
        ledger.returns += 1
    if event.kind in _SIGNING:
        asks = event.kind == K.DECLINE_ASKED and event.data.get("to") == "unit"
        ledger.unsigned_by = event.actor_id if asks else None
    if event.kind in (K.RULING_OPENED, K.RULED):
        ledger.is_ruling = event.kind == K.RULING_OPENED
    if event.kind == K.MERGE_TAKEN:
        ledger.inside.add(event.data["order"])
    if event.kind == K.MERGE_RELEASED:
        ledger.inside.discard(event.data["order"])


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


def _promise(after: State, ledger: Ledger) -> list[str]:
    """From the first dispatch on the promise runs for as long as the order is open."""
    clock = after.clocks.get(ClockKind.RESOLVE)
    is_open = after.step.value in _OPEN
    if ledger.was_sent and clock is None:
        return ["dispatched, and no clock for resolving"]
    if clock is not None and clock.is_running != is_open:
        return [f"{after.step.value}, and the clock for resolving is {clock.stopped}"]
    return []


def _returning(before: State, event: Event, ledger: Ledger) -> list[str]:
    """退单 within a limit that runs, by no unit that was bound, and at once by none that answered;
    an ask for it ends by being ruled on or taken back."""
    clock = before.clocks.get(ClockKind.RETURN)
    if event.kind in (K.RETURNED, K.RETURN_ASKED):
        if ledger.is_bound:
            return ["returned by a unit that the centre bound"]
        if event.kind == K.RETURNED and ledger.answered == ledger.holder:
            return ["returned at once by a unit that had answered"]
        is_late = clock is not None and (clock.stopped is not None or event.at > clock.due)
        return ["returned outside its limit"] if is_late else []
    waits = before.pending is not None and before.pending.ask.value == "return"
    if waits and event.kind in {K.REASSIGNED, K.RULING_OPENED, K.MERGED}:
        return ["an ask to return was passed over"]
    return []


def _signing(before: State, event: Event, after: State, ledger: Ledger) -> list[str]:
    """不予办理 is ruled on after somebody else of the unit signed; signing alone moves nothing."""
    found = []
    waits = ledger.unsigned_by is not None
    if event.kind in (K.DECLINE_GRANTED, K.DECLINE_REFUSED) and waits:
        found.append("ruled on before the unit signed")
    if event.kind == K.DECLINE_SIGNED and (not waits or event.actor_id == ledger.unsigned_by):
        found.append("signed by whoever asked, or twice")
    old, new = ((one.step, one.clocks, one.accountable) for one in (before, after))
    if event.kind in (K.DECLINE_SIGNED, K.DECLINE_RETURNED) and old != new:
        found.append("signing moved more than the ask")
    return found


def _cancelling(before: State, event: Event, after: State, ledger: Ledger) -> list[str]:
    """撤单 is for what no unit ever had, by whoever raised it or the desk, with words; it ends
    every clock, and after it there is nothing but notes."""
    if before.step.value == "cancelled" and event.kind != K.NOTED:
        return ["something happened after it was cancelled"]
    if event.kind != K.CANCELLED:
        return []
    found = []
    if ledger.was_sent or ledger.is_ruling or ledger.inside:
        found.append(f"cancelled while it concerned others: {ledger}")
    if event.actor_id not in (RAISED_BY, CENTRE_ID) or not event.text:
        found.append(f"cancelled by {event.actor_id}: {event.text}")
    if any(clock.is_running for clock in after.clocks.values()) or after.current_parts:
        found.append("something of it goes on after it was cancelled")
    return found


def _papers(before: State, event: Event, after: State) -> list[str]:
    """Closing ends the 督办单 that is named, or all that were answered, and no other."""
    number = event.data.get("number") if event.kind == K.SUPERVISION_CLOSED else 0
    found = []
    for old, new in zip(before.supervisions, after.supervisions, strict=False):
        is_meant = number in (None, old.number)
        if is_meant and old.answered_at is not None and new.closed_at is None:
            found.append(f"督办单 {old.number} is left over by closing")
        if new.closed_at != old.closed_at and (not is_meant or old.answered_at is None):
            found.append(f"督办单 {old.number} closed by itself")
    return found


def _facts(before: State, event: Event, after: State, ledger: Ledger) -> list[str]:
    found = []
    if after.returns != ledger.returns or after.returns > 2:
        found.append(f"{after.returns} returns, {ledger.returns} counted")
    if event.kind in SENDS and ledger.returns >= 2 and not after.assisting:
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
    if event.kind == K.ARCHIVED and before.satisfaction == "dissatisfied" and not event.text:
        found.append("archived against a dissatisfied requester without a word")
    if event.kind == K.ARCHIVED and event.data["purpose"] == "consultation" and not after.knowledge:
        found.append("a consultation archived without its knowledge outcome")
    return found
