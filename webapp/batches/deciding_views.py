"""Deciding about rows, having them made, dismissing what failed, and closing the batch."""

from flask import flash, redirect, request, url_for
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import Batch, BatchEntry
from kb.queries.batches import FILTERS
from kb.services import batch_settling as settling
from kb.services.batch_access import get_entry
from kb.services.batches import close_batch, plan_batch
from kb.terms import EntryChoice, EntryOrder
from webapp.batches.blueprint import bp, number_or_none, own_batch
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

MAX_TICKED = 1000
_DONE = {
    EntryOrder.DRAFT: "{} 条正在生成草稿",
    EntryOrder.SUBMIT: "{} 条正在生成并送审",
    EntryOrder.PUBLISH: "{} 条正在生成并发布",
}


@bp.post("/<int:batch_id>/choose")
def choose(batch_id: int) -> Response:
    """A decision about one row (its own button) or about every row that is ticked."""
    batch = own_batch(batch_id)
    one, _, name = request.form.get("decide", "").partition(":")
    if one:
        which: ColumnElement[bool] = BatchEntry.id == (number_or_none(one) or 0)
    else:
        which, name = _ticked(), request.form.get("choice", "")
    if name not in ("", *EntryChoice):
        raise InvalidInput("请选择：作为新条目、作为新版本，还是不收录")
    count = settling.choose(
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
    which = None if request.form.get("all") else _ticked()
    count = settling.order(db(), batch, EntryOrder(how), actor, now, which=which)
    settling.plan_settling(db(), batch, actor, now)
    commit()
    flash(_DONE[EntryOrder(how)].format(count), "good")
    return _back(batch)


@bp.post("/<int:batch_id>/dismiss")
def dismiss(batch_id: int) -> Response:
    """不再处理 failed rows."""
    batch = own_batch(batch_id)
    count = settling.dismiss(db(), batch, _ticked(), current_actor(), services().clock())
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


def _ticked() -> ColumnElement[bool]:
    """The rows that are ticked; with 全部 ticked, every row that the filter leaves."""
    if request.form.get("whole"):
        name = request.form.get("show", "all")
        _label, condition = FILTERS[name if name in FILTERS else "all"]
        return condition
    given = {number_or_none(text) for text in request.form.getlist("entry")} - {None}
    if not given:
        raise InvalidInput("请先勾选要处理的行")
    if len(given) > MAX_TICKED:
        raise InvalidInput(f"一次最多勾选 {MAX_TICKED} 行；要处理更多，请勾选“本筛选的全部”")
    return BatchEntry.id.in_(given)


def _back(batch: Batch) -> Response:
    name = request.form.get("show", "all")
    page = number_or_none(request.form.get("page", ""))
    chosen = name if name in FILTERS else "all"
    return redirect(url_for("batches.show", batch_id=batch.id, show=chosen, page=page))
