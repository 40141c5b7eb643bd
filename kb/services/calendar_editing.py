"""工作日历 edited: a plan, its preview, the change with its history, undoing. Callers commit."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.clock import SHANGHAI
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import CalendarChange, CalendarDay, CalendarYear
from kb.queries.open_clocks import OpenOrders, orders_across
from kb.services.audit import record
from kb.services.holiday_notice import Days, read_notice
from kb.services.notices import resolve

FIRST_YEAR, LAST_YEAR = 2000, 2099
MISSING_YEAR = "calendar_missing"
DayValue = tuple[bool, str] | None


@dataclass(frozen=True)
class Plan:
    """What is to become of days and years; None is a day of the plain week, or no such year."""

    summary: str
    days: Mapping[date, DayValue] = field(default_factory=dict)
    years: Mapping[int, str | None] = field(default_factory=dict)
    undoes_id: int | None = None


@dataclass(frozen=True)
class DayChange:
    """One day that would change."""

    day: date
    before: DayValue
    after: DayValue


@dataclass(frozen=True)
class Preview:
    """What a plan would do. ``token`` must come back with the plan: it stands for exactly this
    change on exactly this calendar."""

    plan: Plan
    changes: tuple[DayChange, ...]
    new_years: tuple[int, ...]
    gone_years: tuple[int, ...]
    orders: OpenOrders
    token: str


def plan_year(session: Session, year: int, text: str, source: str) -> Plan:
    """Enter a year from the official notice, or enter it anew.

    Days of the year that the notice does not name become days of the plain week.

    :raises InvalidInput: the year, the notice or its source is wrong.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        problem = f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间"
        raise InvalidInput(problem, {"year": problem})
    named = source.strip()
    if not 2 <= len(named) <= 200:
        problem = "请写明出处，如通知的名称和文号，最多 200 字"
        raise InvalidInput(problem, {"source": problem})
    read = read_notice(text, year)
    _check_years(session, read, year)
    known = session.scalars(select(CalendarDay.day).where(_in_year(year)))
    days: dict[date, DayValue] = {**dict.fromkeys(known), **read}
    is_new = session.get(CalendarYear, year) is None
    return Plan(f"{'录入' if is_new else '重新录入'} {year} 年：{named}", days, {year: named})


def _check_years(session: Session, days: Days, year: int) -> None:
    """A notice may make a weekend of the year before a workday (元旦调休), no more."""
    known = set(session.scalars(select(CalendarYear.year))) | {year}
    for day in days:
        if day.year not in (year - 1, year) or day.year not in known:
            problem = f"{day} 不在 {year} 年，请核对年份"
            raise InvalidInput(problem, {"text": problem})


def plan_day(session: Session, day: date, *, is_workday: bool, note: str) -> Plan:
    """Make one day of an entered year a workday or a day off.

    :raises InvalidInput: the year has not been entered, or nothing says why.
    """
    if session.get(CalendarYear, day.year) is None:
        problem = f"{day.year} 年还没有录入，请先按通知录入全年"
        raise InvalidInput(problem, {"day": problem})
    is_plain = is_workday == (day.weekday() < 5)
    told = note.strip()
    if not is_plain and not 1 <= len(told) <= 60:
        problem = "请写明为什么，如“暴雪停工”“国庆节调休上班”，最多 60 字"
        raise InvalidInput(problem, {"note": problem})
    word = "上班" if is_workday else "放假"
    summary = f"{day} 改为{word}" + (f"：{told}" if told else "")
    return Plan(summary, {day: None if is_plain else (is_workday, told)})


def plan_undo(session: Session, change_id: int) -> Plan:
    """Take a change back.

    :raises NotFound: no such change.
    :raises IllegalTransition: what it changed has been changed again since, or it was undone.
    """
    change = session.get(CalendarChange, change_id)
    if change is None:
        raise NotFound("没有这次修改", change_id=change_id)
    after, before = _stored(change.after), _stored(change.before)
    if _present(session, after[0], after[1]) != after:
        raise IllegalTransition("这次修改之后，同样的日子又改过了；请先撤销后来的修改")
    return Plan(f"撤销：{change.summary}"[:300], before[0], before[1], change.id)


def preview(session: Session, plan: Plan) -> Preview:
    """What the plan would do, without doing it."""
    days, years = _present(session, plan.days, plan.years)
    changes = tuple(
        DayChange(day, days[day], plan.days[day])
        for day in sorted(plan.days)
        if days[day] != plan.days[day]
    )
    gone = tuple(year for year, source in plan.years.items() if source is None and years[year])
    new = tuple(year for year, source in plan.years.items() if source and years[year] is None)
    touched = [change.day for change in changes]
    for year in gone:
        touched += [date(year, 1, 1), date(year, 12, 31)]
    orders = orders_across(session, min(touched), max(touched)) if touched else OpenOrders(0, ())
    return Preview(plan, changes, new, gone, orders, _token(session, plan))


