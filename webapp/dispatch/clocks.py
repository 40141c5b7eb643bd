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


def strip(calendar: WorkingCalendar, state: State, start: datetime, now: datetime) -> list[Day]:
    """The days from the first dispatch to the due time, numbered as the derivation numbers them.

    Empty when there is no due time, the days are too many, or not all of them are known.
    """
    if state.due_at is None:
        return []
    first, last = local_day(start), local_day(state.due_at)
    if not 1 <= (last - first).days < MAX_STRIP_DAYS:
        return []
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    try:
        works = [calendar.is_workday(day) for day in days]
    except CalendarUnknown:
        return []
    counts = {first.isoformat(): "派单"} | _numbered(state.due_steps)
    ends = {first, last}
    return [
        _cell(day, is_work, counts.get(day.isoformat(), ""), ends, local_day(now), last)
        for day, is_work in zip(days, works, strict=True)
    ]


def _numbered(steps: Sequence[str]) -> dict[str, str]:
    """``{"2026-05-08": "1", …}``: the number of each counted day."""
    counted = [match for step in steps if (match := _COUNTED.fullmatch(step))]
    return {match["when"][:10]: match["label"].split(" ")[1] for match in counted}


def _cell(day: date, is_work: bool, count: str, ends: set[date], today: date, last: date) -> Day:
    is_weekend = day.weekday() >= 5
    classes = ["off"] if not is_work else ["mk"] if is_weekend else []
    classes += ["now"] * (day == today) + ["due"] * (day == last)
    usual = "班" if is_work and is_weekend else "" if is_work else "休"
    is_dated = day in ends or day.day == 1
    return Day(
        f"{day.month}/{day.day}" if is_dated else str(day.day),
        f"周{_WEEK[day.weekday()]}",
        " ".join(classes),
        usual or ("今" if day == today else ""),
        count,
    )
