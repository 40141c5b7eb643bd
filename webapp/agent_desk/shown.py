"""Whether the card that lies open still says what holds: a page may be open for hours."""

from datetime import date
from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import NotFound
from kb.models import KnowledgeItem
from kb.queries import entry_history
from kb.queries.held_versions import version_held
from kb.standing import standing_on

_GONE = "这一条刚被撤回，或不再给坐席看"


def shown_json(
    session: Session, item_id: int, number: int, actor: Actor, today: date
) -> dict[str, Any]:
    """What became of the card shown; ``holds`` is the whole answer while nothing did."""
    turned = _turned(session, item_id, number, actor, today)
    if not turned:
        return {"item_id": item_id, "version": number, "holds": True}
    return {
        "item_id": item_id,
        "version": number,
        "holds": False,
        **turned,
        "fragments": {
            "badge": render_template("agent_desk/_turned_badge.html", turned=turned),
            "note": render_template("agent_desk/_turned.html", turned=turned),
        },
    }


def _turned(
    session: Session, item_id: int, number: int, actor: Actor, today: date
) -> dict[str, Any]:
    try:
        item = get_visible(session, item_id, actor)
    except NotFound:
        return {"label": "已不能查看", "is_newer": False, "sentence": _GONE, "successor": {}}
    held = version_held(session, item, today, actor)
    if held is not None and held.number == number:
        return {}
    if held is not None:
        label, sentence = "有新版本", f"这个条目刚更新到第 {held.number} 版，卡上是第 {number} 版"
    else:
        label = standing_on(item, item.current_version, today).label if item.current_version else ""
        sentence = f"这一条今天是“{label}”，不能采纳为今天的答复"
    return {
        "label": label,
        "is_newer": held is not None,
        "sentence": sentence,
        "successor": successor(session, item, actor, today),
    }


def successor(session: Session, item: KnowledgeItem, actor: Actor, today: date) -> dict[str, Any]:
    """What holds today in the place of a text that does not: the entry's own newer version, or
    the entry that followed; empty when nothing did."""
    held = version_held(session, item, today, actor)
    if held is not None:
        title, item_id = f"{held.title}（第 {held.number} 版）", item.id
        return _link(item_id, title)
    for linked in entry_history.in_force_now(session, item.id, actor, today):
        return _link(linked.item_id, linked.title)
    return {}


def _link(item_id: int, title: str) -> dict[str, Any]:
    url = url_for("agent_desk.entry", item_id=item_id)
    return {"item_id": item_id, "title": title, "url": url}
