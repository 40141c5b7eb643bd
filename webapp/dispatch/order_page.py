"""One order: its page, its commands, and the preview of a dispatch."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput, KbError, NotFound
from kb.models import WorkOrder
from kb.queries.choices import find_unit
from kb.queries.order_hints import similar_orders
from kb.services import contact_details, work_orders
from kb.work_orders.events import EventKind
from webapp import formats
from webapp.context import services
from webapp.database import commit, db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.sending import dispatching
from webapp.identity import current_actor
from webapp.navigation import is_offered
from webapp.order_commands import NOT_REFUSED, REFUSALS, by_form, refused, status_of
from webapp.order_derivation import derivation
from webapp.order_parts import order_view
from webapp.order_verbs import VERBS

_DONE = {
    EventKind.DISPATCHED: "已派出",
    EventKind.ACKNOWLEDGED: "已签收",
    EventKind.RETURNED: "已退单，等派单员处理",
    EventKind.RETURN_GRANTED: "已同意退单，请重新派出",
    EventKind.RETURN_REFUSED: "已裁定由原单位继续办理",
    EventKind.REPLIED: "答复已提交，等待审核",
    EventKind.UNIT_PASSED: "单位审核通过，已交热线中心",
    EventKind.UNIT_SENT_BACK: "已退回经办人修改",
    EventKind.SENT_BACK: "已退回承办单位重办",
    EventKind.REMINDED: "已催办",
    EventKind.RESOLVED: "已办结，等待回访",
    EventKind.FOLLOWED_UP: "回访结果已记录",
    EventKind.REOPENED: "已交原单位重办",
    EventKind.NOTED: "备注已记录",
}
# What the address calls a command; only those that this page has a form for.
COMMANDS = {kind.value: kind for kind in _DONE}
_SIMILAR = timedelta(days=30)


@bp.get("/orders/<number>")
def order(number: str) -> str:
    """The order's page."""
    found = work_orders.get_order(db(), number, current_actor())
    return _page(found)


def _page(found: WorkOrder, **more: Any) -> str:
    known, actor, now = services(), current_actor(), services().clock()
    requester = more.pop("requester", None)
    view = order_view(db(), found, actor=actor, now=now, profile=known.profile, requester=requester)
    values = {
        **NOT_REFUSED,
        "view": view,
        "home_href": url_for("dispatch.home") if is_offered(actor, "/dispatch") else "",
        "reveal_href": url_for("dispatch.reveal", number=found.number),
        "command_href": lambda kind: url_for("dispatch.command", number=found.number, command=kind),
        "file_href": None,
        "done": request.args.get("done", ""),
        "similar": similar_orders(db(), found, actor=actor, since=now - _SIMILAR),
        **dispatching(db(), view, known.profile, now),
    }
    return render_template("dispatch/order.html", **(values | more))


@bp.post("/orders/<number>/do/<command>")
def command(number: str, command: str) -> Response:
    """Give a command. What cannot be done brings the page back with everything that was typed."""
    kind = COMMANDS.get(command)
    if kind is None:
        raise NotFound("没有这种操作，请从工单页面上的按钮进入")
    found = work_orders.get_order(db(), number, current_actor())
    try:
        _give(found, kind, request.form)
    except REFUSALS as error:
        return _refused(number, kind, error)
    commit()
    flash(_said(found, kind), "good")
    return redirect(url_for("dispatch.order", number=number, done=kind.value))


@bp.get("/orders/<number>/do/<command>")
@bp.get("/orders/<number>/contact")
def back_to_order(number: str, command: str = "") -> Response:
    """The address of a form that is opened as a page (reload, history): the order itself."""
    return redirect(url_for("dispatch.order", number=number))


def _give(found: WorkOrder, kind: EventKind, form: Mapping[str, str]) -> None:
    values: dict[str, Any] = {"text": form.get("text", "")}
    if kind == EventKind.DISPATCHED:
        values["unit_id"] = find_unit(db(), form.get("unit", "")).id
    elif kind == EventKind.RETURNED:
        values["basis"] = form.get("basis", "")
    elif kind == EventKind.FOLLOWED_UP:
        values["satisfaction"] = form.get("satisfaction", "")
    VERBS[kind](db(), found, by_form(form), **values)


def _refused(number: str, kind: EventKind, error: KbError) -> Response:
    db().rollback()
    db().expire_all()
    found = work_orders.get_order(db(), number, current_actor())
    return make_response(
        _page(found, **refused(found, kind, error, request.form)), status_of(error)
    )


def _said(found: WorkOrder, kind: EventKind) -> str:
    if kind != EventKind.DISPATCHED:
        return f"{_DONE[kind]}。"
    unit = found.unit.name if found.unit else found.events[-1].data["unit"]
    due = formats.local_time(found.due_at, services().clock())
    return f"已派给{unit}，办结到期 {due}。"


@bp.get("/orders/<number>/preview")
def preview(number: str) -> Response:
    """What a dispatch to a unit would promise, as JSON, before it is sent."""
    now = services().clock()
    found = work_orders.get_order(db(), number, current_actor())
    unit = find_unit(db(), request.args.get("unit", ""))
    plan = work_orders.plan_dispatch(db(), found, profile=services().profile, now=now)
    lines = derivation(plan.resolve.steps, today=local_day(now), is_promised=plan.is_promised)
    return jsonify(
        unit=unit.name,
        acknowledge_limit=plan.acknowledge.limit,
        acknowledge_due=formats.local_time(plan.acknowledge.due, now),
        resolve_limit=plan.resolve.limit,
        resolve_due=formats.local_time(plan.resolve.due, now),
        is_promised=plan.is_promised,
        lines=[[line.label, line.when, line.note] for line in lines],
    )


@bp.post("/orders/<number>/contact")
def reveal(number: str) -> Response:
    """Show the requester's name and number once, with the reason kept in the audit log."""
    actor = current_actor()
    found = work_orders.get_order(db(), number, actor)
    try:
        requester = contact_details.reveal(
            db(),
            found.request,
            order=found,
            reason=request.form.get("reason", ""),
            actor=actor,
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        found = work_orders.get_order(db(), number, actor)
        page = _page(found, reveal_problem=invalid.message, form=request.form)
        return make_response(page, 422)
    commit()
    return make_response(_page(found, requester=requester))
