"""Issuing and withdrawing 统一口径, and an agent's 知道了."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
from kb.queries.portal_list import readable
from kb.services import guidance as service
from kb.services.once import AlreadyDone, check_token, fingerprint, once
from webapp.context import services
from webapp.database import commit, db
from webapp.entry_links import entry_address
from webapp.entry_named import entry_named
from webapp.identity import current_actor
from webapp.polled import polled
from webapp.wanted import wants_json

bp = Blueprint("guidance", __name__, url_prefix="/supervise/guidance")


@bp.get("")
def home() -> Response:
    """What holds now with who has not taken note, and what held before."""
    return _page({}, {})


def _page(
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    sentence: str = "",
    status: int = 200,
) -> Response:
    now = services().clock()
    agents = service.agents(db())
    html = render_template(
        "guidance/home.html",
        held=[(one, _not_yet(one, agents)) for one in service.in_effect(db(), now)],
        past=service.past(db(), now),
        agents=agents,
        href=_entry_href,
        token=secrets.token_urlsafe(18),
        typed=typed,
        problems=problems,
        sentence=sentence,
    )
    return make_response(html, status)


def _entry_href(guidance: Guidance) -> str:
    """The page of the entry it rests on; empty where this person has none to open."""
    version = guidance.item.current_version if guidance.item else None
    return entry_address(current_actor(), version) if version else ""


def _not_yet(guidance: Guidance, agents: Sequence[User]) -> list[str]:
    read = {reader.user_id for reader in guidance.readers}
    return [person.name for person in agents if person.id not in read]


@bp.post("")
def issue() -> Response:
    """发布口径, once however often the form is sent; what was typed stays when it is refused."""
    form = request.form
    asked = {name: form.get(name, "") for name in ("text", "ends_at", "item")}
    try:
        token = check_token(form.get("token", ""))
        issued = once(
            db(),
            f"guidance:{current_actor().user_id}:{token}",
            fingerprint(asked),
            lambda: _issue(asked),
            services().clock(),
        )
    except (InvalidInput, AlreadyDone) as refused:
        db().rollback()
        return _refused(asked, refused)
    commit()
    flash("口径已发布，坐席台半分钟内显示，坐席看过会点“知道了”。", "good")
    if issued.get("entry"):
        flash(f"依据的条目是《{issued['entry']}》；不是这一条的，请撤回重发。", "good")
    return redirect(url_for("guidance.home"), 303)


def _issue(asked: Mapping[str, str]) -> dict[str, Any]:
    item_id, title = _item(asked["item"])
    issued = service.issue(
        db(),
        current_actor(),
        text=asked["text"],
        ends_at=_moment(asked["ends_at"]),
        item_id=item_id,
        now=services().clock(),
    )
    return {"id": issued.id, "entry": title}


def _refused(asked: Mapping[str, str], refused: InvalidInput | AlreadyDone) -> Response:
    if isinstance(refused, AlreadyDone):
        sentence = "这一页上的口径刚才已经发布；内容又改过，要另发一条，请核对后再点发布"
        return _page(asked, {}, sentence=sentence, status=409)
    return _page(asked, refused.fields, sentence=refused.message, status=422)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def _item(text: str) -> tuple[int | None, str]:
    """The entry it rests on and its title, if one is named."""
    if not text.strip():
        return None, ""
    return entry_named(db(), current_actor(), text, "item", readable)


@bp.post("/<int:guidance_id>/withdraw")
def withdraw(guidance_id: int) -> Response:
    """撤回 before its end."""
    guidance = service.get_guidance(db(), guidance_id)
    service.withdraw(db(), guidance, current_actor(), services().clock())
    commit()
    flash("口径已撤回，坐席台不再显示。", "good")
    return redirect(url_for("guidance.home"), 303)


@bp.get("/waiting")
@polled
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
