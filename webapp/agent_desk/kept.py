"""固定和取消固定 an entry, from its card."""

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.services import desk_pins
from webapp.agent_desk.blueprint import bp
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.wanted import wants_json


@bp.post("/pins/<int:item_id>")
def pin(item_id: int) -> Response:
    """固定, or with ``off`` 取消固定."""
    actor = current_actor()
    is_off = "off" in request.form
    if is_off:
        desk_pins.unpin(db(), item_id, actor)
    else:
        desk_pins.pin(db(), item_id, actor, services().clock())
    commit()
    if wants_json():
        return jsonify({"is_pinned": not is_off})
    return redirect(url_for("agent_desk.home"), 303)
