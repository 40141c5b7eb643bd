"""管理: how the installation does, and one button for each thing that helps."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.queries import health as found
from kb.services import failed_jobs, housekeeping, mail
from kb.services.accounts import get_user
from kb.services.audit import record
from kb.services.housekeeping import CHORES
from webapp.admin.blueprint import bp
from webapp.admin.health_around import quiet_note
from webapp.admin.health_parts import parts
from webapp.admin.health_words import MAILS_AGAIN, RETRY_JOBS, TRIAL_MAIL
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

_STATES = {
    "waiting": "排队中",
    "running": "进行中",
    "done": "已完成",
    "failed": "没有完成",
    "dropped": "不再处理",
}


@dataclass(frozen=True)
class _Said:
    """What a remedy did, for the person and the audit log."""

    text: str
    kind: str = "good"


@bp.get("/health")
def health() -> str:
    """Every part of the installation, worst first, and what was done lately."""
    return _page()


def _page(problem: str = "") -> str:
    shown = parts(db(), services())
    order = {"bad": 0, "warn": 1}
    return render_template(
        "admin/health.html",
        parts=sorted(shown, key=lambda part: order.get(part.state, 2)),
        bad=sum(part.state == "bad" for part in shown),
        warned=sum(part.state == "warn" for part in shown),
        chores=found.chores(db()),
        names=CHORES,
        states=_STATES,
        notes={kind: housekeeping.found_by(db(), kind) for kind in CHORES},
        trial=TRIAL_MAIL,
        address=request.form.get("address") or get_user(db(), current_actor().user_id).email,
        problem=problem,
    )


@bp.post("/health/<remedy>")
def apply_remedy(remedy: str) -> Response | tuple[str, int]:
    """Do what one button says; long work is planned and shown on the page."""
    try:
        said = _apply(remedy)
    except InvalidInput as refused:
        db().rollback()
        return _page(refused.message), 422
    commit()
    flash(said.text, said.kind)
    return redirect(url_for("admin.health"))


def _apply(remedy: str) -> _Said:
    """:raises NotFound: no such remedy. :raises InvalidInput: no usable address."""
    actor, now = current_actor(), services().clock()
    if remedy == RETRY_JOBS:
        return _Said(f"{failed_jobs.try_all_again(db(), actor, now)} 个任务已排入重试")
    if remedy == MAILS_AGAIN:
        count = mail.send_all_again(db(), now)
        record(db(), actor.user_id, "health.mails_again", "mail", "", {"count": count}, now)
        return _Said(f"{count} 封邮件已排入重发。{quiet_note(now)}")
    if remedy == TRIAL_MAIL:
        address = request.form.get("address", "")
        mail.write_trial(db(), address, services().settings.public_url, now)
        record(db(), actor.user_id, "health.trial_mail", "mail", "", {}, now)
        return _Said(f"已排入发送，请到 {address.strip()} 查收；没有收到就看“提醒邮件”里的原因")
    name = CHORES.get(remedy, "")
    if housekeeping.ask(db(), remedy, actor, now):
        return _Said(f"{name}：已排入，进展在本页下方")
    return _Said(f"{name}：已经在做，没有重复安排", "warn")
