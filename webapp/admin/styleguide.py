"""管理: every component on one page, so that a change of style can be looked at."""

from datetime import timedelta

from flask import render_template

from kb.terms import Standing
from webapp.admin.blueprint import bp
from webapp.context import services
from webapp.icons import ICONS


@bp.get("/styleguide")
def styleguide() -> str:
    """The components with sample values."""
    now = services().clock()
    return render_template(
        "admin/styleguide.html",
        standings=list(Standing),
        icons=sorted(ICONS),
        soon=now + timedelta(days=2, hours=6),
        sample_href=lambda number: f"#page-{number}",
        late=now - timedelta(hours=3, minutes=5),
    )
