"""工作日 by the official calendar: the plain week, holidays and make-up workdays (调休).

A year nobody has entered is an error that says so; it is never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import SHANGHAI
from kb.errors import CalendarUnknown, InvalidInput
from kb.models import CalendarDay, CalendarYear

OPENS, CLOSES = time(9, 0), time(17, 30)
UNITS = ("分钟", "小时", "自然日", "工作日")
MAX_AMOUNT = 100_000


@dataclass(frozen=True)
class WorkingCalendar:
    """The years that are known and the days in them that differ from the plain week."""

    years: frozenset[int]
    exceptions: Mapping[date, tuple[bool, str]]

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on ``day``.

        :raises CalendarUnknown: the year has not been entered.
        """
        if day.year not in self.years:
            raise CalendarUnknown(
                f"{day.year} 年的放假安排还没有录入，算不出工作日；请管理员录入国务院公布的安排",
                year=day.year,
            )
        known = self.exceptions.get(day)
        return known[0] if known is not None else day.weekday() < 5

    def note(self, day: date) -> str:
        """Why the day differs from the plain week; empty when it does not."""
        known = self.exceptions.get(day)
        return known[1] if known is not None else ""


@dataclass(frozen=True)
class Limit:
    """A time limit: ``5 工作日``, ``30 分钟``."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read ``"2 工作日"``.

        :raises InvalidInput: not a whole number from 1 to ``MAX_AMOUNT`` with a known unit.
        """
        for unit in UNITS:
            head = text.strip().removesuffix(unit).strip()
            if not text.strip().endswith(unit) or not head.isdecimal() or len(head) > 6:
                continue
            if 0 < int(head) <= MAX_AMOUNT:
                return cls(int(head), unit)
        raise InvalidInput(f"看不懂时限“{text}”，应写作“30 分钟”“2 工作日”这样的形式")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True)
class Deadline:
    """A due instant with the lines that derive it."""

    due_at: datetime
    steps: tuple[str, ...]


def deadline(calendar: WorkingCalendar, start: datetime, limit: Limit) -> Deadline:
    """When a limit that starts at ``start`` runs out.

    Minutes, hours and 自然日 run through nights and holidays. n 工作日 end at the same time of day
    n workdays later; a start outside a workday counts from the next workday's opening.

    :raises CalendarUnknown: a needed year has not been entered.
    """
    local = start.astimezone(SHANGHAI)
    steps = [f"起算 {_say(local)}"]
    if limit.unit == "分钟":
        local += timedelta(minutes=limit.amount)
    elif limit.unit == "小时":
        local += timedelta(hours=limit.amount)
    elif limit.unit == "自然日":
        local += timedelta(days=limit.amount)
    else:
        return _workdays(calendar, local, limit.amount, steps)
    return Deadline(local, (*steps, f"加 {limit}，到 {_say(local)}"))


def _workdays(
    calendar: WorkingCalendar, local: datetime, amount: int, steps: list[str]
) -> Deadline:
    if not calendar.is_workday(local.date()):
        day = _next_workday(calendar, local.date(), steps)
        local = datetime.combine(day, OPENS, SHANGHAI)
        steps.append(f"非工作时间起算，从 {_say(local)} 算起")
    day = local.date()
    for count in range(1, amount + 1):
        day = _next_workday(calendar, day, steps)
        steps.append(f"第 {count} 个工作日 {_day(day)}")
    due = datetime.combine(day, local.timetz())
    return Deadline(due, (*steps, f"到期 {_say(due)}"))


def _next_workday(calendar: WorkingCalendar, day: date, steps: list[str]) -> date:
    day += timedelta(days=1)
    while not calendar.is_workday(day):
        steps.append(f"{_day(day)} {calendar.note(day) or '周末'}，不计")
        day += timedelta(days=1)
    return day


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d} 周{'一二三四五六日'[day.weekday()]}"


def _say(instant: datetime) -> str:
    return f"{_day(instant.date())} {instant:%H:%M}"


def load_calendar(session: Session, start: datetime | None = None) -> WorkingCalendar:
    """The calendar as entered in the database.

    :param start: where the limits to be computed begin; two years from there are enough for any
        limit, and loading only them is ten times quicker. None loads every year.
    """
    query = select(CalendarDay)
    if start is not None:
        first = start.astimezone(SHANGHAI).date() - timedelta(days=1)
        query = query.where(CalendarDay.day.between(first, first + timedelta(days=800)))
    days = session.scalars(query)
    return WorkingCalendar(
        frozenset(session.scalars(select(CalendarYear.year))),
        {row.day: (row.is_workday, row.note) for row in days},
    )


def seed_calendar(session: Session) -> list[int]:
    """Enter every year chinesecalendar knows and the table does not; returns those years."""
    known = set(session.scalars(select(CalendarYear.year)))
    holidays, workdays = chinese_calendar.holidays, chinese_calendar.workdays
    years = sorted({day.year for day in (*holidays, *workdays)} - known)
    for year in years:
        session.add(CalendarYear(year=year, source="国务院办公厅节假日安排（chinesecalendar）"))
    for table, is_workday in ((holidays, False), (workdays, True)):
        for day, name in table.items():
            if day.year in years:
                label = chinese_calendar.Holiday(name).chinese
                note = f"{label}调休上班" if is_workday else f"{label}放假"
                session.merge(CalendarDay(day=day, is_workday=is_workday, note=note))
    session.flush()
    return years
