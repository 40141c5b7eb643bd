"""联想 at the desk: lines for what is typed so far."""

from flask import jsonify, request
from werkzeug.wrappers import Response

from kb.clock import local_day
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.forms import query_of
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor


@bp.get("/suggest")
def suggest() -> Response:
    """The lines, as JSON; none while the search service is away."""
    known = services()
    typed = query_of(request.args)
    if known.search is None or not typed:
        return jsonify({"q": typed, "items": []})
    day = local_day(known.clock())
    found = known.search.suggestions.suggest(db(), typed, current_actor(), day)
    return jsonify({"q": typed, "items": [{"text": one.text, "kind": one.kind} for one in found]})
