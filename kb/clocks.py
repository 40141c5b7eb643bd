"""Clocks of an order: when each runs out, line by line; extension and pause. No database here.

A clock starts at dispatch. Outside office hours an order of a class that ``Hours.always`` names,
or of one that ``Hours.on_duty`` names and that somebody on duty receives, starts at once; every
other waits for the next opening.
"""

from datetime import date, datetime, time, timedelta

from kb.calendar import (
    OFFICE_HOURS,
    Deadline,
    Limit,
    OfficeHours,
    WorkingCalendar,
    count_workdays,
    deadline,
    next_workday,
    opening,
    say,
)
from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.profile import Profile
from kb.terms import ClockKind
from kb.time_limits import Matter


def promise(
    calendar: WorkingCalendar,
    profile: Profile,
    kind: ClockKind,
    matter: Matter,
    start: datetime,
    *,
    is_on_duty: bool = False,
) -> Deadline:
    """The due time of one clock of an order, by the city's limits.

    :param start: the dispatch, or what else starts this clock (the reply for 回访 …).
    :param is_on_duty: the unit serves 7×24, or its roster names somebody for ``start``.
    :returns: with the limit, so that it can be kept beside what was promised.
    :raises CalendarUnknown: a needed year has not been entered.
    """
    chosen = profile.limits.chosen(kind, matter)
    origin = f"{matter.urgency.label}件" if not chosen.because else chosen.because
    notes = [f"{kind.label}时限 {chosen.limit}（{origin}）"]
    hours = profile.hours
    runs = matter.urgency in hours.always or (is_on_duty and matter.urgency in hours.on_duty)
    is_now = runs and not _is_put_off(calendar, start, chosen.limit)
    if is_now and not _is_open(calendar, start, hours.office):
        who = "有人值班" if is_on_duty else "不等上班"
        notes.append(f"{matter.urgency.label}件{who}，立即起算")
    return deadline(calendar, start, chosen.limit, hours=hours.office, waits=not runs, notes=notes)


def _is_put_off(calendar: WorkingCalendar, start: datetime, limit: Limit) -> bool:
    """工作日 are counted from the next workday, whoever is there on a day of rest."""
    return limit.in_workdays and not calendar.is_workday(start.astimezone(SHANGHAI).date())


def _is_open(calendar: WorkingCalendar, start: datetime, hours: OfficeHours) -> bool:
    local = start.astimezone(SHANGHAI)
    return calendar.is_workday(local.date()) and hours.opens <= local.time() < hours.closes


def extended(
    calendar: WorkingCalendar,
    due_at: datetime,
    by: Limit,
    *,
    first_due_at: datetime,
    most: Limit,
    hours: OfficeHours = OFFICE_HOURS,
) -> Deadline:
    """延期: the due instant moved on by ``by``, counted as if the limit began at the old one.

    :param first_due_at: the due instant before any extension.
    :param most: how far all extensions together may move it from there.
    :raises InvalidInput: that is farther than allowed; the sentence says how far it may go.
    :raises CalendarUnknown: a needed year has not been entered.
    """
    found = deadline(calendar, due_at, by, hours=hours)
    last = deadline(calendar, first_due_at, most, hours=hours).due_at
    if found.due_at > last:
        problem = (
            f"延期合计最多 {most}，即到 {say(last)}；再延 {by} 就到 {say(found.due_at)} 了，请改短"
        )
        raise InvalidInput(problem, {"by": problem})
    return Deadline(found.due_at, (f"原到期 {say(_local(due_at))}", f"延期 {by}", *found.steps[1:]))


def moved_by_pause(
    calendar: WorkingCalendar,
    due_at: datetime,
    limit: Limit,
    *,
    paused_at: datetime,
    resumed_at: datetime,
    hours: OfficeHours = OFFICE_HOURS,
) -> Deadline:
    """挂起 ended: the due instant moved on by the paused stretch, counted as the limit counts.

    For minutes, hours and 自然日 that is all the time between. For 工作日 it is the office hours
    between, a day of them moving the due time by one 工作日: what was left at the pause is left
    again when it ends, and no due time falls into the night because of a pause.

    :raises ValueError: the pause ends before it begins.
    :raises CalendarUnknown: a needed year has not been entered.
    """
    if resumed_at < paused_at:
        raise ValueError("a pause cannot end before it begins")
    due, paused, resumed = _local(due_at), _local(paused_at), _local(resumed_at)
    steps = [f"原到期 {say(due)}", f"挂起 {say(paused)} 至 {say(resumed)}"]
    if not limit.in_workdays:
        due += resumed - paused
        steps.append(f"停了 {_length(resumed - paused)}，顺延到 {say(due)}")
        return Deadline(due, tuple(steps))
    length = _since_midnight(hours.closes) - _since_midnight(hours.opens)
    days, rest = divmod(_open_time(calendar, paused, resumed, hours, length), length)
    steps.append(f"停了 {_workday_length(days, rest)}（只计工作时间）")
    due = _move(calendar, due, days, rest, hours, steps)
    return Deadline(due, (*steps, f"到期 {say(due)}"))


def _open_time(
    calendar: WorkingCalendar,
    begins: datetime,
    ends: datetime,
    hours: OfficeHours,
    length: timedelta,
) -> timedelta:
    """The office hours between two moments; ``length`` is a whole day of them."""
    first, at_first = _place(calendar, begins, hours)
    last, at_last = _place(calendar, ends, hours)
    days = 0
    while first < last:
        first = next_workday(calendar, first, [])
        days += 1
    return max(length * days + at_last - at_first, timedelta(0))


def _place(
    calendar: WorkingCalendar, moment: datetime, hours: OfficeHours
) -> tuple[date, timedelta]:
    """The workday a moment belongs to, and how much of its office hours is over."""
    if not calendar.is_workday(moment.date()):
        return next_workday(calendar, moment.date(), []), timedelta(0)
    time_of_day = min(max(moment.time(), hours.opens), hours.closes)
    return moment.date(), _since_midnight(time_of_day) - _since_midnight(hours.opens)


def _move(
    calendar: WorkingCalendar,
    due: datetime,
    days: int,
    rest: timedelta,
    hours: OfficeHours,
    steps: list[str],
) -> datetime:
    """``days`` workdays and ``rest`` (less than a day of office hours) after ``due``."""
    due = opening(calendar, due, hours, steps, is_strict=bool(rest))
    day = count_workdays(calendar, due.date(), days, steps)
    due = datetime.combine(day, due.time(), SHANGHAI) + rest
    closes = datetime.combine(day, hours.closes, SHANGHAI)
    if not rest or due <= closes:
        return due
    return datetime.combine(next_workday(calendar, day, steps), hours.opens, SHANGHAI) + (
        due - closes
    )


def _since_midnight(time_of_day: time) -> timedelta:
    return timedelta(
        hours=time_of_day.hour,
        minutes=time_of_day.minute,
        seconds=time_of_day.second,
        microseconds=time_of_day.microsecond,
    )


def _local(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI)


def _length(stretch: timedelta) -> str:
    """``2 天 3 小时 5 分钟``; seconds are left out."""
    hours, minutes = divmod(stretch.seconds // 60, 60)
    parts = ((stretch.days, "天"), (hours, "小时"), (minutes, "分钟"))
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "不到 1 分钟"


def _workday_length(days: int, rest: timedelta) -> str:
    if not days:
        return _length(rest)
    return f"{days} 个工作日" + (f"又 {_length(rest)}" if rest >= timedelta(minutes=1) else "")
