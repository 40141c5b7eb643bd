"""管理: the tree of units."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from kb.errors import Duplicate, InvalidInput
from kb.models import Unit, User
from kb.models.unit import CORRECTION_LIMIT
from kb.queries.unit_effects import effects_of
from kb.services import units as unit_service
from kb.services.unit_reviewers import without_reviewer, without_staff
from kb.services.units import UnitRules, rules_of
from kb.terms import Submitters, UnitKind
from webapp.admin.blueprint import bp, form_id
from webapp.admin.people import unit_options
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@bp.get("/units")
def units() -> str:
    """Every unit in its place, with a form to add one."""
    return _units_page({}, {})


def _units_page(problems: Mapping[str, str], typed: Mapping[str, str]) -> str:
    people = select(User.unit_id, func.count()).where(User.is_active.is_(True))
    tree = unit_service.unit_tree(db())
    rows = db().execute(people.group_by(User.unit_id)).all()
    return render_template(
        "admin/units.html",
        tree=tree,
        unstaffed={unit.id: unit for unit in without_staff(db(), (row[1] for row in tree))},
        unreviewed={unit.id: unit for unit in without_reviewer(db(), (row[1] for row in tree))},
        people={row[0]: row[1] for row in rows},
        options=unit_options(),
        problems=problems,
        typed=typed,
    )


def _form_kind() -> UnitKind:
    """:raises InvalidInput: no such kind."""
    try:
        return UnitKind(request.form.get("kind", ""))
    except ValueError as error:
        raise InvalidInput("单位类别不对，请重新选择", {"kind": "请重新选择"}) from error


def _form_rules() -> UnitRules:
    """:raises InvalidInput: the months are no number, or nobody is named who hands in."""
    form = request.form
    months = form.get("review_months", "").strip()
    if months and not (months.isascii() and months.isdigit() and len(months) < 5):
        problem = "写几个月，如 12；不定期核验就留空"
        raise InvalidInput(problem, {"review_months": problem})
    submitters = form.get("submitters", Submitters.ANYONE.value)
    if submitters not in set(Submitters):
        raise InvalidInput("请选择谁可以送审", {"submitters": "请从列表中选择"})
    return UnitRules(
        is_trusted=form.get("trusted") == "1",
        needs_unit_review=form.get("no_unit_review") != "1",
        needs_second_reviewer=form.get("second_reviewer") == "1",
        submitters=Submitters(submitters),
        review_months=int(months) if months else None,
        correction_limit=form.get("correction_limit", "").strip() or CORRECTION_LIMIT,
    )


def _problems(refused: InvalidInput | Duplicate) -> tuple[Mapping[str, str], int]:
    if isinstance(refused, InvalidInput):
        return refused.fields, 422
    return {"name": refused.message}, 409


@bp.post("/units")
def add_unit() -> Response:
    """Add a unit."""
    try:
        unit = unit_service.add_unit(
            db(),
            name=request.form.get("name", ""),
            kind=_form_kind(),
            parent_id=form_id("parent_id"),
            rules=_form_rules(),
            actor_id=current_actor().user_id,
            now=services().clock(),
        )
    except (InvalidInput, Duplicate) as refused:
        db().rollback()
        problems, status = _problems(refused)
        return make_response(_units_page(problems, request.form), status)
    commit()
    flash(f"已添加{unit.name}。", "good")
    return redirect(url_for("admin.units"))


@bp.get("/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """One unit."""
    return _unit_page(unit_service.get_unit(db(), unit_id), {})


def _unit_page(shown: Unit, problems: Mapping[str, str], mine: str = "") -> str:
    return render_template(
        "admin/unit.html",
        unit=shown,
        options=unit_options(),
        problems=problems,
        seen=_seen(shown),
        mine=mine,
    )


def _seen(unit: Unit) -> str:
    """What a form was made from: another's change in between is told by it."""
    kept = [unit.name, unit.kind, unit.parent_id, unit.is_active, asdict(rules_of(unit))]
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False).encode()).hexdigest()[:16]


def _steps(unit: Unit, form: Mapping[str, str]) -> list[str]:
    """What cannot be unseen, in words; empty when nothing has to be confirmed."""
    name, parent = form.get("name", "").strip(), form.get("parent_id", "")
    steps = []
    if unit.is_active and form.get("active") != "1":
        steps.append(f"停用“{unit.name}”")
    if not unit.is_active and form.get("active") == "1":
        steps.append(f"重新启用“{unit.name}”")
    if name and name != unit.name:
        steps.append(f"“{unit.name}”改名为“{name}”")
    if parent != str(unit.parent_id or ""):
        above = unit_service.get_unit(db(), int(parent)).name if parent.isdecimal() else "没有上级"
        before = unit.parent.name if unit.parent else "没有上级"
        steps.append(f"上级单位由“{before}”改为“{above}”")
    return steps


@bp.post("/units/<int:unit_id>")
def save_unit(unit_id: int) -> Response:
    """Rename, move, close or change a unit; the first three are confirmed on a page first."""
    shown, form = unit_service.get_unit(db(), unit_id), request.form
    if form.get("seen", "") != _seen(shown):
        mine = f"您刚才填的：{form.get('name', '')} · {form.get('kind', '')}"
        return make_response(_unit_page(shown, {}, mine), 409)
    steps = _steps(shown, form)
    if steps and form.get("confirmed") != "1":
        page = render_template(
            "admin/unit_confirm.html",
            unit=shown,
            steps=steps,
            effects=effects_of(db(), unit_id),
            is_closing=shown.is_active and form.get("active") != "1",
            typed=[(name, value) for name, value in form.items() if name != "csrf_token"],
        )
        return make_response(page)
    try:
        saved = unit_service.change_unit(
            db(),
            unit_id,
            name=request.form.get("name", ""),
            kind=_form_kind(),
            parent_id=form_id("parent_id"),
            rules=_form_rules(),
            is_active=request.form.get("active") == "1",
            actor_id=current_actor().user_id,
            now=services().clock(),
        )
    except (InvalidInput, Duplicate) as refused:
        db().rollback()
        problems, status = _problems(refused)
        return make_response(_unit_page(unit_service.get_unit(db(), unit_id), problems), status)
    commit()
    flash(f"{saved.name}已保存。", "good")
    return redirect(url_for("admin.units"))
