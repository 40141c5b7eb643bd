"""Whether the rows of a record set fit one another and what is there already.

What makes a row meaningless is a fault and refuses the set. What old systems really hold though
it looks odd (a rating without a call-back, an order of a request answered online) is taken as it
stands and told in a note.
"""

from collections.abc import Collection
from datetime import datetime

from kb.records.faults import FaultList
from kb.records.reading import RecordSet, Row

# Which moment of an order must not be before which.
_SEQUENCE = (
    ("dispatched_at", "acknowledged_at"),
    ("dispatched_at", "acknowledge_due_at"),
    ("dispatched_at", "due_at"),
    ("dispatched_at", "resolved_at"),
    ("resolved_at", "follow_up_at"),
)
_KEYS = {
    "units.csv": "name",
    "requests.csv": "request_no",
    "work_orders.csv": "order_no",
    "call_counts.csv": "date",
}
_NAMES = {"dispatched_at": "派单时刻", "resolved_at": "办结时刻"}


def check_records(records: RecordSet, faults: FaultList, known_units: Collection[str]) -> None:
    """Note what does not fit: doubled keys, unknown references, moments in a wrong order; also in
    rows with other faults, as far as they could be read.

    :param known_units: names of the units that the system has already.
    """
    _check_units(records, faults, known_units)
    for name, key in _KEYS.items():
        _once(records.all_of(name, key), key, faults)
    for row in records.all_of("requests.csv"):
        _in_order(row, "received_at", "resolved_at", "受理时刻", faults)
        if row.knows("category1", "category2") and row["category2"] and not row["category1"]:
            faults.add(row.file, row.row, "category1", "", "二级类别所属的一级类别")
    named = {row["name"] for row in records.all_of("units.csv", "name")}
    _check_orders(records, faults, named | set(known_units) | records.broken)
    for row in records.all_of("call_counts.csv", "answered", "offered"):
        if row["answered"] > row["offered"]:
            faults.add(row.file, row.row, "answered", row["answered"], "不大于 offered 的数")
    if not faults.count:
        _note_oddities(records)


def _check_units(records: RecordSet, faults: FaultList, known_units: Collection[str]) -> None:
    rows = records.all_of("units.csv", "name", "parent")
    parents = {row["name"]: row["parent"] for row in rows}
    for row in rows:
        parent = row["parent"]
        if parent and not (parent in parents or parent in known_units or parent in records.broken):
            faults.add(row.file, row.row, "parent", parent, "units.csv 中的一个单位")
        elif _goes_round(row["name"], parents):
            faults.add(row.file, row.row, "parent", parent, "上级单位；现在的上级关系绕成了一圈")


def _goes_round(name: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    while name:
        if name in seen:
            return True
        seen.add(name)
        name = parents.get(name, "")
    return False


def _check_orders(records: RecordSet, faults: FaultList, units: Collection[str]) -> None:
    received = {
        row["request_no"]: row["received_at"]
        for row in records.all_of("requests.csv", "request_no", "received_at")
    }
    known = received.keys() | records.broken
    for row in records.all_of("work_orders.csv"):
        number = row["request_no"] if row.knows("request_no") else ""
        if number and number not in known and "requests.csv" not in records.unread:
            faults.add(row.file, row.row, "request_no", number, "requests.csv 中的诉求")
        if row.knows("unit") and row["unit"] not in units and "units.csv" not in records.unread:
            faults.add(row.file, row.row, "unit", row["unit"], "units.csv 中的单位")
        _check_moments(row, received.get(number), faults)


def _note_oddities(records: RecordSet) -> None:
    outcomes = {row["request_no"]: row["outcome"] for row in records.requests}
    handed_over = {row["request_no"] for row in records.orders}
    led = {row["request_no"] for row in records.orders if row["role"] == "主办"}
    odd = {
        "张工单的诉求结果不是“转办”": sum(
            outcomes[row["request_no"]] != "转办" for row in records.orders
        ),
        "件“转办”的诉求没有工单": sum(
            outcome == "转办" and number not in handed_over for number, outcome in outcomes.items()
        ),
        "件诉求只有协办工单，没有主办": len(handed_over - led),
        "张工单有回访时刻，没有办结时刻": sum(
            bool(row["follow_up_at"]) and not row["resolved_at"] for row in records.orders
        ),
        "张工单有满意度，没有回访时刻": sum(
            bool(row["satisfaction"]) and not row["follow_up_at"] for row in records.orders
        ),
    }
    records.notes += [f"{count} {said}，照原样导入" for said, count in odd.items() if count]


def _check_moments(row: Row, received_at: datetime | None, faults: FaultList) -> None:
    if received_at and row.knows("dispatched_at") and row["dispatched_at"] < received_at:
        expected = "不早于受理时刻"
        faults.add(row.file, row.row, "dispatched_at", _said(row["dispatched_at"]), expected)
    for earlier, later in _SEQUENCE:
        _in_order(row, earlier, later, _NAMES[earlier], faults)


def _in_order(row: Row, earlier: str, later: str, name: str, faults: FaultList) -> None:
    if not row.knows(earlier, later):
        return
    first, second = row[earlier], row[later]
    if first and second and second < first:
        faults.add(row.file, row.row, later, _said(second), f"不早于{name} {_said(first)}")


def _once(rows: list[Row], column: str, faults: FaultList) -> None:
    first: dict[object, Row] = {}
    for row in rows:
        before = first.setdefault(row[column], row)
        if before is not row:
            expected = f"不重复的值；{before.file} 第 {before.row} 行已有"
            faults.add(row.file, row.row, column, row[column], expected)


def _said(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}"
