"""``kb deadline``: a due time with its derivation, line by line."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.calendar import (
    Deadline,
    Limit,
    WorkingCalendar,
    deadline,
    load_calendar,
    shipped_calendar,
)
from kb.clock import SHANGHAI
from kb.clocks import extended, moved_by_pause, promise
from kb.current_profile import Profiles
from kb.db import Database
from kb.errors import InvalidInput
from kb.migrations.run import current
from kb.profile import Profile, load_data, load_profile
from kb.profile_limits import read_term
from kb.terms import ClockKind, Purpose, Urgency
from kb.time_limits import Matter
from webapp.cli.main import kb, print_json, require_current, speaks
from webapp.demo_city import start_data
from webapp.settings import Settings

_EXTENSION = re.compile(r"延期\s*(.+)")
_PAUSE = re.compile(r"挂起\s*(.+?)\s*至\s*(.+)")
_YEARS = range(1900, 3000)


@kb.command("deadline")
@click.option("--from", "start", required=True, help="起算时刻（北京时间），如 2026-09-30 16:30")
@click.option("--limit", "limit_text", help="时限：数量加 分钟、小时、自然日、工作日")
@click.option("--clock", help="不写 --limit 时，按城市方案取哪种时限：签收、退单、办结……")
@click.option("--urgency", default=Urgency.NORMAL.label, help="紧急程度：特急、紧急、一般")
@click.option("--category", default="", help="诉求分类，如 公用事业/供水")
@click.option("--purpose", default=Purpose.OTHER.label, help="诉求目的，如 咨询")
@click.option("--on-duty", is_flag=True, help="承办单位 7×24 或当时有人值班")
@click.option("--waits", is_flag=True, help="与 --limit 同用：非工作时间起算的，从下一个上班时刻算")
@click.option("--then", "changes", multiple=True, help="“延期 3 工作日”或“挂起 时刻 至 时刻”")
@click.option("--profile", "profile_path", type=click.Path(path_type=Path), help="城市方案文件")
@click.option("--json", "as_json", is_flag=True)
@speaks
def deadline_command(
    start: str,
    limit_text: str | None,
    clock: str | None,
    urgency: str,
    category: str,
    purpose: str,
    on_duty: bool,
    waits: bool,
    changes: tuple[str, ...],
    profile_path: Path | None,
    as_json: bool,
) -> None:
    """推算到期时刻，逐行写明依据。"""
    if (limit_text is None) == (clock is None):
        raise InvalidInput("请用 --limit 写明时限，或用 --clock 写明按城市方案取哪种时限，二选一")
    starts_at = read_moment(start)
    calendar, profile = _calendar_and_profile(profile_path)
    if limit_text is not None:
        limit = Limit.parse(limit_text)
        hours = profile.hours.office
        found = deadline(calendar, starts_at, limit, hours=hours, waits=waits)
    else:
        kind = read_term(ClockKind, clock, "--clock")
        matter = Matter(
            read_term(Urgency, urgency, "--urgency"),
            category,
            read_term(Purpose, purpose, "--purpose"),
        )
        limit = profile.limits.chosen(kind, matter).limit
        found = promise(calendar, profile, kind, matter, starts_at, is_on_duty=on_duty)
    found = changed(calendar, profile, found, limit, changes)
    due = found.due_at.astimezone(SHANGHAI)
    if as_json:
        print_json({"due_at": due.isoformat(), "steps": list(found.steps)})
        return
    for step in found.steps:
        click.echo(step)


def changed(
    calendar: WorkingCalendar,
    profile: Profile,
    found: Deadline,
    limit: Limit,
    changes: Sequence[str],
) -> Deadline:
    """What 延期 and 挂起 make of a due time, one after the other; the lines go on.

    :raises InvalidInput: a change cannot be read, or goes farther than the profile allows.
    """
    first, hours = found.due_at, profile.hours.office
    for change in changes:
        if match := _EXTENSION.fullmatch(change.strip()):
            most = profile.limits.extension
            by = Limit.parse(match[1])
            after = extended(calendar, found.due_at, by, first_due_at=first, most=most, hours=hours)
        elif match := _PAUSE.fullmatch(change.strip()):
            paused, resumed = read_moment(match[1]), read_moment(match[2])
            if resumed < paused:
                raise InvalidInput(f"“{change}”：挂起的结束不能早于开始")
            span = {"paused_at": paused, "resumed_at": resumed}
            after = moved_by_pause(calendar, found.due_at, limit, hours=hours, **span)
            # What the pause moved is no extension: the bound for extensions moves with it.
            first = moved_by_pause(calendar, first, limit, hours=hours, **span).due_at
        else:
            raise InvalidInput(f"看不懂“{change}”，应写作“延期 3 工作日”或“挂起 时刻 至 时刻”")
        found = Deadline(after.due_at, (*found.steps, *after.steps))
    return found


def read_moment(text: str) -> datetime:
    """City time such as ``2026-09-30 16:30``, as an instant.

    :raises InvalidInput: it is no moment, or of a year outside 1900 to 2999.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(f"看不懂时刻“{text}”，应写作 2026-09-30 16:30") from error
    if moment.year not in _YEARS:
        raise InvalidInput(f"“{text}”的年份不对，应在 1900 至 2999 之间")
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _calendar_and_profile(path: Path | None) -> tuple[WorkingCalendar, Profile]:
    """The installation's; before ``kb setup`` the calendar that the program brings along."""
    settings = Settings.from_env()
    database = Database(settings.database_url)
    try:
        if current(database.engine) is None:
            return shipped_calendar(), _from_file(path or settings.profile)
        require_current(database)
        with database.reading() as session:
            calendar, start = load_calendar(session), start_data(session)
        if path:
            return calendar, load_profile(path)
        if settings.profile:
            start = load_data(Path(settings.profile))
        return calendar, Profiles(database, start).current()
    finally:
        database.close()


def _from_file(path: Path | str) -> Profile:
    return load_profile(Path(path)) if path else Profile()
