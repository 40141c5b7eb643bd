"""One page per unit: 7×24 or not, coming shifts, leaders; forms for those who keep it."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import Unit, UnitDuty
from kb.queries.on_duty import on_duty, who_is_on
from kb.services import duty
from kb.terms import DutyPeriod, Role
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor

# They come for their own roster, also to begin it; the centre's people for one that is kept.
_OF_A_UNIT = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)

bp = Blueprint("duty", __name__, url_prefix="/duty")


def _units() -> list[Unit]:
    """The units whose rosters this person may read, by name."""
    actor = current_actor()
    query = select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.name)
    if not (actor.is_centre or actor.has(Role.ADMIN)):
        query = query.where(Unit.id.in_(actor.unit_scope))
    return list(db().scalars(query))


@bp.get("/")
def home() -> Response:
    """The unit asked for; else a unit's people see their own, others the first with a roster."""
    actor = current_actor()
    known = [unit.id for unit in _units()]
    if not known:
        return make_response(render_template("duty/none.html"))
    asked = request.args.get("unit", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    if wanted not in known:
        wanted = actor.unit_id if actor.has(*_OF_A_UNIT) and actor.unit_id in known else None
    if wanted is None:
        kept = duty.units_with_roster(db(), local_day(services().clock()))
        wanted = next((unit_id for unit_id in known if unit_id in kept), known[0])
    return redirect(url_for("duty.unit", unit_id=wanted))


@bp.get("/<int:unit_id>")
def unit(unit_id: int) -> str:
    """The roster of a unit."""
    return _page(unit_id, {}, {})


def _page(unit_id: int, problems: Mapping[str, str], typed: Mapping[str, str]) -> str:
    actor, now = current_actor(), services().clock()
    shown, units = duty.get_unit_for(db(), unit_id, actor), _units()
    answers = who_is_on(db(), [one.id for one in units], now) if len(units) > 1 else {}
    return render_template(
        "duty/unit.html",
        unit=shown,
        units=units,
        now_on=[(one, answers[one.id]) for one in units if one.id in answers],
        kept=duty.units_with_roster(db(), local_day(now)),
        service=db().get(UnitDuty, unit_id),
        on=on_duty(db(), unit_id, now),
        shifts=duty.shifts_from(db(), unit_id, local_day(now)),
        leaders=duty.leaders_of(db(), unit_id),
        may_keep=duty.may_keep(actor, unit_id),
        periods=[(period.value, period.label) for period in DutyPeriod],
        labels={period.value: period.label for period in DutyPeriod},
        today=local_day(now),
        quiet=city().reminders.quiet_words,
        now_instant=now,
        problems=problems,
        typed=typed,
    )


def _again(unit_id: int, invalid: InvalidInput) -> Response:
    db().rollback()
    return make_response(_page(unit_id, invalid.fields, request.form), 422)


def _number(name: str) -> int:
    raw = request.form.get(name, "").strip()
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0


@bp.post("/<int:unit_id>/service")
def save_service(unit_id: int) -> Response:
    """7×24 or not."""
    try:
        duty.set_service(
            db(),
            unit_id,
            serves_always=request.form.get("always") == "1",
            phone=request.form.get("phone", ""),
            seen_rev=_number("rev"),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        return _again(unit_id, invalid)
    commit()
    flash("已保存。", "good")
    return redirect(url_for("duty.unit", unit_id=unit_id))


@bp.post("/<int:unit_id>/shifts")
def add_shifts(unit_id: int) -> Response:
    """Shifts for a row of days."""
    try:
        made = duty.add_shifts(
            db(),
            unit_id,
            first=_day("first"),
            last=_day("last") if request.form.get("last") else _day("first"),
            period=_period(),
            name=request.form.get("name", ""),
            phone=request.form.get("shift_phone", ""),
            hours=city().hours.office,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        return _again(unit_id, invalid)
    commit()
    flash(f"已排 {len(made)} 班。" if made else "这些班已经排过了。", "good")
    return redirect(url_for("duty.unit", unit_id=unit_id))


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError as error:
        raise InvalidInput("请选择日期", {name: "请选择日期，如 2026-10-01"}) from error


def _period() -> DutyPeriod:
    try:
        return DutyPeriod(request.form.get("period", ""))
    except ValueError as error:
        raise InvalidInput("请选择时段", {"period": "请从列表中选择"}) from error


@bp.post("/shifts/<int:shift_id>/remove")
def remove_shift(shift_id: int) -> Response:
    """Take one shift out."""
    shift = duty.remove_shift(db(), shift_id, actor=current_actor(), now=services().clock())
    unit_id, day = shift.unit_id, shift.day
    commit()
    flash(f"{day} 的这一班已取消。", "good")
    return redirect(url_for("duty.unit", unit_id=unit_id))


@bp.post("/<int:unit_id>/leaders")
def add_leader(unit_id: int) -> Response:
    """Name a leader."""
    try:
        duty.add_leader(
            db(),
            unit_id,
            level=_number("level"),
            name=request.form.get("leader", ""),
            post=request.form.get("post", ""),
            email=request.form.get("email", ""),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        return _again(unit_id, invalid)
    commit()
    flash("已添加。", "good")
    return redirect(url_for("duty.unit", unit_id=unit_id))


@bp.post("/leaders/<int:leader_id>/end")
def end_leader(leader_id: int) -> Response:
    """Tell this leader no more."""
    row = duty.end_leader(db(), leader_id, actor=current_actor(), now=services().clock())
    unit_id, name = row.unit_id, row.name
    commit()
    flash(f"不再向{name}报告。", "good")
    return redirect(url_for("duty.unit", unit_id=unit_id))
