"""What a unit does with a gap: give it back, name or word the entry that answers it, try again."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.models import Gap
from kb.queries.gaps import get_gap
from kb.queries.portal_list import linkable
from kb.services import gap_drafts
from kb.services import gap_handling as handling
from kb.services.gap_jobs import request_try
from webapp.context import services
from webapp.database import commit, db
from webapp.entry_named import entry_named
from webapp.gaps.blueprint import bp
from webapp.gaps.forms import comment, handle, number, rev
from webapp.identity import current_actor

_ASKING = "几秒后看结果：全部答上就自动变为已补齐"


@bp.post("/units/gaps/<int:gap_id>/refuse")
def refuse(gap_id: int) -> Response:
    """不属于本单位, with the reason; back to the editor."""

    def act(found: Gap) -> str:
        handling.refuse(
            db(),
            found,
            comment=comment(),
            seen_rev=rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return "已退回知识管理员"

    return handle(gap_id, act, "refuse")


@bp.post("/units/gaps/<int:gap_id>/entries")
def name_entry(gap_id: int) -> Response:
    """关联条目: by the button beside a neighbour, or by number or title."""

    def act(found: Gap) -> str:
        actor = current_actor()
        beside, typed = request.form.get("item", ""), request.form.get("entry", "")
        named = f"#{beside}" if beside else typed
        item_id, _ = entry_named(db(), actor, named, "entry", linkable)
        handling.name_entry(db(), found, item_id, actor=actor, now=services().clock())
        return f"已关联，正在重跑提问。{_ASKING}"

    return handle(gap_id, act, "entries")


@bp.post("/units/gaps/<int:gap_id>/entries/remove")
def unname_entry(gap_id: int) -> Response:
    """取消关联."""

    def act(found: Gap) -> str:
        item_id = number(request.form.get("item", ""))
        actor, now = current_actor(), services().clock()
        handling.unname_entry(db(), found, item_id, actor=actor, now=now)
        return "已取消关联"

    return handle(gap_id, act, "entries")


@bp.post("/units/gaps/<int:gap_id>/wordings")
def add_wordings(gap_id: int) -> Response:
    """The questions that still miss become 相似问 of the entry's next version, a draft."""
    actor, now = current_actor(), services().clock()
    found = get_gap(db(), gap_id, actor)
    item_id = number(request.form.get("item", ""))
    version = gap_drafts.add_wordings(db(), found, item_id, actor=actor, now=now)
    handling.name_entry(db(), found, item_id, actor=actor, now=now, version=version)
    commit()
    flash("没答上的提问已加进相似问，请看过后送审", "good")
    return redirect(url_for("unit_portal.version", version_id=version.id))


@bp.post("/units/gaps/<int:gap_id>/try")
def try_again(gap_id: int) -> Response:
    """重跑: ask the questions again, in the background."""

    def act(found: Gap) -> str:
        request_try(db(), found.id, services().clock())
        return f"正在重跑全部提问。{_ASKING}"

    return handle(gap_id, act, "try")
