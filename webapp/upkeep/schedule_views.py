"""定时发布 from the review page, and taking it back."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version
from kb.errors import InvalidInput
from kb.services import drafting, scheduling
from webapp.context import services
from webapp.database import commit, db
from webapp.formats import local_time
from webapp.identity import current_actor
from webapp.upkeep.blueprint import bp, form_moment, number


@bp.post("/units/versions/<int:version_id>/schedule")
def schedule(version_id: int) -> Response:
    """通过, to be published at a later moment."""
    actor, now = current_actor(), services().clock()
    found = get_version(db(), version_id, actor)
    try:
        drafting.require_seen(found, number(request.form.get("rev", "")) or 0)
        planned = scheduling.plan(
            db(),
            found,
            form_moment("publish_at"),
            actor=actor,
            now=now,
            comment=request.form.get("comment", "").strip(),
        )
    except InvalidInput as invalid:
        db().rollback()
        page = render_template(
            "upkeep/schedule.html",
            version=found,
            problems=invalid.fields,
            typed=request.form,
            message=invalid.message,
        )
        return make_response(page, 422)
    commit()
    when = local_time(planned.publish_at, now)
    flash(f"《{found.title}》已通过，{when} 自动发布；之前可以取消", "good")
    return redirect(url_for("unit_portal.version", version_id=found.id))


@bp.post("/units/versions/<int:version_id>/unschedule")
def unschedule(version_id: int) -> Response:
    """取消定时发布."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    scheduling.cancel(db(), found, actor=actor, now=services().clock())
    commit()
    flash("已取消定时发布，这一版回到待审", "good")
    return redirect(url_for("unit_portal.version", version_id=found.id))
