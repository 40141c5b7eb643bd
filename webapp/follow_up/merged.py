"""The other requesters of a matter: those whose orders were merged into the one called back."""

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.services import contact_details
from kb.services.orders.merged_calls import call_merged as note_call
from kb.services.orders.merged_calls import get_merged
from webapp.context import services
from webapp.database import commit, db
from webapp.follow_up.blueprint import bp
from webapp.follow_up.filters import kept
from webapp.follow_up.order_page import REASON, load, page
from webapp.identity import current_actor
from webapp.order_commands import NOT_REFUSED, REFUSALS, by_form, status_of


@bp.post("/<number>/merged/<merged>/call")
def call_merged(number: str, merged: str) -> Response:
    """Note what came of ringing one of them."""
    form = request.form
    result, text = form.get("result", ""), form.get("text", "")
    try:
        note_call(db(), load(number), by_form(form), merged=merged, result=result, text=text)
    except REFUSALS as error:
        db().rollback()
        db().expire_all()
        values = dict(NOT_REFUSED) | {"merged_wrong": (merged, error.message, result, text)}
        return make_response(page(load(number), **values), status_of(error))
    commit()
    flash(f"{merged}：回访结果已记录。", "good")
    return redirect(
        url_for("follow_up.order", number=number, _anchor="fu-merged", **kept(request.args))
    )


@bp.post("/<number>/merged/<merged>/contact")
def reveal_merged(number: str, merged: str) -> str:
    """Show the number to ring, once; that it was shown is kept in the audit log."""
    found = load(number)
    one = get_merged(db(), found, merged)
    requester = contact_details.reveal(
        db(),
        one.request,
        order=one,
        reason=REASON,
        actor=current_actor(),
        now=services().clock(),
    )
    commit()
    return page(found, merged_shown=(merged, requester))
