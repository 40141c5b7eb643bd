"""Issuing and withdrawing 统一口径, and an agent's 知道了."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import (
    Blueprint,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.models import Guidance, User
from kb.services import guidance as service
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.wanted import wants_json

bp = Blueprint("guidance", __name__, url_prefix="/supervise/guidance")


@bp.get("")
def home() -> Response:
    """What holds now with who has not taken note, and what held before; ``?item=`` fills in."""
    return _page({"item": request.args.get("item", "")}, {})


def _page(typed: Mapping[str, str], problems: Mapping[str, str]) -> Response:
    now = services().clock()
    agents = service.agents(db())
    html = render_template(
        "guidance/home.html",
        held=[(one, _not_yet(one, agents)) for one in service.in_effect(db(), now)],
        past=service.past(db(), now),
        agents=agents,
        typed=typed,
        problems=problems,
    )
    return make_response(html, 422 if problems else 200)


def _not_yet(guidance: Guidance, agents: Sequence[User]) -> list[str]:
    read = {reader.user_id for reader in guidance.readers}
    return [person.name for person in agents if person.id not in read]


@bp.post("")
def issue() -> Response:
    """发布口径; what was typed stays when something is missing."""
    form = request.form
    try:
        service.issue(
            db(),
            current_actor(),
            text=form.get("text", ""),
            ends_at=_moment(form.get("ends_at", "")),
            item_id=_item(form.get("item", "")),
            now=services().clock(),
        )
    except InvalidInput as error:
        return _page(form.to_dict(), error.fields)
    commit()
    flash("口径已发布，坐席台半分钟内显示，坐席看过会点“知道了”。", "good")
    return redirect(url_for("guidance.home"), 303)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def _item(text: str) -> int | None:
    """The number of an entry.

    :raises InvalidInput: it is not one.
    """
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput("条目编号只能是数字", {"item": "写条目页地址里的数字，例如 128"})
    return int(text)


@bp.post("/<int:guidance_id>/withdraw")
def withdraw(guidance_id: int) -> Response:
    """撤回 before its end."""
    guidance = service.get_guidance(db(), guidance_id)
    service.withdraw(db(), guidance, current_actor(), services().clock())
    commit()
    flash("口径已撤回，坐席台不再显示。", "good")
    return redirect(url_for("guidance.home"), 303)


@bp.get("/waiting")
def waiting() -> Response:
    """What the agent has not taken note of, as a part of the desk; asked every half minute."""
    rows = service.unread(db(), current_actor(), services().clock())
    html = render_template("guidance/banner.html", guidance=rows)
    return jsonify({"ids": [one.id for one in rows], "html": html})


@bp.post("/<int:guidance_id>/acknowledge")
def acknowledge(guidance_id: int) -> Response:
    """知道了."""
    guidance = service.get_guidance(db(), guidance_id)
    service.acknowledge(db(), guidance, current_actor(), services().clock())
    commit()
    if wants_json():
        return waiting()
    return redirect(url_for("agent_desk.home"), 303)
