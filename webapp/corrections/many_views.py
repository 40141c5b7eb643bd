"""纠错: the same done to many, looked at first."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.services.correcting_many import Act, handle_many
from webapp.context import services
from webapp.corrections.blueprint import bp
from webapp.corrections.forms import clean
from webapp.corrections.queue_views import queue_page
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.ticked import seen, still_ticked, ticks_sent


@bp.post("/units/corrections/many")
def handle_many_corrections() -> Response:
    """接受, 驳回 or 已改好 of what is ticked: first what would happen, then, once sure, done."""
    act, ticks = request.form.get("act", ""), ticks_sent()
    reason = clean(request.form.get("reason", "")).strip()
    try:
        if act not in set(Act):
            raise InvalidInput("请选择怎样处理")
        outcome = handle_many(
            db(),
            seen(ticks),
            Act(act),
            reason=reason,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(queue_page(many_problem=invalid.message, ticked=ticks), 422)
    if "sure" not in request.form:
        page = render_template(
            "corrections/many.html",
            act=Act(act),
            reason=reason,
            outcome=outcome,
            ticks=still_ticked(ticks, (found.id for found in outcome.done)),
        )
        db().rollback()  # it was only looked at
        return make_response(page)
    commit()
    for name, why in outcome.left:
        flash(f"《{name}》的纠错没有动：{why}", "warn")
    if outcome.done:
        flash(f"{len(outcome.done)} 条纠错已处理：{Act(act).label}", "good")
    return redirect(url_for("corrections.queue"), 303)
