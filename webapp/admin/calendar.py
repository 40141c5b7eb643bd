"""管理: the working calendar; every change is previewed, kept, and can be taken back."""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from kb.calendar import WorkingCalendar, load_calendar
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import CalendarChange, CalendarYear
from kb.services import calendar_editing as editing
from webapp.admin.blueprint import bp, page_number
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

PAGE = 10


@dataclass(frozen=True)
class Cell:
    """One day of a month; ``mark`` is 休, 班 or empty."""

    day: date
    classes: str
    mark: str
    note: str


@bp.get("/calendar")
def calendar() -> str:
    """One year month by month, the forms that change it, and what was changed before."""
    return _page({}, {})


def _page(problems: Mapping[str, str], typed: Mapping[str, str]) -> str:
    now = services().clock()
    today, known = local_day(now), _years()
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in known else None
    year = year or (today.year if today.year in known else max(known, default=0))
    working = load_calendar(db())
    total = db().scalar(select(func.count()).select_from(CalendarChange)) or 0
    page = page_number()
    history = db().scalars(
        select(CalendarChange)
        .order_by(CalendarChange.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .options(selectinload(CalendarChange.actor))
    )
    undone = set(
        db().scalars(select(CalendarChange.undoes_id).where(CalendarChange.undoes_id.is_not(None)))
    )
    return render_template(
        "admin/calendar.html",
        years=known,
        year=year,
        year_months=[_month(working, year, month, today) for month in range(1, 13)] if year else [],
        history=history.all(),
        undone=undone,
        missing=editing.missing_year(db(), now),
        next_year=max(known, default=today.year - 1) + 1,
        problems=problems,
        typed=typed,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        page_href=lambda number: url_for("admin.calendar", year=year, page=number),
    )


def _years() -> dict[int, str]:
    query = select(CalendarYear).order_by(CalendarYear.year)
    return {row.year: row.source for row in db().scalars(query)}


def _month(working: WorkingCalendar, year: int, month: int, today: date) -> list[list[Cell | None]]:
    """The weeks of a month, Monday first; None where another month's day would be."""
    weeks = months.Calendar().monthdatescalendar(year, month)
    return [
        [_cell(working, day, today) if day.month == month else None for day in week]
        for week in weeks
    ]


def _cell(working: WorkingCalendar, day: date, today: date) -> Cell:
    works, is_weekend = working.is_workday(day), day.weekday() >= 5
    mark = "班" if works and is_weekend else "休" if not works and working.note(day) else ""
    classes = ["off"] if not works else ["mk"] if is_weekend else []
    return Cell(day, " ".join([*classes, *["now"] * (day == today)]), mark, working.note(day))


@bp.post("/calendar/preview")
def preview_calendar() -> Response:
    """What the change would do, and the button that makes it."""
    try:
        plan = _plan()
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(invalid.fields, request.form), 422)
    found = editing.preview(db(), plan)
    return make_response(
        render_template("admin/calendar_preview.html", found=found, typed=request.form)
    )


@bp.post("/calendar")
def save_calendar() -> Response:
    """Make the change that was previewed."""
    change = editing.apply(
        db(),
        _plan(),
        token=request.form.get("token", ""),
        actor_id=current_actor().user_id,
        now=services().clock(),
    )
    years = [*change.after["years"], *(day[:4] for day in change.after["days"])]
    summary = change.summary
    commit()
    flash(f"{summary}，已生效；已经承诺的时限不变。", "good")
    return redirect(url_for("admin.calendar", year=min(years, default=None)))


def _plan() -> editing.Plan:
    """:raises InvalidInput: the form is wrong."""
    form, kind = request.form, request.form.get("kind", "")
    if kind == "year":
        return editing.plan_year(
            db(), _number("year"), form.get("text", ""), form.get("source", "")
        )
    if kind == "undo":
        return editing.plan_undo(db(), _number("change_id"))
    try:
        day = date.fromisoformat(form.get("day", "").strip())
    except ValueError as error:
        raise InvalidInput("请选择日期", {"day": "请选择日期，如 2026-05-09"}) from error
    return editing.plan_day(
        db(), day, is_workday=form.get("works") == "1", note=form.get("note", "")
    )


def _number(name: str) -> int:
    raw = request.form.get(name, "").strip()
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise InvalidInput("请写明年份，如 2027", {name: "请写年份，如 2027"})
    return int(raw)
