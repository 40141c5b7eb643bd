"""联想 for the public's box."""

from flask import Response, jsonify, request

from webapp.context import services
from webapp.database import db
from webapp.public_faq.room import bp, today

MAX_TYPED = 60
CACHE_SECONDS = 30


@bp.get("/suggest")
def suggest() -> Response:
    """Lines of public entries in force today, as JSON; the same for everyone, so cacheable."""
    typed = " ".join(request.args.get("q", "")[:MAX_TYPED].replace("\0", " ").split())
    known = services().search
    found = known.suggestions.suggest(db(), typed, None, today()) if known and typed else []
    answer = jsonify({"q": typed, "items": [{"text": one.text, "kind": one.kind} for one in found]})
    # Without lines yet (they are made at the first question) nobody should keep the answer.
    lifetime = CACHE_SECONDS if found else 0
    answer.headers["Cache-Control"] = f"public, max-age={lifetime}"
    return answer
