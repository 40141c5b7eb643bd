"""A unit's own card, and its objection to an item."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import IllegalTransition, InvalidInput
from kb.models import Unit
from kb.services import assessment as verbs
from kb.services import assessment_objecting as objecting
from webapp.assessment.blueprint import bp
from webapp.assessment.ruling import STATES
from webapp.assessment.shown import cards_shown, definitions
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.period_asked import LAST_MONTH, offered, period_asked, span_of


@bp.get("/units/assessment")
def own() -> str:
    """The card of the person's unit; other units' scores are not shown."""
    return _page()


def _page(problem: str = "", fields: dict[str, str] | None = None) -> str:
    period, problems = period_asked(LAST_MONTH)
    actor = current_actor()
    unit = db().get(Unit, actor.unit_id) if actor.unit_id is not None else None
    name = city().figures.unit_name(unit.name) if unit is not None else ""
    found, damage = cards_shown(period)
    return render_template(
        "assessment/own.html",
        period=period,
        usual=offered(),
        span=span_of(period),
        unit=unit,
        damage=damage,
        card=next((card for card in found if card.unit == name), None),
        objections=verbs.objections(db(), period, frozenset({unit.id} if unit is not None else ())),
        states=STATES,
        scheme=city().assessment,
        definitions=definitions(),
        why_not=objecting.why_not_now(city(), period, services().clock()),
        frozen=verbs.snapshot_of(db(), period),
        href=lambda **changes: url_for("assessment.own", **(span_of(period) | changes)),
        door=lambda line: "",
        problems=problems,
        problem=problem,
        fields=fields or {},
        typed=request.form,
    )


@bp.post("/units/assessment/objections")
def object_to() -> Response:
    """提出异议."""
    period, _ = period_asked(LAST_MONTH)
    try:
        objecting.object_to(
            db(),
            city(),
            period,
            request.form.get("figure", ""),
            text=request.form.get("text", ""),
            evidence=request.form.get("evidence", ""),
            actor=current_actor(),
            now=services().clock(),
        )
    except (InvalidInput, IllegalTransition) as refused:
        db().rollback()
        status = 422 if isinstance(refused, InvalidInput) else 409
        return make_response(_page(refused.message, getattr(refused, "fields", {})), status)
    commit()
    flash("异议已提交，热线中心裁定后这里会显示结果", "good")
    return redirect(url_for("assessment.own", **span_of(period)))
