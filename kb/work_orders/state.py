"""What an order's events add up to, as plain values; ``kb.work_orders.fold`` adds them up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kb.terms import ClockKind, Satisfaction, Term, Urgency
from kb.work_orders.clocks import Clock
from kb.work_orders.facts import (
    Accountable,
    Attempt,
    FollowUpState,
    KnowledgeOutcome,
    Part,
    PartRole,
    Pause,
    Pending,
    Reply,
    Ruling,
    Settled,
    Supervision,
)


class OrderState(Term):
    """Where an order stands; always computed, the stored copy only speeds up lists."""

    ACCEPTED = "accepted", "待派单"
    DISPATCHED = "dispatched", "待签收"
    ACKNOWLEDGED = "acknowledged", "办理中"
    UNIT_REVIEW = "unit_review", "待单位审核"
    CENTRE_REVIEW = "centre_review", "待中心审核"
    RESOLVED = "resolved", "已办结"
    ARCHIVED = "archived", "已归档"
    MERGED = "merged", "已并单"
    CANCELLED = "cancelled", "已撤单"


CLOSED_STEPS = frozenset(
    {OrderState.RESOLVED, OrderState.ARCHIVED, OrderState.MERGED, OrderState.CANCELLED}
)
OPEN_STEPS = frozenset(OrderState) - CLOSED_STEPS
# The unit has it in hand: not yet answered, or on the way through review.
WITH_UNIT = frozenset({OrderState.DISPATCHED, OrderState.ACKNOWLEDGED})
IN_REVIEW = frozenset({OrderState.UNIT_REVIEW, OrderState.CENTRE_REVIEW})


@dataclass(frozen=True)
class State:
    """An order now.

    ``unit_id`` is the lead unit (主办; None at the dispatch desk), kept after the order is
    resolved; who answers for it at this instant is ``accountable``.
    """

    step: OrderState = OrderState.ACCEPTED
    unit_id: int | None = None
    unit: str = ""
    parts: tuple[Part, ...] = ()
    assignee_id: int | None = None
    assignee: str = ""
    urgency: Urgency = Urgency.NORMAL
    clocks: Mapping[ClockKind, Clock] = field(default_factory=dict)
    raised_by_id: int | None = None
    raised_at: datetime | None = None
    dispatched_at: datetime | None = None
    acknowledged_at: datetime | None = None
    pending: Pending | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: int = 0  # of what is promised now; a reopening promises anew
    returns: int = 0
    # The centre decided that it is the matter of the unit that has the order now, by refusing its
    # ask or by a 疑难 ruling: it does not ask again.
    return_refused: bool = False
    replies: tuple[Reply, ...] = ()
    answered_by_id: int | None = None  # whose answer last reached the centre
    sent_back: str = ""  # what the last review wanted changed, until the next reply
    rulings: tuple[Ruling, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    reminders: int = 0
    settled: Settled | None = None
    resolved_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    satisfaction: Satisfaction | None = None
    satisfaction_reason: str = ""
    # The requester is dissatisfied, by the link: to be called before it is redone.
    objected_at: datetime | None = None
    followed_up_at: datetime | None = None
    reopens: int = 0
    archived_at: datetime | None = None
    knowledge: KnowledgeOutcome | None = None
    merged_into: str = ""
    merged: tuple[str, ...] = ()

    # ----- who -----

    @property
    def accountable(self) -> Accountable:
        """The one that answers now: the centre before dispatch, while it rules on 疑难, and after
        the resolution; otherwise the lead unit, also while an ask of it waits."""
        if self.step in CLOSED_STEPS or self.step == OrderState.ACCEPTED or self.is_ruling:
            return Accountable()
        return Accountable(self.unit_id)

    @property
    def is_answered_before(self) -> bool:
        """True when an answer of the unit that has the order now once reached the centre: it took
        the order for its own."""
        return self.unit_id is not None and self.answered_by_id == self.unit_id

    @property
    def current_parts(self) -> tuple[Part, ...]:
        """The units that have a part now, the lead first."""
        return tuple(part for part in self.parts if part.is_current)

    @property
    def assisting(self) -> tuple[Part, ...]:
        """The assisting units now."""
        return tuple(part for part in self.current_parts if part.role == PartRole.ASSISTING)

    @property
    def unfinished(self) -> tuple[Part, ...]:
        """The assisting units that have not said that their part is done."""
        return tuple(part for part in self.assisting if not part.is_done)

    # ----- facts beside the step -----

    @property
    def is_open(self) -> bool:
        """True until the order is resolved (or merged into another, or cancelled)."""
        return self.step not in CLOSED_STEPS

    @property
    def is_ruling(self) -> bool:
        """True while a 疑难 ruling is open."""
        return bool(self.rulings) and self.rulings[-1].is_open

    @property
    def ruling(self) -> Ruling | None:
        """The last ruling, open or not."""
        return self.rulings[-1] if self.rulings else None

    @property
    def supervision(self) -> Supervision | None:
        """The 督办单 that waits for an answer."""
        last = self.supervisions[-1] if self.supervisions else None
        return last if last is not None and last.is_open else None

    def pause(self, now: datetime) -> Pause | None:
        """The pause that is running at ``now``."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.start <= now < last.end else None

    @property
    def follow_up(self) -> FollowUpState:
        """How far the call-back has come."""
        if self.step not in (OrderState.RESOLVED, OrderState.ARCHIVED):
            return FollowUpState.NONE
        if self.followed_up_at is not None:
            return FollowUpState.DONE
        return FollowUpState.TRIED if self.attempts else FollowUpState.DUE

    # ----- the reply -----

    @property
    def reply(self) -> str:
        """The words of the last reply."""
        return self.replies[-1].text if self.replies else ""

    @property
    def replied_at(self) -> datetime | None:
        """When the last reply was handed in."""
        return self.replies[-1].at if self.replies else None

    # ----- clocks -----

    def clock(self, kind: ClockKind) -> Clock | None:
        """One clock, if it was ever started for what the order is now."""
        return self.clocks.get(kind)

    @property
    def due_at(self) -> datetime | None:
        """When the order must be resolved."""
        clock = self.clocks.get(ClockKind.RESOLVE)
        return clock.due if clock else None

    @property
    def due_steps(self) -> tuple[str, ...]:
        """The derivation of ``due_at``."""
        clock = self.clocks.get(ClockKind.RESOLVE)
        return clock.steps if clock else ()

    @property
    def acknowledge_due_at(self) -> datetime | None:
        """When the lead unit must have acknowledged; while the centre rules on whose matter it is
        nobody can, and nobody is late."""
        clock = self.clocks.get(ClockKind.ACKNOWLEDGE)
        if clock is None or (clock.is_running and self.is_ruling):
            return None
        return clock.due

    @property
    def waited_for(self) -> dict[ClockKind, Clock]:
        """The running clocks by which somebody must act. 退单 is a right, not a duty, and left out;
        答复 counts while the unit has it in hand, not while the answer is reviewed; 签收 not while
        the centre rules on whose matter it is."""
        idle = {ClockKind.RETURN}
        if self.is_ruling:
            idle.add(ClockKind.ACKNOWLEDGE)
        if self.step not in WITH_UNIT:
            idle.add(ClockKind.REPLY)
        return {
            kind: clock
            for kind, clock in self.clocks.items()
            if clock.is_running and kind not in idle
        }

    @property
    def next_clock(self) -> tuple[ClockKind, Clock] | None:
        """What of ``waited_for`` runs out first."""
        running = self.waited_for.items()
        return min(running, key=lambda one: (one[1].due, one[0].value), default=None)

    def overdue(self, now: datetime) -> bool:
        """True when the order was not resolved in time."""
        clock = self.clocks.get(ClockKind.RESOLVE)
        return clock is not None and clock.overdue(now)

    def acknowledge_overdue(self, now: datetime) -> bool:
        """True when the unit did not acknowledge in time."""
        clock = self.clocks.get(ClockKind.ACKNOWLEDGE)
        return clock is not None and self.acknowledge_due_at is not None and clock.overdue(now)
