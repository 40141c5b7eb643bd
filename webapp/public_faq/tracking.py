"""查进度: by request number and the last four digits of the phone; nothing personal is shown."""

from typing import Any

from flask import Response, make_response, render_template, request

from kb.errors import InvalidInput, NotFound
from kb.queries import progress
from webapp.context import city, services
from webapp.database import db
from webapp.public_faq.room import bp
from webapp.satisfaction_links import link_to


@bp.get("/track")
def track() -> Response:
    """The form."""
    return _page()


@bp.post("/track")
def check_track() -> Response:
    """The progress, or one sentence for everything that does not fit together.

    Sent by POST so that neither number nor digits stay in an address.
    """
    number, tail = request.form.get("number", ""), request.form.get("tail", "")
    problems: dict[str, str] = {}
    digits, found, missing = tail, None, ""
    try:
        digits = progress.clean_tail(tail)
        found = progress.find_progress(db(), number, digits, services().clock())
    except InvalidInput as invalid:
        problems |= invalid.fields
    except NotFound as unknown:
        missing = unknown.message
    if found is None:
        # Only what is not found is judged by its shape: other systems number in their own way.
        try:
            progress.clean_number(number, city().number_prefix)
        except InvalidInput as invalid:
            problems |= invalid.fields
    if problems:
        return _page(422, number=number[:60], tail=tail[:20], problems=problems)
    if found is None:
        return _page(404, number=number[:60], problem=missing)
    return _page(found=found, number=found.number, rate_href=_rate_href(found))


def _rate_href(found: progress.Progress) -> str:
    told = found.rateable
    return link_to(told.order_id, told.resolution) if told is not None else ""


def _page(status: int = 200, **values: Any) -> Response:
    known: dict[str, Any] = {
        "number": "",
        "tail": "",
        "problems": {},
        "problem": "",
        "found": None,
        "prefix": city().number_prefix,
    }
    answer = make_response(render_template("public_faq/track.html", **(known | values)), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
