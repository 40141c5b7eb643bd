"""坐席台: its first page."""

from flask import Blueprint, render_template

bp = Blueprint("agent_desk", __name__, url_prefix="/desk")


@bp.get("")
def home() -> str:
    """The room's first page."""
    return render_template("empty_room.html", title="坐席台")
