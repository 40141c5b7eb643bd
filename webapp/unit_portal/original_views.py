"""公开原件: whether everybody may see the original of a version that leaves out part of it."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version
from kb.models import KnowledgeVersion
from kb.services.left_out import LeftOut, allow_original, left_out, may_decide
from kb.terms import Audience
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_portal.blueprint import bp

MAX_SHOWN = 8


def original_values(version: KnowledgeVersion) -> dict[str, Any]:
    """What ``_original.html`` shows beside a version that is public or about to be."""
    missing = left_out(db(), version) if version.audience == Audience.PUBLIC else LeftOut()
    return {
        "left_out": missing,
        "left_out_shown": missing.passages[:MAX_SHOWN],
        "may_decide_original": may_decide(version, current_actor()),
    }


@bp.post("/versions/<int:version_id>/original")
def decide_original(version_id: int) -> Response:
    """``allowed=yes`` opens the original to everybody, anything else closes it."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    is_allowed = request.form.get("allowed") == "yes"
    allow_original(db(), found, is_allowed=is_allowed, actor=actor, now=services().clock())
    commit()
    flash("已允许公开原件，并记入经过" if is_allowed else "原件不再公开，并记入经过", "good")
    return redirect(url_for("unit_portal.version", version_id=found.id, _anchor="r-original"))