def apply(
    session: Session, plan: Plan, *, token: str, actor_id: int | None, now: datetime
) -> CalendarChange:
    """Make the change that was previewed. Due times that were promised stay as they are.

    :param token: of the preview that the person saw.
    :raises StaleVersion: the calendar or the plan is not that of the preview; nothing was done.
    :raises IllegalTransition: it changes nothing, or takes a year away that open orders are in.
    """
    # Two at once: the second waits here, and then meets a calendar that is not its own.
    session.scalars(select(CalendarYear).with_for_update()).all()
    seen = preview(session, plan)
    if seen.token != token:
        raise StaleVersion("工作日历刚刚在别处改过，您这一步没有执行；请重新预览")
    if not seen.changes and not seen.new_years and not seen.gone_years:
        raise IllegalTransition("与现在的日历完全一样，没有什么要改")
    if seen.gone_years and seen.orders.total:
        raise IllegalTransition(
            f"有 {seen.orders.total} 张未办结工单的时限在 {seen.gone_years[0]} 年，"
            "这一年不能从日历里去掉；可以按正确的通知重新录入"
        )
    before = _present(session, plan.days, plan.years)
    _write(session, plan)
    change = CalendarChange(
        at=now,
        actor_id=actor_id,
        summary=plan.summary,
        before=_plain(*before),
        after=_plain(plan.days, plan.years),
        undoes_id=plan.undoes_id,
    )
    session.add(change)
    session.flush()
    for year in seen.new_years:
        resolve(session, f"{MISSING_YEAR}:{year}")
    detail = {"summary": plan.summary, "days": len(seen.changes)}
    record(session, actor_id, "calendar_changed", "calendar_change", change.id, detail, now)
    return change


def _write(session: Session, plan: Plan) -> None:
    for year, source in plan.years.items():
        row = session.get(CalendarYear, year)
        if source is None and row is not None:
            session.delete(row)
        elif source is not None:
            session.merge(CalendarYear(year=year, source=source))
    for day, value in plan.days.items():
        if value is not None:
            session.merge(CalendarDay(day=day, is_workday=value[0], note=value[1]))
        elif (known := session.get(CalendarDay, day)) is not None:
            session.delete(known)
    session.flush()


def _present(
    session: Session, days: Mapping[date, Any], years: Mapping[int, Any]
) -> tuple[dict[date, DayValue], dict[int, str | None]]:
    """What the calendar now says of these days and years."""
    known = {
        row.day: (row.is_workday, row.note)
        for row in session.scalars(select(CalendarDay).where(CalendarDay.day.in_(list(days))))
    }
    sources = {
        row.year: row.source
        for row in session.scalars(select(CalendarYear).where(CalendarYear.year.in_(list(years))))
    }
    return {day: known.get(day) for day in days}, {year: sources.get(year) for year in years}


def _plain(days: Mapping[date, DayValue], years: Mapping[int, str | None]) -> dict[str, Any]:
    return {
        "days": {day.isoformat(): list(value) if value else None for day, value in days.items()},
        "years": {str(year): source for year, source in years.items()},
    }


def _stored(plain: Mapping[str, Any]) -> tuple[dict[date, DayValue], dict[int, str | None]]:
    days = {
        date.fromisoformat(day): (bool(value[0]), str(value[1])) if value else None
        for day, value in plain["days"].items()
    }
    return days, {int(year): source for year, source in plain["years"].items()}


def _token(session: Session, plan: Plan) -> str:
    """A short name for this plan on the calendar as it is."""
    known = session.execute(
        select(func.count(), func.max(CalendarChange.id)).select_from(CalendarChange)
    ).one()
    named = {**_plain(plan.days, plan.years), "summary": plan.summary, "after": list(known)}
    named["now"] = _plain(*_present(session, plan.days, plan.years))
    text = json.dumps(named, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _in_year(year: int) -> Any:
    return CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))


def missing_year(session: Session, now: datetime) -> int | None:
    """Next year, from November on, while it has not been entered: the notice is out by then."""
    local = now.astimezone(SHANGHAI)
    year = local.year + 1
    is_missing = local.month >= 11 and session.get(CalendarYear, year) is None
    return year if is_missing else None
