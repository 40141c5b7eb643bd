"""工单: its first page."""

from flask import Blueprint, render_template

bp = Blueprint("dispatch", __name__, url_prefix="/dispatch")


@bp.get("")
def home() -> str:
    """The room's first page."""
    return render_template("empty_room.html", title="工单")
