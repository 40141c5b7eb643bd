"""Who answers for the demo city's units at night and on holidays, put in by the duty service."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.calendar import OfficeHours, WorkingCalendar, load_calendar
from kb.clock import local_day
from kb.models import Unit
from kb.services import duty
from kb.terms import DutyPeriod

_FILE = Path(__file__).parent / "duty.toml"
WEEKS = 5
_DAY = timedelta(days=1)
Stretch = tuple[date, date]


def write_duty(
    session: Session, units: Mapping[str, Unit], *, hours: OfficeHours, admin: Actor, now: datetime
) -> None:
    """Nights of the coming weeks, days of rest in them, and the next holiday, its nights too."""
    calendar, today = load_calendar(session), local_day(now)
    for row in tomllib.loads(_FILE.read_text("utf-8"))["units"]:
        unit_id = units[row["unit"]].id
        if "always" in row:
            duty.set_service(
                session,
                unit_id,
                serves_always=True,
                phone=row["always"],
                seen_rev=0,
                actor=admin,
                now=now,
            )
        for (first, last), period, person in _shifts(calendar, today, row.get("people", [])):
            duty.add_shifts(
                session,
                unit_id,
                first=first,
                last=last,
                period=period,
                name=person["name"],
                phone=person["phone"],
                hours=hours,
                actor=admin,
                now=now,
            )
        for level, leader in enumerate(row.get("leaders", []), start=1):
            duty.add_leader(
                session,
                unit_id,
                level=level,
                name=leader["name"],
                post=leader["post"],
                email=f"leader{level}.{unit_id}@yunting.example",
                actor=admin,
                now=now,
            )


def _shifts(
    calendar: WorkingCalendar, today: date, people: list[dict[str, Any]]
) -> Iterator[tuple[Stretch, DutyPeriod, dict[str, Any]]]:
    """Whoever has a week's nights has the days of the week after."""
    if not people:
        return
    first, last = today - _DAY, today + timedelta(weeks=WEEKS)  # last night is not over yet
    holiday = _next_holiday(calendar, today)
    nights = [(first, last)]
    if holiday[1] > last:
        nights.append((max(holiday[0], last + _DAY), holiday[1]))
    for stretch in nights:
        for week in _weeks(*stretch):
            yield week, DutyPeriod.NIGHT, people[_turn(week[0]) % len(people)]
        for rest in _rest(calendar, *stretch):
            yield rest, DutyPeriod.DAY, people[(_turn(rest[0]) + 1) % len(people)]


def _turn(day: date) -> int:
    return (day.toordinal() - 1) // 7  # changes on Mondays


def _weeks(first: date, last: date) -> Iterator[Stretch]:
    while first <= last:
        end = min(first + timedelta(days=6 - first.weekday()), last)
        yield first, end
        first = end + _DAY


def _rest(calendar: WorkingCalendar, first: date, last: date) -> Iterator[Stretch]:
    """The days of rest within a stretch, those beside one another together."""
    day = first
    while day <= last:
        if calendar.is_workday(day):
            day += _DAY
            continue
        begun = day
        while day + _DAY <= last and not calendar.is_workday(day + _DAY):
            day += _DAY
        yield begun, day
        day += _DAY


def _next_holiday(calendar: WorkingCalendar, today: date) -> Stretch:
    """The next days off with a name, and the weekend beside them."""
    first = min(
        day
        for day, (is_workday, note) in calendar.exceptions.items()
        if not is_workday and note and day >= today
    )
    last = first
    while (last + _DAY).year in calendar.years and not calendar.is_workday(last + _DAY):
        last += _DAY
    return first, last
