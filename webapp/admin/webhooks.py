"""管理: who is told about events, and how each telling went."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.services import subscriptions, webhook_sending
from kb.services.webhooks import EVENTS
from kb.webhook_post import DeliveryRefused, check_url
from webapp.admin.blueprint import bp, form_id, page_number
from webapp.admin.people import unit_options
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@bp.get("/webhooks")
def webhooks() -> str:
    """Every subscription with a form to add one."""
    return _page({}, {})


def _page(
    problems: Mapping[str, str], typed: Mapping[str, str], *, once: str = "", name: str = ""
) -> str:
    hosts = services().settings.webhook_hosts
    rows = subscriptions.all_subscriptions(db())
    return render_template(
        "admin/webhooks.html",
        rows=rows,
        # The list of hosts may have become shorter since.
        unlisted={row.id: _unlisted(row.url) for row in rows if row.is_active},
        counts=subscriptions.delivery_counts(db()),
        events=list(EVENTS.items()),
        states=subscriptions.STATES,
        units=unit_options(),
        hosts=hosts,
        problems=problems,
        typed=typed,
        # Once a subscription is made, the form is for another one.
        chosen=[] if once else request.form.getlist("events"),
        once=once,
        once_name=name,
    )


def _unlisted(url: str) -> str:
    """Why the settings let nothing go to this address; no host is looked up for a page."""
    try:
        check_url(url, services().settings.webhook_hosts)
    except DeliveryRefused as refused:
        return refused.reason
    return ""


@bp.post("/webhooks")
def add_webhook() -> Response:
    """Add a subscription; this answer shows its secret once."""
    known = services()
    try:
        row = subscriptions.add_subscription(
            db(),
            name=request.form.get("name", ""),
            url=request.form.get("url", ""),
            events=request.form.getlist("events"),
            unit_id=form_id("unit_id"),
            with_internal=request.form.get("with_internal") == "1",
            allowed_hosts=known.settings.webhook_hosts,
            actor_id=current_actor().user_id,
            now=known.clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(invalid.fields, request.form), 422)
    commit()
    secret = webhook_sending.secret_of(known.settings.secret_key, row.salt)
    return make_response(_page({}, {}, once=secret, name=row.name))


@bp.get("/webhooks/<int:subscription_id>")
def webhook(subscription_id: int) -> str:
    """The deliveries of one subscription, newest first."""
    row = subscriptions.get_subscription(db(), subscription_id)
    state = request.args.get("state", "")
    state = state if state in subscriptions.STATES else ""
    page = page_number()
    found, total = subscriptions.deliveries_of(db(), row.id, state=state, page=page)
    return render_template(
        "admin/webhook.html",
        row=row,
        found=found,
        total=total,
        page=page,
        pages=max(1, -(-total // subscriptions.PAGE)),
        state=state,
        states=subscriptions.STATES,
        events=EVENTS,
        page_href=lambda number: url_for(
            "admin.webhook", subscription_id=row.id, state=state or None, page=number
        ),
    )


@bp.post("/webhooks/<int:subscription_id>/end")
def end_webhook(subscription_id: int) -> Response:
    """End a subscription for good."""
    subscriptions.end_subscription(
        db(), subscription_id, actor_id=current_actor().user_id, now=services().clock()
    )
    commit()
    flash("订阅已停用，从现在起不再推送。", "good")
    return redirect(url_for("admin.webhooks"))


@bp.post("/webhook-deliveries/<int:delivery_id>/again")
def deliver_again(delivery_id: int) -> Response:
    """重发 with the same event id."""
    row = webhook_sending.send_again(db(), delivery_id, services().clock())
    commit()
    flash("已排入重发，几秒内发出；事件编号不变，接收方可以据此去重。", "good")
    return redirect(url_for("admin.webhook", subscription_id=row.subscription_id))
