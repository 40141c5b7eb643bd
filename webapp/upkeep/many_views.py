"""到期与复核: the same said of many entries, looked at first."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.services.checking_many import Act, check_many
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.ticked import seen, still_ticked, ticks_sent
from webapp.upkeep.blueprint import bp, form_day
from webapp.upkeep.due_views import asked_state, due_page


@bp.post("/units/due/many")
def check_many_entries() -> Response:
    """仍有效 or 到期不再延续 of what is ticked: first what would happen, then, once sure, done."""
    form = request.form
    act = Act.ENDS if form.get("act") == Act.ENDS else Act.HOLDS
    ticked = ticks_sent()
    try:
        chosen = form.get("next", "")
        day = form_day("many_day" if chosen in ("", "other") else "next")
        outcome = check_many(
            db(),
            seen(ticked),
            act,
            next_review_on=day,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        page = due_page(asked_state(), many_problem=invalid.message, ticked=ticked)
        return make_response(page, 422)
    if "sure" not in form:
        page = render_template(
            "upkeep/many.html",
            act=act,
            day=day,
            outcome=outcome,
            ticks=still_ticked(ticked, (item.id for item in outcome.done)),
        )
        db().rollback()  # it was only looked at
        return make_response(page)
    commit()
    for name, why in outcome.left:
        flash(f"《{name}》没有动：{why}", "warn")
    if outcome.done:
        flash(f"{len(outcome.done)} 条已记为“{act.label}”", "good")
    return redirect(url_for("upkeep.due"), 303)
