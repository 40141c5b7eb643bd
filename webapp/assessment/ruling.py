"""The centre's page of objections: what the unit says, its evidence, and the ruling."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.assessment.basis import FIGURES
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.services import assessment as verbs
from kb.services.assessment_objecting import rule as give_ruling
from webapp.assessment.blueprint import bp
from webapp.assessment.shown import cards_shown
from webapp.assessment.views import doors
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.period_asked import LAST_MONTH, offered, period_asked, span_of

STATES = {verbs.OPEN: "待裁定", verbs.UPHELD: "成立", verbs.REFUSED: "不成立"}


@bp.get("/supervise/assessment/objections")
def objections() -> str:
    """The objections of a period."""
    return _page()


def _page(problem: str = "", at: int = 0) -> str:
    period, problems = period_asked(LAST_MONTH)
    found, damage = cards_shown(period)
    lines = {(card.unit, line.figure): line for card in found for line in card.lines}
    return render_template(
        "assessment/objections.html",
        period=period,
        usual=offered(),
        span=span_of(period),
        rows=[
            (one, lines.get((one.counted_as, one.figure))) for one in verbs.objections(db(), period)
        ],
        elsewhere=[
            (other, span_of(other), count) for other, count in verbs.open_elsewhere(db(), period)
        ],
        damage=damage,
        names=FIGURES,
        states=STATES,
        frozen=verbs.snapshot_of(db(), period),
        href=lambda **changes: url_for("assessment.objections", **(span_of(period) | changes)),
        door=doors(period),
        problems=problems,
        problem=problem,
        problem_at=at,
        typed=request.form,
    )


@bp.post("/supervise/assessment/objections/<int:objection_id>")
def rule(objection_id: int) -> Response:
    """裁定."""
    seen = request.form.get("rev", "")
    said = request.form.get("ruling", "")
    try:
        if said not in (verbs.UPHELD, verbs.REFUSED):
            raise InvalidInput("请选择成立或不成立")
        give_ruling(
            db(),
            objection_id,
            is_upheld=said == verbs.UPHELD,
            value=request.form.get("value", ""),
            reason=request.form.get("reason", ""),
            seen_rev=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
            actor=current_actor(),
            now=services().clock(),
        )
    except (InvalidInput, IllegalTransition, NotFound, StaleVersion) as refused:
        db().rollback()
        status = 422 if isinstance(refused, InvalidInput) else 409
        return make_response(_page(refused.message, objection_id), status)
    commit()
    flash("已裁定，得分按裁定重算", "good")
    period, _ = period_asked(LAST_MONTH)
    return redirect(url_for("assessment.objections", **span_of(period)))
