"""即将到期 is not said while most of the time that a unit was given is still ahead.

What runs out soon is found by stored columns alone, which know the dispatch; a reopening, a 督办单
or an urgency may have set the due time since. Only of the few orders about to be spoken of are the
events read.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import WorkOrderEvent
from kb.profile import Profile
from kb.services.order_clock_notices import Saying
from kb.services.order_running import Running
from kb.services.orders.reading import events_of
from kb.terms import ClockKind
from kb.work_orders.promises import set_at


def in_good_time(
    session: Session, about: Sequence[tuple[Running, Saying]], profile: Profile, now: datetime
) -> list[tuple[Running, Saying]]:
    """What is to be said, without the reminders for which it is too early; one query."""
    soon = {running.order_id for running, saying in about if saying.step is None}
    known = _set_at(session, soon)

    def is_early(running: Running, saying: Saying) -> bool:
        since = known.get(running.order_id, {}).get(running.kind, running.since)
        begins = profile.reminders.soon_from(running.due_at, max(since, running.since))
        return saying.step is None and now < begins

    return [one for one in about if not is_early(*one)]


def _set_at(session: Session, order_ids: set[int]) -> dict[int, dict[ClockKind, datetime]]:
    query = select(WorkOrderEvent).where(WorkOrderEvent.order_id.in_(order_ids))
    lives: dict[int, list[WorkOrderEvent]] = {}
    for row in session.scalars(query.order_by(WorkOrderEvent.order_id, WorkOrderEvent.seq)):
        lives.setdefault(row.order_id, []).append(row)
    return {order_id: set_at(events_of(rows)) for order_id, rows in lives.items()}
