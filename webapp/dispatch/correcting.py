"""更正登记 on the page of a request; a refused form comes back with what was typed."""

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, StaleVersion
from kb.services.correcting_requests import CORRECTABLE, correct
from kb.services.requests import get_request
from webapp.database import commit, db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.ledger import request_page
from webapp.identity import current_actor
from webapp.order_commands import by_form, seen_of


@bp.post("/requests/<number>/correct")
def correct_request(number: str) -> Response:
    """Put purpose, category or region right."""
    found = get_request(db(), number, current_actor())
    wanted = {name: request.form[name][:80] for name in CORRECTABLE if name in request.form}
    try:
        correct(
            db(),
            found,
            wanted,
            reason=request.form.get("reason", ""),
            seen=seen_of(request.form),
            by=by_form(request.form),
        )
    except (InvalidInput, StaleVersion) as refused:
        db().rollback()
        found = get_request(db(), number, current_actor())
        page = request_page(
            found,
            correction=request.form,
            correction_refused=refused.message,
            correction_problems=getattr(refused, "fields", {}),
        )
        return make_response(page, 409 if isinstance(refused, StaleVersion) else 422)
    commit()
    flash("登记已更正，工单经过里留有记录；已承诺的时限不变。", "good")
    return redirect(url_for("dispatch.citizen_request", number=number), 303)
