"""有用/没用 below an entry: a page of its own, so that entries stay the same for everyone."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kb.errors import InvalidInput
from kb.models import KnowledgeVersion
from kb.queries import public
from kb.services.voting import vote
from kb.terms import VoteReason
from webapp.context import services
from webapp.database import commit, db
from webapp.entry_day import shown_on
from webapp.public_faq.room import bp, today

MAX_SAID = 200


@bp.get("/entry/<int:item_id>/vote")
def ask_vote(item_id: int) -> Response:
    """The form, or the thanks after it was sent."""
    return _page(_version(item_id), request.args)


@bp.post("/entry/<int:item_id>/vote")
def take_vote(item_id: int) -> AnyResponse:
    """Keep the vote."""
    version = _version(item_id)
    form = request.form
    try:
        vote(
            db(),
            version,
            is_useful=form.get("useful") == "1",
            reason=form.get("reason", ""),
            said=form.get("said", "")[:MAX_SAID].replace("\0", " "),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        return _page(version, form, invalid.fields, 422)
    commit()
    return redirect(url_for("public_faq.ask_vote", item_id=item_id, done=1), 303)


def _version(item_id: int) -> KnowledgeVersion:
    told = shown_on(db(), public.get_entry(db(), item_id), today(), None)
    assert told is not None  # noqa: S101 - a visible entry has been published
    return told.version


def _page(
    version: KnowledgeVersion,
    given: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    html = render_template(
        "public_faq/vote.html",
        version=version,
        given=given,
        reasons=list(VoteReason),
        problems=problems or {},
    )
    answer = make_response(html, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
