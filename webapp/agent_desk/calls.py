"""A call at the desk: begins, keeps what is typed, shows its number for a reason, ends."""

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.models import Call
from kb.services import call_drafts, calls
from kb.services.continuing import open_requests
from kb.services.desk_calls import finish_call, reveal_phone
from kb.services.once import AlreadyDone
from kb.services.requests import has_request
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.form_calls import keep_sent, keep_typed, shown_call
from webapp.agent_desk.forms import clean, draft_fields, query_of, question_of
from webapp.agent_desk.results import ask
from webapp.confirming import LEAVES
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.wanted import wants_json

SHOWN_SECONDS = 60


@bp.post("/calls")
def start() -> Response:
    """开始通话; what was typed before it becomes its draft."""
    actor = current_actor()
    phone = clean(request.form.get("caller", ""), 40)
    if wants_json():
        calls.require_no_call(db(), actor)
    call = calls.open_call(db(), actor)
    if call is None:
        call = calls.start_call(db(), actor=actor, now=services().clock(), caller_phone=phone)
        fields = draft_fields(request.form)
        call_drafts.save_draft(call, query=query_of(request.form, "query"), fields=fields)
        commit()
    else:
        flash("您有一通来电还没有结束，已回到那一通。", "warn")
    return screen.back_to_desk(call_id=call.id)


@bp.post("/calls/<int:call_id>/draft")
def save_draft(call_id: int) -> Response:
    """Keep what is typed so far; of a form that is settled it comes too late to be a draft."""
    try:
        keep_typed(call_id)
    except AlreadyDone:
        return jsonify({"saved_at": None})
    commit()
    return jsonify({"saved_at": services().clock().isoformat()})


@bp.post("/calls/<int:call_id>/hold")
def hold(call_id: int) -> Response:
    """保持: this caller waits, with what is typed, and the desk is free for another."""
    if "query" in request.form:
        keep_typed(call_id)
    call = calls.get_call(db(), call_id, current_actor())
    calls.hold(db(), call, current_actor(), services().clock())
    commit()
    return screen.back_to_desk()


@bp.post("/calls/<int:call_id>/take-back")
def take_back(call_id: int) -> Response:
    """取回 a caller that waits; the one spoken with now waits instead."""
    actor, now = current_actor(), services().clock()
    shown = shown_call()
    wanted = calls.get_call(db(), call_id, actor)
    calls.take_back(db(), wanted, actor, now, shown.id if shown is not None else None)
    keep_sent()
    commit()
    return screen.back_to_desk()


@bp.post("/calls/<int:call_id>/end")
def end(call_id: int) -> Response:
    """结束本通; a question that led to nothing is remembered. With it the agent may log out, also
    of a call that was ended elsewhere since they were asked."""
    call = calls.get_call(db(), call_id, current_actor())
    if LEAVES in request.form and call.ended_at is not None:
        return _log_out()
    if "query" in request.form and call.ended_at is None:
        keep_typed(call_id)
    top_item_id = _top_item(call)
    finish_call(
        db(),
        call,
        answered=top_item_id is not None,
        top_item_id=top_item_id,
        now=services().clock(),
    )
    left = [f"诉求“{one.title[:30]}”没有办完" for one in open_requests(db(), call)]
    if call_drafts.is_written(call, is_registered=has_request(db(), call)):
        name = call_drafts.name_of(call)
        left.append(f"写下的“{name}”没有采纳也没有转办" if name else "写下的登记没有采纳也没有转办")
    commit()
    if LEAVES in request.form:
        return _log_out()
    flash("本通已结束。", "good")
    if left:
        flash(f"{'；'.join(left)}，都在“今日登记”里，可以接着办。", "warn")
    return screen.back_to_desk()


def _log_out() -> Response:
    return redirect(url_for("accounts.logout"), 307)  # a post again, with the same fields


def _top_item(call: Call) -> int | None:
    today = local_day(services().clock())
    return ask(db(), question_of({"q": call.draft_query}, today), current_actor()).top_item_id


@bp.post("/calls/<int:call_id>/phone")
def show_phone(call_id: int) -> Response:
    """显示号码: for a reason, on record, for a minute."""
    call = calls.get_call(db(), call_id, current_actor())
    reason = clean(request.form.get("reason", "") or request.form.get("other", ""), 500)
    phone = reveal_phone(db(), call, reason, screen.at_desk())
    commit()
    if wants_json():
        return jsonify({"phone": phone, "seconds": SHOWN_SECONDS})
    question = question_of({"q": call.draft_query}, local_day(services().clock()))
    result = ask(db(), question, current_actor())
    response = screen.page(result, call, shown_phone=phone)
    # Without a script the page itself takes the number away again.
    response.headers["Refresh"] = f"{SHOWN_SECONDS};url={url_for('agent_desk.home')}"
    return response
