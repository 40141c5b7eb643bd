"""Clocks as a page shows them: what is left, the lines that derive it, the days as a strip."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.calendar import WorkingCalendar
from kb.clock import local_day
from kb.errors import CalendarUnknown
from kb.work_orders.state import State
from webapp import formats

MAX_STRIP_DAYS = 15
SOON = timedelta(hours=24)
_WEEK = "一二三四五六日"
_SKIPPED = re.compile(r"(?P<day>\d{4}-\d\d-\d\d) 周. (?P<why>.+)，不计")
_COUNTED = re.compile(r"(?P<label>第 \d+ 个工作日) (?P<when>\d{4}-\d\d-\d\d 周.)")
_ENDS = re.compile(r"(?P<label>起算|到期) (?P<when>.+)")


@dataclass(frozen=True)
class Clock:
    """One clock: ``kind`` is good, warn, bad or mute; ``at`` the exact moment it runs to."""

    kind: str
    text: str
    at: datetime | None = None


def resolve_clock(state: State, now: datetime) -> Clock:
    """办结时限: what is left, or how it ended."""
    if state.due_at is None:
        return Clock("mute", "派单后起算")
    if state.resolved_at is not None:
        if state.overdue(now):
            late = formats.duration(state.resolved_at - state.due_at)
            return Clock("bad", f"超期 {late}办结", state.due_at)
        return Clock("good", "按时办结", state.due_at)
    return _running(state.due_at, now)


def acknowledge_clock(state: State, now: datetime) -> Clock:
    """签收时限: what is left, or how it ended."""
    if state.acknowledge_due_at is None:
        return Clock("mute", "派单后起算")
    if state.acknowledged_at is None:
        return _running(state.acknowledge_due_at, now)
    if state.acknowledge_overdue(now):
        late = formats.duration(state.acknowledged_at - state.acknowledge_due_at)
        return Clock("bad", f"超期 {late}签收", state.acknowledge_due_at)
    taken = state.acknowledged_at - (state.dispatched_at or state.acknowledged_at)
    return Clock("good", f"{formats.duration(taken)}签收", state.acknowledged_at)


def _running(due: datetime, now: datetime) -> Clock:
    kind = "bad" if now > due else "warn" if due - now <= SOON else ""
    return Clock(kind, formats.remaining(due, now), due)


@dataclass(frozen=True)
class Line:
    """One line of a derivation; ``is_skipped`` days do not count."""

    label: str
    when: str
    note: str = ""
    is_skipped: bool = False


def derivation(steps: Sequence[str], *, is_promised: bool = False) -> list[Line]:
    """The stored steps as table rows; neighbouring days left out for one reason share a row."""
    lines: list[Line] = []
    for step in steps:
        if match := _SKIPPED.fullmatch(step):
            lines = _skip(lines, match["day"], match["why"])
        elif match := _COUNTED.fullmatch(step) or _ENDS.fullmatch(step):
            lines.append(Line(match["label"], match["when"]))
        else:
            lines.append(Line("推算", step))
    if lines and lines[0].label == "起算":
        note = "首次派单时刻，退单改派不重算" if is_promised else "派单时刻，不是签收时刻"
        lines[0] = Line("起算", lines[0].when, note)
    return lines


def _skip(lines: list[Line], day: str, why: str) -> list[Line]:
    last = lines[-1] if lines else None
    if last is not None and last.is_skipped and last.note == why:
        first = last.when.split(" 至 ")[0]
        return [*lines[:-1], Line("不计", f"{first} 至 {day}", why, is_skipped=True)]
    return [*lines, Line("不计", day, why, is_skipped=True)]


@dataclass(frozen=True)
class Day:
    """One cell of the strip. ``mark`` is 休, 班, 今 or empty; ``count`` the workday's number."""

    label: str
    weekday: str
    classes: str
    mark: str = ""
    count: str = ""


def strip(calendar: WorkingCalendar, start: datetime, due: datetime, now: datetime) -> list[Day]:
    """The days from dispatch to the due time; empty when they are too many or not all known."""
    first, last, today = local_day(start), local_day(due), local_day(now)
    if not 1 <= (last - first).days < MAX_STRIP_DAYS:
        return []
    try:
        return _cells(calendar, first, last, today)
    except CalendarUnknown:
        return []


def _cells(calendar: WorkingCalendar, first: date, last: date, today: date) -> list[Day]:
    cells, counted = [], 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        is_work = calendar.is_workday(day)
        counted += is_work and day > first
        classes = ["off"] if not is_work else ["mk"] if day.weekday() >= 5 else []
        classes += ["now"] * (day == today) + ["due"] * (day == last)
        usual = "班" if is_work and day.weekday() >= 5 else "" if is_work else "休"
        count = "派单" if day == first else str(counted) if is_work else ""
        label = f"{day.month}/{day.day}" if day in (first, last) or day.day == 1 else str(day.day)
        mark = usual or ("今" if day == today else "")
        cells.append(Day(label, f"周{_WEEK[day.weekday()]}", " ".join(classes), mark, count))
    return cells
