"""工作日 by the official calendar: the plain week, holidays and make-up workdays (调休).

A year nobody has entered is an error that says so; it is never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kb.clock import SHANGHAI
from kb.errors import CalendarUnknown, InvalidInput
from kb.models import CalendarDay, CalendarYear

UNITS = ("分钟", "小时", "自然日", "工作日")
MAX_AMOUNT = 100_000
SHIPPED_SOURCE = "国务院办公厅节假日安排（chinesecalendar）"


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
                f"{day.year} 年的放假安排还没有录入，算不出工作日；"
                "请管理员在“管理—工作日历”录入国务院公布的安排",
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

    @property
    def in_workdays(self) -> bool:
        """True when only workdays count; the other units run through nights and holidays."""
        return self.unit == "工作日"

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True)
class OfficeHours:
    """When offices are open on a workday, in city time; ``closes`` is no longer inside."""

    opens: time = time(9, 0)
    closes: time = time(17, 30)


OFFICE_HOURS = OfficeHours()


@dataclass(frozen=True)
class Deadline:
    """A due instant with the lines that derive it."""

    due_at: datetime
    steps: tuple[str, ...]


def deadline(
    calendar: WorkingCalendar,
    start: datetime,
    limit: Limit,
    *,
    hours: OfficeHours = OFFICE_HOURS,
    waits: bool = False,
    notes: Sequence[str] = (),
) -> Deadline:
    """When a limit that starts at ``start`` runs out.

    Minutes, hours and 自然日 run through nights and holidays. n 工作日 end at the same time of day
    n workdays later; a start outside a workday counts from the next workday's opening.

    :param waits: nobody is there at night: a start outside office hours counts from the next
        opening, whatever the limit's unit.
    :param notes: lines to go below the start, e.g. where the limit comes from.
    :raises CalendarUnknown: a needed year has not been entered.
    """
    local = start.astimezone(SHANGHAI)
    steps = [f"起算 {say(local)}", *notes]
    if waits or limit.in_workdays:
        begins = opening(calendar, local, hours, steps, is_strict=waits)
        if begins != local:
            steps.append(f"非工作时间起算，从 {say(begins)} 算起")
        local = begins
    if limit.in_workdays:
        due = datetime.combine(
            count_workdays(calendar, local.date(), limit.amount, steps), local.timetz()
        )
        return Deadline(due, (*steps, f"到期 {say(due)}"))
    due = local + natural(limit)
    return Deadline(due, (*steps, f"加 {limit}，到 {say(due)}"))


def natural(limit: Limit) -> timedelta:
    """How long a limit in minutes, hours or 自然日 is.

    :raises KeyError: it is one of 工作日.
    """
    return _LENGTHS[limit.unit] * limit.amount


_LENGTHS = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "自然日": timedelta(days=1)}


def opening(
    calendar: WorkingCalendar,
    local: datetime,
    hours: OfficeHours,
    steps: list[str],
    *,
    is_strict: bool,
) -> datetime:
    """The moment itself if offices work then, else when they open next.

    :param is_strict: also leave out the nights of a workday; else every hour of a workday counts.
    :param steps: gets a line for each day that is left out.
    """
    if not calendar.is_workday(local.date()):
        return datetime.combine(next_workday(calendar, local.date(), steps), hours.opens, SHANGHAI)
    if is_strict and local.time() < hours.opens:
        return datetime.combine(local.date(), hours.opens, SHANGHAI)
    if is_strict and local.time() >= hours.closes:
        return datetime.combine(next_workday(calendar, local.date(), steps), hours.opens, SHANGHAI)
    return local


def count_workdays(calendar: WorkingCalendar, day: date, amount: int, steps: list[str]) -> date:
    """The workday ``amount`` workdays after ``day``, with a line for each day on the way."""
    for count in range(1, amount + 1):
        day = next_workday(calendar, day, steps)
        steps.append(f"第 {count} 个工作日 {say_day(day)}")
    return day


def next_workday(calendar: WorkingCalendar, day: date, steps: list[str]) -> date:
    """The first workday after ``day``; ``steps`` gets a line for each day left out."""
    day += timedelta(days=1)
    while not calendar.is_workday(day):
        steps.append(f"{say_day(day)} {calendar.note(day) or '周末'}，不计")
        day += timedelta(days=1)
    return day


def say_day(day: date) -> str:
    """``2026-10-08 周四``."""
    return f"{day:%Y-%m-%d} 周{'一二三四五六日'[day.weekday()]}"


def say(instant: datetime) -> str:
    """``2026-10-08 周四 16:30``, in the zone the instant carries."""
    return f"{say_day(instant.date())} {instant:%H:%M}"


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
    shipped = shipped_calendar()
    years = sorted(shipped.years - known)
    for year in years:
        session.add(CalendarYear(year=year, source=SHIPPED_SOURCE))
    new = {day: stated for day, stated in shipped.exceptions.items() if day.year in years}
    entered = select(CalendarDay).where(CalendarDay.day.in_(new))
    for row in session.scalars(entered) if new else ():
        row.is_workday, row.note = new.pop(row.day)
    session.flush()
    if new:
        rows = [
            {"day": day, "is_workday": is_workday, "note": note}
            for day, (is_workday, note) in new.items()
        ]
        session.execute(insert(CalendarDay), rows)
    return years


def shipped_calendar() -> WorkingCalendar:
    """The official years that the program brings along (chinesecalendar)."""
    exceptions: dict[date, tuple[bool, str]] = {}
    for table, is_workday in (
        (chinese_calendar.holidays, False),
        (chinese_calendar.workdays, True),
    ):
        for day, name in table.items():
            label = chinese_calendar.Holiday(name).chinese
            exceptions[day] = (is_workday, f"{label}{'调休上班' if is_workday else '放假'}")
    return WorkingCalendar(frozenset(day.year for day in exceptions), exceptions)
