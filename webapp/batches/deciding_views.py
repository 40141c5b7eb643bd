"""Deciding about rows, having them made, dismissing what failed, and closing the batch."""

from flask import flash, redirect, request, url_for
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import Batch, BatchEntry
from kb.queries.batch_previews import BatchAct
from kb.services import batch_deciding as deciding
from kb.services import batch_settling as settling
from kb.services.batch_access import get_entry
from kb.services.batches import close_batch, plan_batch, require_open
from kb.terms import EntryChoice, EntryOrder
from webapp.batches.blueprint import bp, number_or_none, own_batch
from webapp.batches.chosen_rows import chosen, has_changed, preview_page, shown_filter
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

_DONE = {
    EntryOrder.DRAFT: "{} 条正在生成草稿",
    EntryOrder.SUBMIT: "{} 条正在生成并送审",
    EntryOrder.PUBLISH: "{} 条正在生成并发布",
}


@bp.post("/<int:batch_id>/preview")
def preview(batch_id: int) -> Response:
    """What an act would do with the ticked rows, and with how many it would do nothing."""
    batch = own_batch(batch_id)
    require_open(batch)
    act = request.form.get("act", "")
    if act not in list(BatchAct):
        raise InvalidInput("请选择要做什么")
    return preview_page(batch, BatchAct(act))


@bp.post("/<int:batch_id>/choose")
def choose(batch_id: int) -> Response:
    """A decision about one row (its own button) or about every row that is ticked."""
    batch = own_batch(batch_id)
    one, _, name = request.form.get("decide", "").partition(":")
    if one:
        which: ColumnElement[bool] = BatchEntry.id == (number_or_none(one) or 0)
    else:
        which, name = chosen(), request.form.get("choice", "")
    if name not in ("", *EntryChoice):
        raise InvalidInput("请选择：作为新条目、作为新版本，还是不收录")
    if name and not one and has_changed(batch, BatchAct(name)):
        return preview_page(batch, BatchAct(name), has_changed=True)
    count = deciding.choose(
        db(),
        batch,
        which,
        EntryChoice(name) if name else None,
        current_actor(),
        services().clock(),
    )
    commit()
    if count:
        flash(f"已记下 {count} 条", "good")
    else:
        flash("没有可以这样处理的条目：作为新版本要有库中的旧条目，已生成的不能再改", "warn")
    return _back(batch)


@bp.post("/<int:batch_id>/order")
def order(batch_id: int) -> Response:
    """生成草稿, 送审 or 发布: what is ticked, or everything that is clear."""
    batch, actor, now = own_batch(batch_id), current_actor(), services().clock()
    how = request.form.get("how", "")
    if how not in list(EntryOrder):
        raise InvalidInput("请选择：生成草稿、送审，还是发布")
    if has_changed(batch, BatchAct(how)):
        return preview_page(batch, BatchAct(how), has_changed=True)
    count = settling.order(
        db(),
        batch,
        EntryOrder(how),
        actor,
        now,
        which=chosen(),
        takes_regions=bool(request.form.get("take_regions")),
    )
    settling.plan_settling(db(), batch, actor, now)
    commit()
    flash(_DONE[EntryOrder(how)].format(count), "good")
    return _back(batch)


@bp.post("/<int:batch_id>/dismiss")
def dismiss(batch_id: int) -> Response:
    """不再处理 failed rows."""
    batch, which = own_batch(batch_id), chosen()
    if has_changed(batch, BatchAct.DISMISS):
        return preview_page(batch, BatchAct.DISMISS, has_changed=True)
    count = deciding.dismiss(db(), batch, which, current_actor(), services().clock())
    commit()
    flash(f"{count} 条不再提示，原件仍保留", "good")
    return _back(batch)


@bp.post("/<int:batch_id>/read")
def read_again(batch_id: int) -> Response:
    """重新读取 one failed file, or go on with what still waits."""
    batch = own_batch(batch_id)
    entry_id = number_or_none(request.form.get("again", ""))
    if entry_id is not None:
        settling.read_again(db(), batch, get_entry(db(), batch, entry_id, current_actor()))
    plan_batch(db(), batch, current_actor(), services().clock())
    commit()
    return _back(batch)


@bp.post("/<int:batch_id>/close")
def close(batch_id: int) -> Response:
    """结束这一批."""
    batch = own_batch(batch_id)
    close_batch(db(), batch, current_actor(), services().clock())
    commit()
    flash("这一批已结束；没有收录的原件和清单仍保留", "good")
    return _back(batch)


def _back(batch: Batch) -> Response:
    page = number_or_none(request.form.get("page", ""))
    return redirect(url_for("batches.show", batch_id=batch.id, show=shown_filter(), page=page))
