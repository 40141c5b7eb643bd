"""公众: the public's first page."""

from flask import Blueprint, render_template

bp = Blueprint("public_faq", __name__)


@bp.get("/")
def home() -> str:
    """The public's first page."""
    return render_template("empty_public.html")
