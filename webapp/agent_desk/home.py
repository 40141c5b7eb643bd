"""坐席台: the screen itself, and the search behind its one box."""

import re

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.masking import mask_phone
from kb.services import calls
from kb.services.desk_calls import take_incoming
from kb.services.once import AlreadyDone, refuse_done
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.form_calls import form_name
from webapp.agent_desk.forms import clean, optional_number, query_of, question_of
from webapp.agent_desk.results import as_json, ask
from webapp.agent_desk.shown import shown_json
from webapp.context import services
from webapp.database import db, unit_of_work
from webapp.identity import current_actor
from webapp.polled import polled


@bp.get("")
def home() -> Response:
    """The desk; ``?caller=&call_id=`` is how a phone system opens it."""
    caller = clean(request.args.get("caller", ""), 40)
    external_id = clean(request.args.get("call_id", ""), 80)
    if caller or external_id:
        return _take_call(caller, external_id)
    today = local_day(services().clock())
    call = calls.open_call(db(), current_actor())
    values = request.args.to_dict()
    if call is not None and not query_of(values):
        values["q"] = call.draft_query
    result = ask(db(), question_of(values, today), current_actor())
    picked = request.args.get("pick", "")
    return screen.page(
        result, call, picked=int(picked) if re.fullmatch("[0-9]{1,3}", picked) else 0
    )


def _take_call(caller: str, external_id: str) -> Response:
    """Start or go on with the call, then show the desk without the number in its address."""
    with unit_of_work() as session:
        taken = take_incoming(
            session,
            actor=current_actor(),
            now=services().clock(),
            caller=caller,
            external_id=external_id,
        )
        if taken.left is not None:
            whose = mask_phone(taken.left.caller_phone) or "未显示号码"
            if taken.is_left_waiting:
                flash(f"上一通来电（{whose}）没有办完，已转为保持，内容都在，可随时取回。", "warn")
            else:
                flash(f"上一通来电（{whose}）没有结束，已在接入新来电时结束。", "warn")
        if taken.call.ended_at is not None:
            flash("电话系统打开的这通来电已经结束。", "warn")
    return redirect(url_for("agent_desk.home"), 303)


@bp.get("/search")
def search() -> Response:
    """Answer cards while typing, as JSON."""
    question = question_of(request.args, local_day(services().clock()))
    return jsonify(as_json(ask(db(), question, current_actor())))


def _became(token: str) -> str:
    try:
        refuse_done(db(), form_name(token))
    except AlreadyDone as done:
        return str(done.answer.get("message", ""))
    return ""


@bp.get("/state")
@polled
def state() -> Response:
    """The running call and a fresh form token, for a page that was left open.

    ``?item_id=&version=`` names the card that lies open: ``shown`` says whether it still holds.
    ``?token=`` names an earlier form: ``done`` says what it became, if anything.
    """
    answer = screen.state_json()
    if "token" in request.args:
        answer["done"] = _became(request.args["token"])
    item_id = optional_number(request.args.get("item_id", ""))
    number = optional_number(request.args.get("version", ""))
    if item_id is not None and number is not None:
        today = local_day(services().clock())
        answer["shown"] = shown_json(db(), item_id, number, current_actor(), today)
    return jsonify(answer)
