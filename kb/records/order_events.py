"""The events that the record of an order tells of.

A record file holds moments, not steps, so only what it says happened becomes an event; the clocks
are those the old system promised and are marked as such.
"""

from datetime import datetime
from typing import Any

from kb.records.reading import Row
from kb.terms import ClockKind, Satisfaction
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import Event, EventKind

_STEPS = ("由旧系统导入，时限照原记录",)
_BY_LABEL = {member.label: member for member in Satisfaction}


def events_of(row: Row, received_at: datetime, unit_id: int) -> list[Event]:
    """The events of a checked row of ``work_orders.csv``, first to last.

    :param received_at: when its request was received.
    """
    dispatched_at: datetime = row["dispatched_at"]
    events = [
        Event(EventKind.ACCEPTED, received_at, None, {"imported": True}),
        Event(
            EventKind.DISPATCHED,
            dispatched_at,
            None,
            {"unit_id": unit_id, "unit": row["unit"], "clocks": _clocks(row)},
        ),
    ]
    if row["acknowledged_at"]:
        events.append(Event(EventKind.ACKNOWLEDGED, row["acknowledged_at"], None))
    if row["resolved_at"]:
        events.append(Event(EventKind.RESOLVED, row["resolved_at"], None))
    if row["follow_up_at"] or row["satisfaction"]:
        at = row["follow_up_at"] or row["resolved_at"] or dispatched_at
        said = _BY_LABEL.get(row["satisfaction"], Satisfaction.UNRATED)
        events.append(Event(EventKind.FOLLOWED_UP, at, None, {"satisfaction": said.value}))
    if row["resolved_at"]:
        # Settled where it came from: nobody here is to call back or to archive it.
        last = max(event.at for event in events)
        events.append(Event(EventKind.ARCHIVED, last, None, {"imported": True}))
    return events


def _clocks(row: Row) -> dict[str, Any]:
    start = row["dispatched_at"]
    due = {
        ClockKind.ACKNOWLEDGE: row["acknowledge_due_at"],
        ClockKind.RESOLVE: row["due_at"],
    }
    return as_data({kind: Clock(start, at, "", _STEPS) for kind, at in due.items() if at})
