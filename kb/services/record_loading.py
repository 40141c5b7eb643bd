"""导入记录: a checked set of record files becomes units, requests, orders and call counts.

All of a set goes into one transaction of the caller; a row that cannot be taken refuses it whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.errors import Duplicate
from kb.masking import mask_text, phone_hash
from kb.models import (
    CallCount,
    CitizenRequest,
    RecordImport,
    Unit,
    WorkOrder,
    WorkOrderEvent,
    WorkOrderUnit,
)
from kb.records.checking import check_records
from kb.records.faults import FaultList
from kb.records.order_events import events_of
from kb.records.reading import RecordSet, Row
from kb.services.audit import record
from kb.services.orders.projecting import columns, part_columns
from kb.terms import Outcome, purpose_code
from kb.work_orders.facts import PartRole
from kb.work_orders.fold import fold

_PAGE = 1000
_OUTCOMES = {outcome.label: outcome.value for outcome in Outcome}
_ROLES = {"主办": PartRole.LEAD.value, "协办": PartRole.ASSISTING.value}

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Loaded:
    """How many rows of each file were taken, and what to know about them."""

    units: int
    requests: int
    orders: int
    call_days: int
    notes: tuple[str, ...]

    @classmethod
    def expected(cls, records: RecordSet) -> "Loaded":
        """What loading a set would give."""
        return cls(
            len(records.units),
            len(records.requests),
            len(records.orders),
            len(records.call_counts),
            tuple(records.notes),
        )


def check_set(session: Session, records: RecordSet, faults: FaultList) -> None:
    """Note everything that keeps a set out: its own faults, and numbers that are taken.

    :raises RecordFaults: anything was noted, here or while reading.
    """
    check_records(records, faults, set(session.scalars(select(Unit.name))))
    _taken(session, CitizenRequest.number, records.requests, "request_no", faults)
    _taken(session, WorkOrder.number, records.orders, "order_no", faults)
    faults.raise_any()


def _taken(
    session: Session,
    column: InstrumentedAttribute[str],
    rows: Sequence[Row],
    name: str,
    faults: FaultList,
) -> None:
    for page in _pages(rows):
        numbers = {row[name]: row for row in page}
        for number in session.scalars(select(column).where(column.in_(list(numbers)))):
            row = numbers[number]
            faults.add(row.file, row.row, name, number, "系统里还没有的编号；这个编号已经有了")


def require_new(session: Session, digest: str) -> None:
    """Refuse a set that was loaded before.

    :raises Duplicate: with the moment it was loaded.
    """
    query = select(RecordImport).where(RecordImport.digest == digest)
    before = session.scalars(query).one_or_none()
    if before is not None:
        raise Duplicate(
            f"这组记录已经在 {before.loaded_at:%Y-%m-%d %H:%M}（UTC）导入过，没有重复导入",
            existing_id=before.id,
        )


def load_records(
    session: Session,
    records: RecordSet,
    *,
    digest: str,
    name: str,
    phone_key: bytes,
    actor_id: int | None,
    now: datetime,
    progress: Progress = lambda *_: None,
) -> Loaded:
    """Load a set that :func:`check_set` let pass.

    :param digest: SHA-256 of the files, so that the same set is not loaded twice.
    :param progress: told what is being loaded, how many rows are in, and of how many.
    :raises Duplicate: the same set was loaded before.
    """
    require_new(session, digest)
    units = _load_units(session, records.units)
    requests = _load_requests(session, records.requests, phone_key, progress)
    _load_orders(session, records, units, requests, progress)
    changed = _load_calls(session, records.call_counts)
    loaded = Loaded.expected(records)
    if changed:
        note = f"{changed} 天的话务量原来有别的数，已换成文件里的"
        loaded = replace(loaded, notes=(*loaded.notes, note))
    _remember(session, loaded, digest, name, actor_id, now)
    return loaded


def _remember(
    session: Session,
    loaded: Loaded,
    digest: str,
    name: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    counts = {
        "units": loaded.units,
        "requests": loaded.requests,
        "orders": loaded.orders,
        "call_days": loaded.call_days,
    }
    entry = RecordImport(
        digest=digest, name=name[:200], loaded_at=now, loaded_by=actor_id, counts=counts
    )
    session.add(entry)
    session.flush()
    record(
        session,
        actor_id=actor_id,
        action="records.import",
        object_type="record_import",
        object_id=str(entry.id),
        detail=counts,
        now=now,
    )


def _load_units(session: Session, rows: Sequence[Row]) -> dict[str, int]:
    """Units by name; those that are new are added, the others stay as they are."""
    known = {unit.name: unit for unit in session.scalars(select(Unit))}
    added = [row for row in rows if row["name"] not in known]
    for row in added:
        known[row["name"]] = Unit(name=row["name"], kind=row["kind"])
        session.add(known[row["name"]])
    session.flush()
    for row in added:
        if row["parent"]:
            known[row["name"]].parent_id = known[row["parent"]].id
    session.flush()
    return {name: unit.id for name, unit in known.items()}


def _load_requests(
    session: Session, rows: Sequence[Row], phone_key: bytes, progress: Progress
) -> dict[str, int]:
    ids: dict[str, int] = {}
    for page in _pages(rows):
        made = session.scalars(
            insert(CitizenRequest).returning(CitizenRequest.id, sort_by_parameter_order=True),
            [_request_values(row, phone_key) for row in page],
        )
        ids |= zip((row["request_no"] for row in page), made, strict=True)
        progress("诉求", len(ids), len(rows))
    return ids


def _request_values(row: Row, phone_key: bytes) -> dict[str, Any]:
    phone = row["requester_phone"]
    return {
        "number": row["request_no"],
        "received_at": row["received_at"],
        "channel": row["channel"],
        "line": row["line"],
        "purpose": purpose_code(row["purpose"]),
        "category": _category(row),
        "region": row["district"],
        "place": "",
        "requester_name": "",
        "requester_phone": phone,
        "phone_hash": phone_hash(phone, phone_key),
        "is_confidential": False,
        "title": mask_text(row["title"]) or f"诉求 {row['request_no']}",
        "content": row["content"],
        "outcome": _OUTCOMES[row["outcome"]],
        "resolved_at": row["resolved_at"],
    }


def _category(request: Row) -> str:
    return "/".join(part for part in (request["category1"], request["category2"]) if part)


def _load_orders(
    session: Session,
    records: RecordSet,
    units: Mapping[str, int],
    requests: Mapping[str, int],
    progress: Progress,
) -> None:
    by_number = {row["request_no"]: row for row in records.requests}
    done = 0
    for page in _pages(records.orders):
        orders, events, parts = [], [], []
        for row in page:
            request = by_number[row["request_no"]]
            happened = events_of(row, request["received_at"], units[row["unit"]])
            state = fold(happened)
            orders.append(
                {
                    "number": row["order_no"],
                    "request_id": requests[row["request_no"]],
                    "created_at": happened[0].at,
                    "role": _ROLES[row["role"]],
                    "event_count": len(happened),
                    **columns(state, _category(request)),
                }
            )
            events.append(happened)
            parts.append(state.parts)
        ids = session.scalars(
            insert(WorkOrder).returning(WorkOrder.id, sort_by_parameter_order=True), orders
        ).all()
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
                for key, happened in zip(ids, events, strict=True)
                for seq, event in enumerate(happened, start=1)
            ],
        )
        session.execute(
            insert(WorkOrderUnit),
            [
                {"order_id": key, "ordinal": ordinal, **part_columns(part)}
                for key, held in zip(ids, parts, strict=True)
                for ordinal, part in enumerate(held)
            ],
        )
        done += len(page)
        progress("工单", done, len(records.orders))


def _load_calls(session: Session, rows: Sequence[Row]) -> int:
    """Load the counts of days; returns how many days had another count before."""
    changed = 0
    for page in _pages(rows):
        days = [row["date"] for row in page]
        known = {
            count.day: count
            for count in session.scalars(select(CallCount).where(CallCount.day.in_(days)))
        }
        for row in page:
            count = known.get(row["date"])
            if count is None:
                session.add(
                    CallCount(day=row["date"], offered=row["offered"], answered=row["answered"])
                )
            elif (count.offered, count.answered) != (row["offered"], row["answered"]):
                count.offered, count.answered = row["offered"], row["answered"]
                changed += 1
    session.flush()
    return changed


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while page := list(islice(source, _PAGE)):
        yield page
