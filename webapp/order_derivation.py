"""How a due time came about: its lines as table rows, and the days as a strip."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kb.calendar import WorkingCalendar
from kb.clock import local_day
from kb.errors import CalendarUnknown
from kb.work_orders.state import State

MAX_STRIP_DAYS = 15
_WEEK = "一二三四五六日"
_WHEN = r"\d{4}-\d\d-\d\d 周."
_SKIPPED = re.compile(rf"(?P<when>{_WHEN}) (?P<why>.+)，不计")
_COUNTED = re.compile(rf"第 (?P<number>\d+) 个工作日 (?P<when>{_WHEN})")
# Every other sentence of kb.calendar and kb.clocks: label, what stands in the middle, the note.
_OTHERS = (
    (re.compile(r"(?P<label>停了 .+)，顺延到 (?P<when>.+)"), ""),
    (re.compile(r"(?P<label>起算|到期|原到期|延期|挂起|停了) (?P<when>.+)"), ""),
    (re.compile(r".+?时限 (?P<when>.+)（(?P<note>.+)）"), "时限"),
    (re.compile(r"(?P<note>非工作时间起算)，从 (?P<when>.+) 算起"), "从上班算起"),
    (re.compile(r"(?P<label>加 .+)，到 (?P<when>.+)"), ""),
)

# By whether the day was counted: how it was taken, and what the calendar says of it now.
_DIFFERS = {True: "承诺时算工作日，现在是休息日", False: "承诺时不计，现在是工作日"}


@dataclass(frozen=True)
class Line:
    """One line; days with ``is_skipped`` do not count, ``days`` is how many it stands for."""

    label: str
    when: str
    note: str = ""
    is_skipped: bool = False
    days: int = 1
    first: int = 0  # the first workday of a run, by its number; 0 is none


def derivation(steps: Sequence[str], *, today: date, begun: str = "") -> tuple[Line, ...]:
    """The stored steps as table rows; days left out for one reason, and days counted one after
    the other, share a row. The year is said only where it is not this year.

    :param begun: what started the clock, in words.
    """
    lines: list[Line] = []
    for step in steps:
        line = _line(step)
        if (
            lines
            and line.label == "原到期"
            and (lines[-1].label, lines[-1].when)
            == (
                "到期",
                line.when,
            )
        ):
            lines.pop()  # what it was moved from, said once
        last = lines[-1] if lines else None
        joined = _joined(last, line) if last is not None else None
        if joined is not None:
            lines[-1] = joined
        else:
            lines.append(line)
    if lines and lines[0].label == "起算":
        lines[0] = replace(lines[0], note=begun)
    return tuple(replace(line, when=_short(line.when, today)) for line in lines)


def _short(when: str, today: date) -> str:
    return when.replace(f"{today.year}-", "")


def changed(calendar: WorkingCalendar, steps: Sequence[str], *, today: date) -> tuple[Line, ...]:
    """The days that the calendar of today counts otherwise than the stored steps did: what was
    promised stays, so the strip and the calendar differ there."""
    found: list[Line] = []
    for step in steps:
        match = _COUNTED.fullmatch(step) or _SKIPPED.fullmatch(step)
        if match is None:
            continue
        is_counted = match.re is _COUNTED
        day = date.fromisoformat(match["when"][:10])
        try:
            is_workday = calendar.is_workday(day)
        except CalendarUnknown:
            continue
        if is_workday != is_counted:
            when = _short(match["when"], today)
            found.append(Line("日历后来改了", when, _DIFFERS[is_counted]))
    if found:
        found.append(Line("说明", "", "已承诺的到期时间不随日历变；要按现在的日历，由督办重算时限"))
    return tuple(found)


def _line(step: str) -> Line:
    if match := _SKIPPED.fullmatch(step):
        return Line("不计", match["when"], match["why"], is_skipped=True)
    if match := _COUNTED.fullmatch(step):
        number = int(match["number"])
        is_weekend = match["when"][-1] in "六日"
        note = "调休上班，计入" if is_weekend else ""
        return Line(f"第 {number} 个工作日", match["when"], note, first=number)
    for pattern, label in _OTHERS:
        if match := pattern.fullmatch(step):
            found = match.groupdict()
            return Line(found.get("label") or label, found["when"], found.get("note") or "")
    return Line("说明", "", step)


def _joined(last: Line, line: Line) -> Line | None:
    """Both as one line, when they say the same of days that follow each other."""
    days = last.days + 1
    begins = last.when.split(" 至 ")[0]
    if last.is_skipped and line.is_skipped and _why(last) == line.note:
        return replace(
            last, when=f"{begins} 至 {line.when}", note=f"{line.note} {days} 天", days=days
        )
    if last.first and line.first == last.first + last.days and not (last.note or line.note):
        label = f"第 {last.first}—{line.first} 个工作日"
        return replace(last, label=label, when=f"{begins} 至 {line.when}", days=days)
    return None


def _why(line: Line) -> str:
    return line.note.removesuffix(f" {line.days} 天")


@dataclass(frozen=True)
class Day:
    """One cell of the strip. ``mark`` is 休, 班, 今 or empty; ``count`` the workday's number."""

    label: str
    weekday: str
    classes: str
    mark: str = ""
    count: str = ""


def strip(
    calendar: WorkingCalendar, state: State, start: datetime, now: datetime
) -> tuple[Day, ...]:
    """The days from ``start`` (the first dispatch, or the reopening) to the due time, numbered as
    the derivation numbers them.

    Empty when there is no due time, the days are too many, or not all of them are known.
    """
    if state.due_at is None:
        return ()
    first, last = local_day(start), local_day(state.due_at)
    if not 1 <= (last - first).days < MAX_STRIP_DAYS:
        return ()
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    try:
        works = [calendar.is_workday(day) for day in days]
    except CalendarUnknown:
        return ()
    counts = {first.isoformat(): "重办" if state.reopens else "派单"} | _numbered(state.due_steps)
    ends = {first, last}
    return tuple(
        _cell(day, is_work, counts.get(day.isoformat(), ""), ends, local_day(now), last)
        for day, is_work in zip(days, works, strict=True)
    )


def _numbered(steps: Sequence[str]) -> dict[str, str]:
    """``{"2026-05-08": "1", …}``: the number of each counted day."""
    counted = [match for step in steps if (match := _COUNTED.fullmatch(step))]
    return {match["when"][:10]: match["number"] for match in counted}


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
