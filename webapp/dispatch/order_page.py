"""One order: its page, its commands, and the preview of a dispatch."""

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import (
    CalendarUnknown,
    IllegalTransition,
    InvalidInput,
    KbError,
    NotFound,
    StaleVersion,
)
from kb.models import WorkOrder
from kb.queries.choices import find_unit, units_by_name
from kb.services import contact_details, work_orders
from kb.work_orders.state import EventKind
from webapp import formats
from webapp.context import services
from webapp.database import commit, db
from webapp.dispatch import clocks
from webapp.dispatch.blueprint import bp
from webapp.dispatch.order_view import page_of
from webapp.identity import current_actor

# What the address calls a command; the accepting event is never given by hand.
COMMANDS = {kind.value: kind for kind in EventKind if kind != EventKind.ACCEPTED}
_DONE = {
    EventKind.ACKNOWLEDGED: "已签收",
    EventKind.RETURNED: "已退单，等派单员重新派出",
    EventKind.REPLIED: "答复已提交，等待审核",
    EventKind.SENT_BACK: "已退回承办单位重办",
    EventKind.REMINDED: "已催办",
    EventKind.RESOLVED: "已办结，等待回访",
    EventKind.FOLLOWED_UP: "回访结果已记录",
    EventKind.REOPENED: "已交原单位重办",
    EventKind.NOTED: "备注已记录",
}
_STATUS = {InvalidInput: 422, CalendarUnknown: 409, IllegalTransition: 409, StaleVersion: 409}


@bp.get("/orders/<number>")
def order(number: str) -> str:
    """The order's page."""
    found = work_orders.get_order(db(), number, current_actor())
    return _page(found)


def _page(found: WorkOrder, **more: Any) -> str:
    known = services()
    values = page_of(
        db(),
        found,
        actor=current_actor(),
        now=known.clock(),
        profile=known.profile,
        requester=more.pop("requester", None),
    )
    values |= {
        "form": {},
        "problems": {},
        "failed": "",
        "refusal": None,
        "reveal_problem": "",
        "seen": found.event_count,
        "units": units_by_name(db()) if "dispatched" in values["commands"] else [],
        "done": request.args.get("done", ""),
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
    except (InvalidInput, CalendarUnknown, IllegalTransition, StaleVersion) as error:
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
    now, actor = services().clock(), current_actor()
    seen, text = _seen(form), form.get("text", "")
    if kind == EventKind.DISPATCHED:
        unit = find_unit(db(), form.get("unit", ""))
        work_orders.dispatch(
            db(),
            found,
            unit_id=unit.id,
            profile=services().profile,
            actor=actor,
            now=now,
            text=text,
            seen_events=seen,
        )
        return
    data: dict[str, Any] = {"text": text}
    if kind == EventKind.FOLLOWED_UP:
        data["satisfaction"] = form.get("satisfaction", "")
    work_orders.act(db(), found, kind, actor=actor, now=now, data=data, seen_events=seen)


def _seen(form: Mapping[str, str]) -> int:
    """How many events the page showed; a form that does not say has seen nothing."""
    value = form.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


def _refused(number: str, kind: EventKind, error: KbError) -> Response:
    db().rollback()
    db().expire_all()
    found = work_orders.get_order(db(), number, current_actor())
    status = next(code for known, code in _STATUS.items() if isinstance(error, known))
    seen = _seen(request.form)
    page = _page(
        found,
        form=request.form,
        failed=kind.value,
        failed_label=kind.label,
        refusal=error.message,
        problems=getattr(error, "fields", {}),
        is_stale=isinstance(error, StaleVersion),
        news=[event for event in found.events if event.seq > seen],
    )
    return make_response(page, status)


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
    lines = clocks.derivation(plan.resolve.steps, is_promised=plan.is_promised)
    return jsonify(
        unit=unit.name,
        acknowledge_limit=str(plan.acknowledge_limit),
        acknowledge_due=formats.local_time(plan.acknowledge.due_at, now),
        resolve_limit=str(plan.resolve_limit),
        resolve_due=formats.local_time(plan.resolve.due_at, now),
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
