"""在线提交诉求: for what no entry answers; done once however often the form is sent."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request

from kb.errors import InvalidInput
from kb.services.once import check_token, fingerprint, once
from kb.services.registration import Registration
from kb.services.web_asking import submit
from webapp.context import city, services
from webapp.database import commit, db
from webapp.public_faq.room import bp

# Each field with the most that is taken of it; what is longer is told by the service.
_FIELDS = {
    "title": 300,
    "content": 6000,
    "purpose": 20,
    "region": 40,
    "place": 200,
    "requester_name": 40,
    "requester_phone": 40,
    "is_confidential": 1,
}


@bp.get("/ask")
def ask() -> Response:
    """The form; ``?q=`` brings the words of a search that found nothing."""
    return _page({"title": request.args.get("q", "")[:200].replace("\0", " ")})


@bp.post("/ask")
def take_ask() -> Response:
    """Register it and say its number; a refused form comes back whole."""
    typed = {
        name: request.form.get(name, "")[:longest].replace("\0", " ").replace("\r\n", "\n")
        for name, longest in _FIELDS.items()
    }
    try:
        token = check_token(request.form.get("token", ""))
        answer = once(
            db(), f"ask:{token}", fingerprint(typed), lambda: _submit(typed), services().clock()
        )
    except InvalidInput as invalid:
        db().rollback()
        return _page(typed, problems=invalid.fields, sentence=invalid.message, status=422)
    commit()
    return _page({}, number=answer["number"], tail=answer.get("tail", ""))


def _submit(typed: Mapping[str, str]) -> dict[str, Any]:
    known = services()
    written = Registration(
        **{name: value for name, value in typed.items() if name != "is_confidential"},
        is_confidential=bool(typed["is_confidential"]),
    )
    order = submit(
        db(),
        written,
        profile=city(),
        phone_key=known.settings.secret_key.encode(),
        now=known.clock(),
    )
    return {"number": order.request.number, "tail": order.request.requester_phone[-4:]}


def _page(typed: Mapping[str, str], status: int = 200, **values: Any) -> Response:
    known: dict[str, Any] = {"problems": {}, "sentence": "", "number": "", "tail": ""}
    html = render_template(
        "public_faq/ask.html",
        typed=typed,
        city=city(),
        token=secrets.token_urlsafe(18),
        **(known | values),
    )
    answer = make_response(html, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
