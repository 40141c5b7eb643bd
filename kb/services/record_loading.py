"""导入记录: a checked set of record files becomes units, requests, orders and call counts.

All of a set goes into one transaction of the caller; a row that cannot be taken refuses it whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.clock import SHANGHAI
from kb.errors import Duplicate
from kb.masking import mask_text, phone_hash
from kb.models import (
    CallCount,
    CitizenRequest,
    RecordImport,
    Unit,
    WorkOrder,
)
from kb.records.checking import check_records
from kb.records.faults import FaultList
from kb.records.reading import RecordSet, Row
from kb.services.audit import record
from kb.services.numbering import keep_clear
from kb.services.record_differences import differences
from kb.services.record_orders import category_of, load_orders, outcome_of
from kb.services.record_pages import Progress, pages
from kb.terms import purpose_code


@dataclass(frozen=True)
class Loaded:
    """How many rows of each file were taken, how many units of them are new, and what to know."""

    units: int
    new_units: int
    requests: int
    orders: int
    call_days: int
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by name, as they are stored."""
        return {
            "units": self.units,
            "new_units": self.new_units,
            "requests": self.requests,
            "orders": self.orders,
            "call_days": self.call_days,
        }

    @classmethod
    def expected(cls, records: RecordSet) -> "Loaded":
        """What loading a set would give."""
        return cls(
            len(records.units),
            records.new_units,
            len(records.requests),
            len(records.orders),
            len(records.call_counts),
            tuple(records.notes),
        )


def check_set(session: Session, records: RecordSet, faults: FaultList) -> None:
    """Note everything that keeps a set out: its own faults, and numbers that are taken; and of a
    set that is let in what it says otherwise than the system.

    :raises RecordFaults: anything was noted, here or while reading.
    """
    known = set(session.scalars(select(Unit.name)))
    check_records(records, faults, known)
    records.new_units = sum(row["name"] not in known for row in records.units)
    for column, file, key in (
        (CitizenRequest.number, "requests.csv", "request_no"),
        (WorkOrder.number, "work_orders.csv", "order_no"),
    ):
        _taken(session, column, records.all_of(file, key), key, faults)
    faults.raise_any()
    records.notes += differences(session, records)


def _taken(
    session: Session,
    column: InstrumentedAttribute[str],
    rows: Sequence[Row],
    name: str,
    faults: FaultList,
) -> None:
    for page in pages(rows):
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
        loaded_at = before.loaded_at.astimezone(SHANGHAI)
        raise Duplicate(
            f"这组记录已经在 {loaded_at:%Y-%m-%d %H:%M} 导入过，没有重复导入",
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
    load_orders(session, records, units, requests, now, progress)
    _load_calls(session, records.call_counts)
    loaded = Loaded.expected(records)
    taken = [row["request_no"] for row in records.requests]
    taken += [row["order_no"] for row in records.orders]
    keep_clear(session, taken, now)
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
    counts = loaded.counts
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
    for page in pages(rows):
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
        "category": category_of(row),
        "region": row["district"],
        "place": "",
        "requester_name": "",
        "requester_phone": phone,
        "phone_hash": phone_hash(phone, phone_key),
        "is_confidential": False,
        "title": mask_text(row["title"]) or f"诉求 {row['request_no']}",
        "content": row["content"],
        "outcome": outcome_of(row),
        "resolved_at": row["resolved_at"],
    }


def _load_calls(session: Session, rows: Sequence[Row]) -> None:
    """Load the counts of days; those of a file replace what is there."""
    for page in pages(rows):
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
            else:
                count.offered, count.answered = row["offered"], row["answered"]
    session.flush()
