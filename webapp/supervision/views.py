"""督办看板: its first page."""

from flask import Blueprint, render_template

bp = Blueprint("supervision", __name__, url_prefix="/supervise")


@bp.get("")
def home() -> str:
    """The room's first page."""
    return render_template("empty_room.html", title="督办看板")
