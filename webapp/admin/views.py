"""管理: its first page."""

from flask import Blueprint, render_template

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("")
def home() -> str:
    """The room's first page."""
    return render_template("empty_room.html", title="管理")
