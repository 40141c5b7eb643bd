"""What a set of records says otherwise than the system, told before anything is loaded."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import CallCount, Unit
from kb.records.reading import RecordSet, Row
from kb.services.record_pages import pages

_NAMED = 5


def differences(session: Session, records: RecordSet) -> list[str]:
    """A sentence for the units that stay as the system has them, and one for the days whose calls
    are replaced."""
    units = _units(session, records.units)
    days = _days(session, records.call_counts)
    found = []
    if units:
        found.append(f"{len(units)} 个单位和系统里的不同，照系统里的，不改：{_listed(units)}")
    if days:
        found.append(f"{len(days)} 天的话务量系统里有别的数，换成文件里的：{_listed(days)}")
    return found


def _listed(said: Sequence[str]) -> str:
    return "；".join(said[:_NAMED]) + ("；等" if len(said) > _NAMED else "")


def _units(session: Session, rows: Sequence[Row]) -> list[str]:
    """Units of another kind or under another one; what a file leaves empty it does not say."""
    known = {unit.id: unit for unit in session.scalars(select(Unit))}
    by_name = {unit.name: unit for unit in known.values()}
    found = []
    for row in rows:
        unit = by_name.get(row["name"])
        if unit is None:
            continue
        above = known[unit.parent_id].name if unit.parent_id is not None else ""
        parts = [
            f"{label}文件里是“{row[column]}”，系统里是“{now or '没有'}”"
            for label, column, now in (("类别", "kind", unit.kind), ("上级", "parent", above))
            if row[column] and row[column] != now
        ]
        if parts:
            found.append(f"{unit.name}的{'，'.join(parts)}")
    return found


def _days(session: Session, rows: Sequence[Row]) -> list[str]:
    found = []
    for page in pages(rows):
        days = {row["date"]: row for row in page}
        query = select(CallCount).where(CallCount.day.in_(list(days))).order_by(CallCount.day)
        for count in session.scalars(query):
            row = days[count.day]
            if (count.offered, count.answered) != (row["offered"], row["answered"]):
                found.append(
                    f"{count.day}（系统呼入 {count.offered}、接通 {count.answered}，"
                    f"文件 {row['offered']}、{row['answered']}）"
                )
    return found
