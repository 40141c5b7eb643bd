"""Help while a request is written down: names found by typing, and what is known beside the form.

A half-written form is sent by POST, so that no caller's words stand in an address or a log.
"""

from flask import jsonify, render_template, request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import Call
from kb.path_finding import MAX_TYPED, NOT_KNOWN, find_paths
from kb.services.registering import Beside, beside
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.form_calls import shown_call
from webapp.agent_desk.forms import clean, draft_fields, query_of, question_of, registration_of
from webapp.agent_desk.results import ask
from webapp.context import city, services
from webapp.database import db
from webapp.identity import current_actor
from webapp.wanted import wants_json

# What a script puts in, by the place it is put in.
_PARTS = {
    "repeats": "_repeats",
    "purpose": "_purpose_hint",
    "categories": "_category_hints",
    "units": "_unit_hints",
}


@bp.get("/choose")
def choose() -> Response:
    """The regions or categories that may be meant, best first, as JSON."""
    typed = clean(request.args.get("q", ""), MAX_TYPED)
    is_region = request.args.get("of") == "region"
    items = find_paths(city().all_regions if is_region else city().categories, typed)
    if is_region and typed and NOT_KNOWN.startswith(typed):
        items = [NOT_KNOWN, *items]
    answer = jsonify({"q": typed, "items": items})
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


@bp.post("/beside")
def look_beside() -> Response:
    """Suggestions, the caller's history and what may be the same matter, for a form half written.

    A script gets the part to put in; without one the whole desk comes back, nothing lost.
    """
    call = shown_call()
    try:
        found = _found(call)
    except InvalidInput as invalid:
        if wants_json():
            raise
        return _page(call, Beside(), invalid)
    if wants_json():
        parts = {
            part: render_template(f"agent_desk/{name}.html", beside=found, chosen=_chosen()).strip()
            for part, name in _PARTS.items()
        }
        return jsonify({"parts": parts, "repeats": found.of_caller + found.of_others})
    return _page(call, found)


def _found(call: Call | None) -> Beside:
    written = registration_of(request.form)
    return beside(db(), screen.at_desk(), written, call)


def _chosen() -> str:
    return clean(request.form.get("repeat", ""), 60)


def _page(call: Call | None, found: Beside, invalid: InvalidInput | None = None) -> Response:
    query = query_of(request.form, "query")
    return screen.page(
        ask(db(), question_of({"q": query}, local_day(services().clock())), current_actor()),
        call,
        typed=draft_fields(request.form) | {"repeat": _chosen()},
        problems=invalid.fields if invalid else None,
        sentence=invalid.message if invalid else "",
        beside=found,
        status=422 if invalid else 200,
    )
