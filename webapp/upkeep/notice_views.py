"""提醒: what waits for this person, new ones marked; settled ones stay to be looked up."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kb.errors import NotFound
from kb.models import Notice
from kb.queries.batches import count_open
from kb.queries.notices import meant_for, notices_of, unseen_ids
from kb.queries.portal import scope_of
from kb.services.notices import NEWS, mark_seen
from kb.terms import Role
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.upkeep.blueprint import bp, page_number

_PUSHERS = (Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)
# A tag for the eye; what a kind is not named here has none.
KINDS = {
    "expiry_due": "到期",
    "expired": "已到期",
    "review_due": "复核",
    "review_overdue": "超期",
    "schedule_failed": "定时发布",
    "correction_overdue": "纠错超时",
    "conflict_overdue": "口径确认超时",
    "scan_read": "扫描件",
    "scan_lost": "扫描件",
    "scan_quota": "扫描件",
    "batch_stopped": "批次",
    "batch_unmade": "批次",
    "stuck_file": "文件",
    "failed_job": "后台任务",
    "mail_failed": "邮件",
    "webhook_failed": "事件推送",
    "correction": "纠错",
    "correction_answer": "纠错答复",
    "conflict": "矛盾",
    "gap": "知识缺口",
    "order_parted": "工单变动",
    "found_link": "替代关系",
    "returned": "退回修改",
    "handed_over": "移交",
}


@bp.get("/reminders")
def notices() -> str:
    """Open notices, or with ``?done=1`` those that are settled."""
    is_done = request.args.get("done") == "1"
    found = notices_of(db(), current_actor(), is_resolved=is_done, page=page_number())
    return render_template(
        "upkeep/reminders.html",
        found=found,
        is_done=is_done,
        kinds=KINDS,
        news=NEWS,
        quiet=city().reminders.quiet_words,
        open_rows=0 if is_done else _open_rows(),
        page_href=lambda page: url_for("upkeep.notices", done=1 if is_done else None, page=page),
    )


def _open_rows() -> int:
    """How many rows and files of batches wait for this person's unit, or for an editor."""
    actor = current_actor()
    if not actor.has(*_PUSHERS):
        return 0
    return count_open(db(), scope_of(actor, None), actor)


@bp.post("/reminders/seen")
def see_all() -> Response:
    """全部标为已看; they stay on the page until the matter itself is settled."""
    actor = current_actor()
    mark_seen(db(), unseen_ids(db(), actor), actor.user_id, services().clock())
    commit()
    flash("已全部标为已看；事情处理好后，提醒会自动消失", "good")
    return redirect(url_for("upkeep.notices"))


@bp.post("/reminders/<int:notice_id>/go")
def go(notice_id: int) -> Response:
    """Mark one as seen and open the page where it is seen to."""
    actor = current_actor()
    query = select(Notice).where(Notice.id == notice_id, meant_for(actor))
    notice = db().scalars(query).one_or_none()
    if notice is None:
        raise NotFound("没有这条提醒，或者它不是给您的")
    mark_seen(db(), [notice.id], actor.user_id, services().clock())
    commit()
    return redirect(notice.path)
