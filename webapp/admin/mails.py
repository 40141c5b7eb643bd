"""管理: the mails of reminders, and those that were not sent."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from kb.models import MailMessage
from kb.services import mail
from webapp.admin.blueprint import bp, page_number
from webapp.admin.health_around import quiet_note
from webapp.context import services
from webapp.database import commit, db

PAGE = 30
STATES = {"waiting": "等待发送", "sent": "已发出", "failed": "没有发出"}


@bp.get("/mails")
def mails() -> str:
    """Mails, newest first; ``?state=`` narrows."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    query = select(MailMessage)
    if state:
        query = query.where(MailMessage.state == state)
    total = db().scalar(select(func.count()).select_from(query.subquery())) or 0
    page = page_number()
    rows = db().scalars(
        query.order_by(MailMessage.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .options(selectinload(MailMessage.user))
    )
    return render_template(
        "admin/mails.html",
        rows=rows.all(),
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        state=state,
        states=STATES,
        server=services().settings.smtp_host,
        page_href=lambda number: url_for("admin.mails", state=state or None, page=number),
    )


@bp.post("/mails/<int:mail_id>/again")
def mail_again(mail_id: int) -> Response:
    """重发 a mail that was given up."""
    mail.send_again(db(), mail_id, services().clock())
    commit()
    note = quiet_note(services().clock())
    flash(f"已排入重发。{note}" if note else "已排入重发，几秒内发出。", "good")
    return redirect(url_for("admin.mails"))
