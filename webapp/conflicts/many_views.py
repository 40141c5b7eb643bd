"""口径确认: 都对，适用不同 of many, looked at first."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.queries.conflicts import visible_among
from kb.services.conflicts_many import both_hold
from kb.terms import Role
from webapp.conflicts.blueprint import bp
from webapp.conflicts.views import comment_sent, queue_page
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.ticked import seen, still_ticked, ticks_sent


@bp.post("/units/conflicts/many")
def both_hold_of_many() -> Response:
    """Rule, or answer for the own unit, that both are right: what would happen, then done."""
    ticks, comment = ticks_sent(), comment_sent("reason").strip()
    try:
        outcome = both_hold(
            db(), seen(ticks), comment=comment, actor=current_actor(), now=services().clock()
        )
    except InvalidInput as invalid:
        db().rollback()
        problem = invalid.fields.get("comment", invalid.message)
        return make_response(queue_page(many_problem=problem, ticked=ticks), 422)
    rules = current_actor().has(Role.EDITOR)
    if "sure" not in request.form:
        shown = {side for row in outcome.done for side in (row.left_item_id, row.right_item_id)}
        page = render_template(
            "conflicts/many.html",
            rules=rules,
            visible=visible_among(db(), shown, current_actor()),
            reason=comment,
            outcome=outcome,
            ticks=still_ticked(ticks, (found.id for found in outcome.done)),
        )
        db().rollback()  # it was only looked at
        return make_response(page)
    commit()
    for name, why in outcome.left:
        flash(f"{name}没有动：{why}", "warn")
    if outcome.done:
        did = "裁定" if rules else "答复"
        flash(f"{len(outcome.done)} 处已{did}：都对，适用不同", "good")
    return redirect(url_for("conflicts.queue"), 303)
