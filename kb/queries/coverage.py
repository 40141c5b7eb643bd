"""覆盖情况: per unit what holds, what waits, when it last pushed, and what it left undone."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.bulletins.rounding import percent
from kb.clock import local_day
from kb.models import KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.queries.duties import due_condition
from kb.queries.portal_list import holding
from kb.queries.shown import shown_version
from kb.queries.timeliness import Duty, Handled, handled_in
from kb.terms import ON_THE_WAY

FIGURES = {
    "in_force": "现行有效的条目",
    "waiting": "在途的草稿",
    "overdue": "超期未核验的条目",
    "expired": "已到期未处理的条目",
    "duties": "时段内应处理的条目",
    "timely": "时段内按时处理的条目",
    "late": "时段内没有按时处理的条目",
}


@dataclass(frozen=True)
class Coverage:
    """One unit's row. ``silent_days`` is ``None`` where it never pushed anything."""

    unit: Unit
    in_force: int
    waiting: int
    last_push: date | None
    silent_days: int | None
    is_silent: bool
    overdue: int
    expired: int
    timely: int
    duties: int

    @property
    def rate(self) -> Decimal | None:
        """知识更新及时率 in percent, half-up to two decimals; ``None`` where nothing was due."""
        return percent(self.timely, self.duties, 2)


def coverage(
    session: Session,
    scope: Collection[int] | None,
    span: Period,
    today: date,
    silent_after_days: int,
) -> list[Coverage]:
    """The rows of these active units (``None`` is all), by id.

    :param span: the period of the 及时率; the other columns are of today.
    :param silent_after_days: a unit that pushed nothing for so long is flagged.
    """
    units = session.scalars(
        select(Unit)
        .where(Unit.is_active.is_(True), true() if scope is None else Unit.id.in_(scope))
        .order_by(Unit.id)
    ).all()
    in_force = _by_unit(session, _counted(shown_version(today)).where(holding(today)))
    overdue = _by_unit(session, _current().where(due_condition(today, "overdue")))
    expired = _by_unit(session, _current().where(due_condition(today, "expired")))
    waiting = _by_unit(session, _on_the_way())
    pushed = _last_pushes(session)
    handled = handled_in(session, span, today, scope)
    duties = Counter(row.unit_id for row in handled)
    timely = Counter(row.unit_id for row in handled if row.duty.is_timely)
    rows = []
    for unit in units:
        last = pushed.get(unit.id)
        silent = (today - last).days if last is not None else None
        rows.append(
            Coverage(
                unit,
                in_force[unit.id],
                waiting[unit.id],
                last,
                silent,
                silent is None or silent >= silent_after_days,
                overdue[unit.id],
                expired[unit.id],
                timely[unit.id],
                duties[unit.id],
            )
        )
    return rows


def _counted(version_id: ColumnElement[int | None]) -> Select[int, int]:
    return select(KnowledgeItem.unit_id, func.count()).join(
        KnowledgeVersion, KnowledgeVersion.id == version_id
    )


def _current() -> Select[int, int]:
    return _counted(KnowledgeItem.current_version_id.expression)


def _on_the_way() -> Select[int, int]:
    return (
        select(KnowledgeItem.unit_id, func.count())
        .join(KnowledgeVersion, KnowledgeVersion.item_id == KnowledgeItem.id)
        .where(KnowledgeVersion.state.in_(ON_THE_WAY))
    )


def _by_unit(session: Session, query: Select[int, int]) -> Counter[int]:
    return Counter(dict(session.execute(query.group_by(KnowledgeItem.unit_id)).all()))


def _last_pushes(session: Session) -> dict[int, date]:
    """The day of each unit's newest version or original."""
    versions = (
        select(KnowledgeItem.unit_id, func.max(KnowledgeVersion.created_at))
        .join(KnowledgeVersion, KnowledgeVersion.item_id == KnowledgeItem.id)
        .group_by(KnowledgeItem.unit_id)
    )
    files = select(StoredFile.unit_id, func.max(StoredFile.uploaded_at)).group_by(
        StoredFile.unit_id
    )
    found: dict[int, date] = {}
    for query in (versions, files):
        for unit_id, at in session.execute(query):
            found[unit_id] = max(found.get(unit_id, date.min), local_day(at))
    return found


@dataclass(frozen=True)
class Behind:
    """An entry behind a figure; ``duty`` only where the figure counts due days."""

    item: KnowledgeItem
    version: KnowledgeVersion
    duty: Duty | None = None


def entries_behind(
    session: Session,
    unit_id: int,
    figure: str,
    span: Period,
    today: date,
    *,
    page: int = 1,
    size: int = 30,
) -> tuple[list[Behind], int]:
    """One page of what a unit's figure counts, and how many that is in all.

    :raises KeyError: an unknown figure.
    """
    start = (page - 1) * size
    if figure in ("duties", "timely", "late"):
        rows = [
            row
            for row in handled_in(session, span, today, {unit_id})
            if figure == "duties" or row.duty.is_timely == (figure == "timely")
        ]
        return _with_entries(session, rows[start : start + size]), len(rows)
    query = _behind(figure, today).where(KnowledgeItem.unit_id == unit_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.execute(
        query.order_by(KnowledgeVersion.updated_at.desc(), KnowledgeVersion.id.desc())
        .limit(size)
        .offset(start)
    )
    return [Behind(item, version) for item, version in found], total


def _behind(figure: str, today: date) -> Select[KnowledgeItem, KnowledgeVersion]:
    if figure == "waiting":
        return (
            select(KnowledgeItem, KnowledgeVersion)
            .join(KnowledgeVersion, KnowledgeVersion.item_id == KnowledgeItem.id)
            .where(KnowledgeVersion.state.in_(ON_THE_WAY))
        )
    is_in_force = figure == "in_force"
    version_id = shown_version(today) if is_in_force else KnowledgeItem.current_version_id
    conditions: dict[str, ColumnElement[bool]] = {
        "in_force": holding(today),
        "overdue": due_condition(today, "overdue"),
        "expired": due_condition(today, "expired"),
    }
    return (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.id == version_id)
        .where(conditions[figure])
    )


def _with_entries(session: Session, rows: list[Handled]) -> list[Behind]:
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.item_id == KnowledgeItem.id)
        .where(KnowledgeVersion.id.in_([row.version_id for row in rows]))
    )
    known = {version.id: (item, version) for item, version in session.execute(query)}
    return [Behind(*known[row.version_id], row.duty) for row in rows]
