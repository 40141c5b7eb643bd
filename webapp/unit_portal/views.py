"""知识库: its first page."""

from flask import Blueprint, render_template

bp = Blueprint("unit_portal", __name__, url_prefix="/units")


@bp.get("")
def home() -> str:
    """The room's first page."""
    return render_template("empty_room.html", title="知识库")
