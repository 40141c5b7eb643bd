"""记为无效 from the desk: a page that asks for the reason and is the confirmation, too."""

from flask import flash, make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import Call
from kb.services.continuing import own_open
from kb.services.correcting_requests import MAX_REASON
from kb.services.invalidating import invalidate
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.forms import clean
from webapp.database import commit, db


@bp.get("/requests/<number>/invalid")
def ask_invalid(number: str) -> Response:
    """The page that asks why."""
    return _page(number)


@bp.post("/requests/<number>/invalid")
def end_invalid(number: str) -> Response:
    """End the request as 无效; who was at the desk with it goes back there."""
    reason = clean(request.form.get("reason", ""))
    try:
        ended = invalidate(db(), screen.at_desk(), number, reason)
    except InvalidInput as refused:
        db().rollback()
        return _page(number, reason=reason, problem=refused.message, status=422)
    back = "agent_desk.home" if _is_at_desk(ended.call) else "agent_desk.today"
    commit()
    flash(f"诉求 {number} 已记为无效。", "good")
    return redirect(url_for(back), 303)


def _is_at_desk(call: Call | None) -> bool:
    return call is not None and call.ended_at is None and call.held_at is None


def _page(number: str, *, reason: str = "", problem: str = "", status: int = 200) -> Response:
    one = own_open(db(), screen.at_desk(), number, lock=False)
    html = render_template(
        "agent_desk/invalid.html",
        request_row=one,
        back="agent_desk.home" if _is_at_desk(one.call) else "agent_desk.today",
        reason=reason,
        problem=problem,
        longest=MAX_REASON,
    )
    return make_response(html, status)
