"""批注 on the clauses of a version: added in the review, answered and resolved by both sides."""

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version
from kb.errors import InvalidInput
from kb.models import ClauseComment, KnowledgeVersion
from kb.services import comments
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.review_views import review_page
from webapp.unit_portal.views import number_or_none


@bp.post("/versions/<int:version_id>/comments")
def add_comment(version_id: int) -> Response:
    """Comment on a clause."""
    found = get_version(db(), version_id, current_actor())
    ordinal = number_or_none(request.form.get("passage", ""))
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        comments.add(
            db(),
            found,
            ordinal=-1 if ordinal is None else ordinal,
            quote=request.form.get("quote", "").replace("\r\n", "\n"),
            text=text,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        page = review_page(found, typed_comment=(ordinal, text, invalid.message))
        return make_response(page, 422)
    commit()
    return _back(found, ordinal)


def _back(found: KnowledgeVersion, ordinal: int | None) -> Response:
    anchor = f"p{ordinal}" if ordinal is not None else None
    return redirect(url_for("unit_portal.version", version_id=found.id, _anchor=anchor))


def _load(comment_id: int) -> tuple[ClauseComment, Response]:
    """The comment, and the page it was answered from: it may have been carried to a later one."""
    actor = current_actor()
    comment = comments.get_comment(db(), comment_id, actor)
    here = number_or_none(request.form.get("version", "")) or comment.version_id
    return comment, _back(get_version(db(), here, actor), comment.passage_ordinal)


@bp.post("/comments/<int:comment_id>/reply")
def reply_comment(comment_id: int) -> Response:
    """Answer a comment."""
    comment, back = _load(comment_id)
    text = request.form.get("text", "").replace("\r\n", "\n")
    comments.reply(db(), comment, text=text, actor=current_actor(), now=services().clock())
    commit()
    return back


@bp.post("/comments/<int:comment_id>/resolve")
def resolve_comment(comment_id: int) -> Response:
    """已解决; pressing it on a resolved one takes it back."""
    comment, back = _load(comment_id)
    if comment.resolved_at is None:
        comments.resolve(db(), comment, actor=current_actor(), now=services().clock())
    else:
        comments.reopen(db(), comment)
    commit()
    flash("批注已解决" if comment.resolved_at else "批注重新打开", "good")
    return back
