"""乒乓指数: which matters units gave back, so that the catalogue can say whose they are."""

from datetime import timedelta

from flask import render_template, request

from kb.queries.supervisions import returns_by_matter
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.supervision.blueprint import bp

_SPANS = (30, 90, 365)


@bp.get("/returns")
def returned() -> str:
    """Returns by category over the last 30, 90 or 365 days."""
    asked = request.args.get("days", "")
    days = int(asked) if asked in {str(span) for span in _SPANS} else 90
    since = services().clock() - timedelta(days=days)
    return render_template(
        "supervision/returns.html",
        days=days,
        spans=_SPANS,
        matters=returns_by_matter(db(), since, actor=current_actor()),
    )
