"""One entry: whether it holds, its text, its chain, its versions and everything done to it."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_visible, is_own
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import KnowledgeItem
from kb.presenters.entry_page import entry_page
from kb.queries import duties, portal
from kb.queries.alike import came_in, came_with
from kb.queries.entry_history import chain, in_force_now
from kb.services import drafting, learning, unlinking, withdrawing
from kb.services.entries import may_review_for_unit, pending_version
from kb.services.restoring import restorable
from kb.services.telling_apart import same_number
from kb.terms import ItemState, Role, VersionState
from webapp.chain_chart import chart_of
from webapp.clause_flags import clause_flags, correct_address
from webapp.context import services
from webapp.database import commit, db
from webapp.due_rows import next_days
from webapp.entry_blocks import render_blocks
from webapp.entry_day import shown_on
from webapp.identity import current_actor
from webapp.original_pages import clause_address, has_clauses
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.choices import STEPS


@bp.get("/entries/<int:item_id>")
def entry(item_id: int) -> str:
    """The entry as this person may see it; ``?as_of=`` shows what held on a day."""
    return _page(get_visible(db(), item_id, current_actor()))


def _page(item: KnowledgeItem, problems: dict[str, str] | None = None, reason: str = "") -> str:
    actor, today = current_actor(), local_day(services().clock())
    owns = actor.has(Role.EDITOR) or is_own(actor, item)
    told = shown_on(db(), item, today, actor)
    shown = told.version if told is not None else item.versions[-1]
    page = entry_page(item, shown, today)
    life = portal.life(db(), item)
    return render_template(
        "unit_portal/entry.html",
        item=item,
        version=shown,
        told=told,
        instead=in_force_now(db(), item.id, actor, today),
        page=page,
        blocks=render_blocks(page),
        owns=owns,
        flags=clause_flags(db(), shown) if owns else {},
        correct_href=correct_address(shown) if shown.published_at else None,
        original_href=partial(clause_address, shown) if owns and has_clauses(shown) else None,
        links=chain(db(), item.id, actor, today),
        entry_href=lambda other: url_for("unit_portal.entry", item_id=other),
        chart=chart_of(db(), item, actor, today),
        # Earlier versions may have been internal, and drafts are the unit's own business.
        versions=[*reversed(life.versions)] if owns else [],
        restorable=restorable(db(), item, actor),
        events=[*reversed(life.events)] if owns else [],
        step_names=STEPS,
        pending=pending_version(db(), item.id) if owns else None,
        due=_due(item, today) if owns else None,
        today=today,
        next_days=next_days(today),
        tomorrow=(today + timedelta(days=1)).isoformat(),
        parent=came_in(db(), shown, current_actor()) if owns else None,
        attachments=came_with(db(), shown, current_actor()) if owns else (),
        credited=portal.credited(db(), item.id),
        learned=learning.learned_of(db(), item.id) if owns else [],
        undoable=(*life.replaces, *life.replaced_by) if actor.has(Role.EDITOR) else (),
        may_withdraw=_may_withdraw(actor, item),
        is_withdrawn=item.state == ItemState.WITHDRAWN,
        same_number=_same_number(item),
        discarded=VersionState.DISCARDED.value,
        problems=problems or {},
        reason=reason,
    )


def _due(item: KnowledgeItem, today: date) -> duties.Due | None:
    """What the entry asks of its owner now: its end or its review is near or past."""
    rows = duties.due_of(db(), item.id, today)
    return rows[0] if rows and rows[0].is_due else None


def _same_number(item: KnowledgeItem) -> Sequence[KnowledgeItem]:
    """What is in force with the 文号 of a withdrawn entry."""
    if item.state != ItemState.WITHDRAWN or item.current_version is None:
        return ()
    return same_number(db(), item.current_version)


def _may_withdraw(actor: Actor, item: KnowledgeItem) -> bool:
    if item.current_version is None:
        return False
    return actor.has(Role.EDITOR) or may_review_for_unit(actor, item)


@bp.post("/entries/<int:item_id>/versions")
def new_version(item_id: int) -> Response:
    """新建一版 from what the entry says now."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    version = drafting.begin_version(db(), item, actor=actor, now=services().clock())
    commit()
    flash(f"已从现行内容建好第 {version.number} 版；发布之前，现行版本不受影响", "good")
    return redirect(url_for("unit_portal.version", version_id=version.id))


@bp.post("/entries/<int:item_id>/withdraw")
def withdraw_entry(item_id: int) -> Response:
    """下架 with the reason."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    reason = request.form.get("reason", "")
    try:
        withdrawing.withdraw(db(), item, actor=actor, now=services().clock(), reason=reason)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(item, invalid.fields, reason), 422)
    commit()
    flash("已下架，一秒内从所有检索中消失", "good")
    return redirect(url_for("unit_portal.entry", item_id=item.id))


@bp.post("/entries/<int:item_id>/restore")
def restore_entry(item_id: int) -> Response:
    """重新上架."""
    actor, now = current_actor(), services().clock()
    item = get_visible(db(), item_id, actor)
    apart = request.form.get("apart", "")
    try:
        withdrawing.restore(db(), item, actor=actor, now=now, apart=apart)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(item, invalid.fields), 422)
    commit()
    flash("已重新上架，可检索", "good")
    return redirect(url_for("unit_portal.entry", item_id=item.id))


@bp.post("/entries/<int:item_id>/links/<int:link_id>/undo")
def undo_link(item_id: int, link_id: int) -> Response:
    """撤销关系 with the reason: what was wrongly replaced or repealed holds again."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    reason = request.form.get("reason", "")
    try:
        unlinking.unlink(db(), item, link_id, actor=actor, now=services().clock(), reason=reason)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(item, invalid.fields), 422)
    commit()
    flash("已撤销这条关系；没有别的关系使它失效的，旧件恢复有效", "good")
    return redirect(url_for("unit_portal.entry", item_id=item.id))


@bp.post("/entries/<int:item_id>/learned/<int:learned_id>/remove")
def remove_learned(item_id: int, learned_id: int) -> Response:
    """去掉 a way callers ask; it can be taken back."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    row = learning.remove(db(), item, learned_id, actor=actor, now=services().clock())
    commit()
    flash(f"已去掉“{row.text}”，不会再学到它；需要时可以恢复", "good")
    return redirect(url_for("unit_portal.entry", item_id=item.id, _anchor="e-learned"))


@bp.post("/entries/<int:item_id>/learned/<int:learned_id>/restore")
def restore_learned(item_id: int, learned_id: int) -> Response:
    """恢复 a way callers ask."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    row = learning.take_back(db(), item, learned_id, actor=actor, now=services().clock())
    commit()
    flash(f"已恢复“{row.text}”", "good")
    return redirect(url_for("unit_portal.entry", item_id=item.id, _anchor="e-learned"))
