"""The orders of a record set, as if they had happened here: events first, columns from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kb.models import WorkOrder, WorkOrderEvent, WorkOrderUnit
from kb.records.order_events import events_of
from kb.records.reading import RecordSet, Row
from kb.services.orders.projecting import columns, part_columns
from kb.services.record_pages import Progress, pages
from kb.terms import Outcome
from kb.work_orders.events import Event
from kb.work_orders.facts import Part, PartRole
from kb.work_orders.fold import fold

_OUTCOMES = {outcome.label: outcome.value for outcome in Outcome}
_ROLES = {"主办": PartRole.LEAD.value, "协办": PartRole.ASSISTING.value}


def category_of(request: Row) -> str:
    """The category of a request as the system writes it."""
    return "/".join(part for part in (request["category1"], request["category2"]) if part)


def outcome_of(request: Row) -> str:
    """The outcome of a request as the system writes it."""
    return _OUTCOMES[request["outcome"]]


@dataclass(frozen=True)
class _Order:
    """An order of a set, folded: its row, its events, and the units' parts."""

    values: Mapping[str, Any]
    events: Sequence[Event]
    parts: Sequence[Part]


def load_orders(
    session: Session,
    records: RecordSet,
    units: Mapping[str, int],
    requests: Mapping[str, int],
    now: datetime,
    progress: Progress,
) -> None:
    """Load the orders of a set, a page at a time.

    :param units: ids of units by name; ``requests`` of requests by number.
    :param now: what fell due before it was for the other system to say.
    """
    by_number = {row["request_no"]: row for row in records.requests}
    done = 0
    for page in pages(records.orders):
        made = [
            _folded(row, by_number[row["request_no"]], requests[row["request_no"]], units, now)
            for row in page
        ]
        _insert_orders(session, made)
        done += len(page)
        progress("工单", done, len(records.orders))


def _folded(
    row: Row, request: Row, request_id: int, units: Mapping[str, int], now: datetime
) -> _Order:
    events = events_of(row, request["received_at"], units[row["unit"]])
    state = fold(events)
    values = {
        "number": row["order_no"],
        "request_id": request_id,
        "created_at": events[0].at,
        "received_at": request["received_at"],
        "channel": request["channel"],
        "request_outcome": outcome_of(request),
        "category": category_of(request),
        "imported_at": now,
        "role": _ROLES[row["role"]],
        "event_count": len(events),
        **columns(state),
    }
    return _Order(values, events, state.parts)


def _insert_orders(session: Session, made: Sequence[_Order]) -> None:
    ids = session.scalars(
        insert(WorkOrder).returning(WorkOrder.id, sort_by_parameter_order=True),
        [order.values for order in made],
    ).all()
    keyed = list(zip(ids, made, strict=True))
    session.execute(
        insert(WorkOrderEvent),
        [
            {
                "order_id": key,
                "seq": seq,
                "kind": event.kind.value,
                "at": event.at,
                "actor_id": None,
                "data": dict(event.data),
            }
            for key, order in keyed
            for seq, event in enumerate(order.events, start=1)
        ],
    )
    session.execute(
        insert(WorkOrderUnit),
        [
            {"order_id": key, "ordinal": ordinal, **part_columns(part)}
            for key, order in keyed
            for ordinal, part in enumerate(order.parts)
        ],
    )
