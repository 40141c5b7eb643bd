"""管理: the tree of units."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from kb.errors import Duplicate, InvalidInput
from kb.models import Unit, User
from kb.models.unit import CORRECTION_LIMIT
from kb.services import units as unit_service
from kb.services.unit_reviewers import without_reviewer
from kb.services.units import UnitRules
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


def _unit_page(shown: Unit, problems: Mapping[str, str]) -> str:
    return render_template("admin/unit.html", unit=shown, options=unit_options(), problems=problems)


@bp.post("/units/<int:unit_id>")
def save_unit(unit_id: int) -> Response:
    """Rename, move or change a unit."""
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
