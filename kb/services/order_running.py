"""The running clocks of an order as the round of reminders sees them, by stored columns alone."""

from dataclasses import dataclass
from datetime import datetime

from kb.models import WorkOrder
from kb.services.orders.due import running_clocks
from kb.terms import ClockKind, Role, Satisfaction, Urgency
from kb.work_orders.state import OrderState

_DISCONTENT = Satisfaction.DISSATISFIED.value
# Whose work a clock is that no unit is behind.
ROLE_OF = {ClockKind.CALL_BACK: Role.FOLLOW_UP_AGENT, ClockKind.RULING: Role.DISPATCHER}


@dataclass(frozen=True)
class Running:
    """A running clock of an order."""

    order_id: int
    number: str
    unit_id: int | None
    kind: ClockKind
    due_at: datetime
    since: datetime
    urgency: Urgency
    # The answer lies with the centre: what is late now is the centre's delay, not the unit's.
    is_reviewed: bool = False
    # Nothing that fell due before this is said: the order was in another system then.
    known_since: datetime | None = None
    # The requester was called back and is not content: redoing or archiving is what waits.
    is_discontent: bool = False

    @property
    def label(self) -> str:
        return "不满意处理" if self.is_discontent else self.kind.label

    def is_ours(self, moment: datetime) -> bool:
        """Tell whether what fell due at a moment is for this system to say."""
        return self.known_since is None or moment > self.known_since

    @property
    def key(self) -> str:
        """Names this promise; a moved due time is another one."""
        return f"clock:{self.number}:{self.kind.value}:{self.due_at:%Y%m%d%H%M%S}"


def running_of(row: WorkOrder) -> list[Running]:
    """The running clocks of an order, each with who is behind."""
    return [_one(row, kind, due_at) for kind, due_at in running_clocks(row).items()]


def _one(row: WorkOrder, kind: ClockKind, due_at: datetime) -> Running:
    since, is_discontent = row.dispatched_at, False
    if kind == ClockKind.CALL_BACK:
        is_discontent = row.followed_up_at is not None and row.satisfaction == _DISCONTENT
        since = row.followed_up_at if is_discontent else row.resolved_at
    # A 督办单 is the lead unit's to answer, also when the order is resolved.
    unit_id = row.unit_id if kind == ClockKind.SUPERVISION else row.accountable_unit_id
    is_reviewed = row.state == OrderState.CENTRE_REVIEW and kind != ClockKind.SUPERVISION
    if kind in ROLE_OF or is_reviewed:
        unit_id = None
    return Running(
        row.id,
        row.number,
        unit_id,
        kind,
        due_at,
        since or row.created_at,
        Urgency(row.urgency),
        is_reviewed,
        row.imported_at,
        is_discontent,
    )
