"""The desk as a page: everything around the answer, and the parts that change by themselves."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import jsonify, make_response, redirect, render_template, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from kb.actor import Actor
from kb.models import Call, CitizenRequest
from kb.queries import desk as reads
from kb.services import call_drafts, calls
from kb.services.at_desk import AtDesk
from kb.services.continuing import kept_words
from kb.services.guidance import in_effect, unread
from kb.services.registering import Beside
from kb.services.registering import beside as what_is_known
from kb.services.registration import Registration
from kb.services.requests import caller_history
from webapp.agent_desk.results import Result
from webapp.context import city, services
from webapp.database import db
from webapp.identity import current_actor
from webapp.wanted import wants_json

REASONS = ("来电中断，需要回拨", "核对诉求人预留号码", "向承办单位提供联系方式")


def at_desk() -> AtDesk:
    """Who acts when, by which rules."""
    known = services()
    return AtDesk(actor=current_actor(), now=known.clock(), profile=city(), phone_key=phone_key())


def phone_key() -> bytes:
    """The key of the hash by which a caller's history is found."""
    return services().settings.secret_key.encode()


def page(
    result: Result,
    call: Call | None,
    *,
    picked: int = 0,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    sentence: str = "",
    shown_phone: str = "",
    beside: Beside | None = None,
    status: int = 200,
) -> Response:
    """The whole desk.

    :param picked: the number of the card to show; 0 for the first one, if it answers.
    :param typed: the registration as it was sent, when it is shown again with ``problems``.
    """
    actor, now = current_actor(), services().clock()
    fields = dict(typed) if typed is not None else call_drafts.draft_of(call)
    html = render_template(
        "agent_desk/desk.html",
        result=result,
        picked=min(picked or int(result.top_item_id is not None), len(result.cards)),
        fields=fields,
        kept_words=kept_words(db(), actor.user_id, fields.get("continues", ""), city()),
        beside=beside if beside is not None else _of_caller(call),
        chosen=fields.get("repeat", ""),
        problems=problems or {},
        sentence=sentence,
        token=new_token(),
        notices=reads.current_notices(db(), actor, now),
        guidance=unread(db(), actor, now),
        in_effect=in_effect(db(), now),
        units=reads.publishing_units(db()),
        purposes=city().offered_purposes,
        limits=_limits(),
        **call_parts(call, actor, shown_phone),
        **log_parts(call),
        own=reads.own_today(db(), actor.user_id, now),
        profile=city(),
        max_mb=services().settings.max_upload_mb,
    )
    return make_response(html, status)


def back_to_desk(**said: int) -> Response:
    """Where a browser goes on; a script is told, and leaves the page only then.

    :param said: what a script is told besides.
    """
    address = url_for("agent_desk.home")
    return jsonify({"next": address, **said}) if wants_json() else redirect(address, 303)


def _of_caller(call: Call | None) -> Beside | None:
    """What this number brought before, known as soon as it rings; the rest once words are typed."""
    if call is None or not call.caller_phone:
        return None
    return what_is_known(db(), at_desk(), Registration(title=""), call)


def _limits() -> dict[str, str]:
    """How long a matter of each purpose may take, by its stored value."""
    return {
        one.stored: str(city().limits.resolve_limit(one.counts_as))
        for one in city().offered_purposes
    }


def new_token() -> str:
    """A token for the next form, so that a double submit is done once."""
    return secrets.token_urlsafe(18)


def call_parts(call: Call | None, actor: Actor, shown_phone: str = "") -> dict[str, Any]:
    """What the call bar prints."""
    now = services().clock()
    history: list[CitizenRequest] = []
    if call is not None and call.caller_phone:
        since = now - timedelta(days=reads.HISTORY_DAYS)
        history = [
            request
            for request in caller_history(db(), call.caller_phone, phone_key(), since=since)
            if request.call_id != call.id
        ]
    elapsed = int((now - call.started_at).total_seconds()) if call is not None else 0
    return {
        "call": call,
        "elapsed": max(elapsed, 0),
        "history": history,
        "own_id": actor.user_id,
        "held": [
            (one, max(int((now - (one.held_at or now)).total_seconds()), 0))
            for one in calls.held_calls(db(), actor)
        ],
        "shown_phone": shown_phone,
        "reasons": REASONS,
    }


def log_parts(call: Call | None) -> dict[str, Any]:
    """What came of the call so far."""
    now = services().clock()
    return {"lines": reads.requests_of_call(db(), call.id, now) if call is not None else []}


def changed_parts(call: Call | None) -> dict[str, Any]:
    """The parts of the page an action changes, as fragments, with a token for the next form."""
    actor = current_actor()
    own = reads.own_today(db(), actor.user_id, services().clock())
    return {
        "call": call_json(call),
        "own": {"online": own.online, "total": own.total},
        "token": new_token(),
        "fragments": {
            "log": render_template("agent_desk/_log.html", **log_parts(call)),
            **_bar_of(call, actor),
        },
    }


def _bar_of(call: Call | None, actor: Actor) -> dict[str, str]:
    """The call bar; none of a call that left the desk in another window. Nor is it that of the
    call at the desk by now: the form still holds the words of this one."""
    if call is not None and (call.ended_at is not None or call.held_at is not None):
        return {}
    parts = call_parts(call, actor)
    return {"call_bar": render_template("agent_desk/_call_bar.html", profile=city(), **parts)}


def state_json() -> dict[str, Any]:
    """Where the agent stands, and a fresh token against forgery for a page left open."""
    call = calls.open_call(db(), current_actor())
    return {"call": call_json(call), "csrf_token": generate_csrf()}


def call_json(call: Call | None) -> dict[str, Any] | None:
    """The running call for the script."""
    if call is None or call.ended_at is not None:
        return None
    elapsed = (services().clock() - call.started_at).total_seconds()
    return {"id": call.id, "elapsed_seconds": max(int(elapsed), 0)}
