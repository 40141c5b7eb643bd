"""One order for the centre: its page, its commands, and the preview of a dispatch."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput, KbError, NotFound
from kb.models import WorkOrder
from kb.queries.choices import find_unit
from kb.queries.order_hints import LikeOrder, like_orders
from kb.services import contact_details, raising_again, work_orders
from kb.terms import Outcome
from kb.work_orders.events import EventKind
from webapp import formats
from webapp.context import city, services
from webapp.database import commit, db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.reviewing import findings_of
from webapp.dispatch.sending import MODES, SENDS, SEVERAL, sending, units_sent, unstaffed_words
from webapp.dispatch.values import several, values_of
from webapp.identity import current_actor
from webapp.navigation import is_offered
from webapp.order_commands import NOT_REFUSED, REFUSALS, by_form, refused, status_of
from webapp.order_derivation import derivation
from webapp.order_due import DISPATCHED, begun_before
from webapp.order_duty import duty_words
from webapp.order_parts import OrderView, order_view
from webapp.order_uploads import chosen_files, keep_uploads
from webapp.order_verbs import VERBS

_DONE = {
    EventKind.DISPATCHED: "已派出",
    EventKind.CANCELLED: "已撤单",
    EventKind.REASSIGNED: "已改派",
    EventKind.RULED: "已核定并派出",
    EventKind.URGENCY_CHANGED: "紧急程度已调整",
    EventKind.ACKNOWLEDGED: "已签收",
    EventKind.RETURNED: "已退单，等派单员处理",
    EventKind.RETURN_GRANTED: "已同意退单，请重新派出",
    EventKind.RETURN_REFUSED: "已裁定由原单位继续办理",
    EventKind.EXTENSION_GRANTED: "已同意延期",
    EventKind.EXTENSION_REFUSED: "未同意延期，原时限不变",
    EventKind.PAUSE_GRANTED: "已同意挂起",
    EventKind.PAUSE_REFUSED: "未同意挂起，时限照常计算",
    EventKind.DECLINE_SIGNED: "已签批，交热线中心批复",
    EventKind.DECLINE_RETURNED: "已退回经办人继续办理",
    EventKind.DECLINE_GRANTED: "已同意不予办理，工单办结，等待回访",
    EventKind.DECLINE_REFUSED: "未同意不予办理，由原单位继续办理",
    EventKind.RULING_OPENED: "已提交核定，等各单位出具意见",
    EventKind.REPLIED: "答复已提交，等待审核",
    EventKind.UNIT_PASSED: "单位审核通过，已交热线中心",
    EventKind.UNIT_SENT_BACK: "已退回经办人修改",
    EventKind.SENT_BACK: "已退回承办单位重办",
    EventKind.RESUMED: "已恢复办理，时限继续计算",
    EventKind.REMINDED: "已催办",
    EventKind.SUPERVISED: "督办单已发出",
    EventKind.RECOMPUTED: "时限已按现行标准重算",
    EventKind.RESOLVED: "已办结，等待回访",
    EventKind.REOPENED: "已交原单位重办",
    EventKind.MERGED: "已并单",
    EventKind.UNMERGED: "已撤销并单，工单回到派单台",
    EventKind.NOTED: "备注已记录",
}
# What the address calls a command; only those that this page has a form for.
COMMANDS = {kind.value: kind for kind in _DONE}


@bp.get("/orders/<number>")
def order(number: str) -> Response:
    """The order's page; a unit's people are sent on to the one of their own room."""
    actor = current_actor()
    found = work_orders.get_order(db(), number, actor)
    if not actor.is_centre:
        return redirect(url_for("unit_orders.order", number=found.number))
    return make_response(_page(found))


def _page(found: WorkOrder, **more: Any) -> str:
    known, actor, now = services(), current_actor(), services().clock()
    requester = more.pop("requester", None)
    view = order_view(db(), found, actor=actor, now=now, profile=known.profile, requester=requester)
    findings, unchecked = findings_of(view)
    values = {
        **NOT_REFUSED,
        "view": view,
        "home_href": url_for("dispatch.home") if is_offered(actor, "/dispatch") else "",
        "reveal_href": url_for("dispatch.reveal", number=found.number),
        "command_href": lambda kind: url_for("dispatch.command", number=found.number, command=kind),
        "file_href": lambda key: url_for("unit_orders.file", number=found.number, file_id=key),
        "kept_files": [row for row in view.files if row.seq is None],
        "ticked": (),
        "max_mb": known.settings.max_upload_mb,
        "done": request.args.get("done", ""),
        "wanted": request.args,
        "modes": MODES,
        "sending": sending(db(), view, known.profile, now, request.args.get("unit", "")),
        "findings": findings,
        "unchecked": unchecked,
        "recomputed": _recomputed(view),
        "order_href": lambda number: url_for("dispatch.order", number=number),
        "similar": _similar(found) if actor.is_centre else [],
        "can_raise_again": raising_again.may_raise_again(found, actor),
        "repeat_days": city().registering.repeat_days,
    }
    return render_template("dispatch/order.html", **(values | more))


def _similar(found: WorkOrder) -> list[LikeOrder]:
    days = city().registering.repeat_days
    actor, now = current_actor(), services().clock()
    return like_orders(db(), found, actor=actor, now=now, days=days)


def _recomputed(view: OrderView) -> list[work_orders.Recomputed]:
    if "recomputed" not in view.commands:
        return []
    return work_orders.plan_recompute(db(), view.order, by_form({"seen": str(view.seen)}))


@bp.post("/orders/<number>/do/<command>")
def command(number: str, command: str) -> Response:
    """Give a command. What cannot be done brings the page back with everything that was typed."""
    kind = COMMANDS.get(command)
    if kind is None:
        raise NotFound("没有这种操作，请从工单页面上的按钮进入")
    found = work_orders.get_order(db(), number, current_actor())
    file_ids = chosen_files()
    try:
        if kind == EventKind.NOTED:
            file_ids += keep_uploads(found)
        said = _give(found, kind, request.form, file_ids)
    except REFUSALS as error:
        return _refused(number, kind, error, file_ids)
    commit()
    flash(said, "good")
    if kind.value in SENDS and (warning := unstaffed_words(db(), units_sent(db(), found))):
        flash(warning, "warn")
    return redirect(url_for("dispatch.order", number=number, done=kind.value))


@bp.post("/orders/<number>/again")
def accept_again(number: str) -> Response:
    """重新受理 the request of a cancelled order: on to its new one."""
    actor, text = current_actor(), request.form.get("text", "")
    found = work_orders.get_order(db(), number, actor)
    try:
        again = raising_again.raise_again(db(), found, by_form(request.form), text=text)
    except InvalidInput as invalid:
        db().rollback()
        found = work_orders.get_order(db(), number, actor)
        return make_response(_page(found, again_problem=invalid.message, again_reason=text), 422)
    commit()
    flash(f"已重新受理，诉求 {again.request.number} 的新工单是 {again.number}。", "good")
    return redirect(url_for("dispatch.order", number=again.number), 303)


@bp.get("/orders/<number>/again")
@bp.get("/orders/<number>/do/<command>")
@bp.get("/orders/<number>/contact")
def back_to_order(number: str, command: str = "") -> Response:
    """The address of a form that is opened as a page (reload, history): the order itself."""
    return redirect(url_for("dispatch.order", number=number))


def _give(
    found: WorkOrder, kind: EventKind, form: Mapping[str, str], file_ids: Sequence[int]
) -> str:
    """Give it and say what was done."""
    by = by_form(form)
    if kind == EventKind.DISPATCHED and form.get("mode") == SEVERAL:
        sent = work_orders.dispatch_several(db(), found, by, **several(db(), form))
        numbers = "、".join(one.number for one in sent)
        return f"已分别派出 {len(sent)} 张工单：{numbers}。"
    files = {"files": file_ids} if kind == EventKind.NOTED else {}
    VERBS[kind](db(), found, by, **values_of(db(), kind, form), **files)
    return _said(found, kind)


def _refused(number: str, kind: EventKind, error: KbError, file_ids: Sequence[int]) -> Response:
    db().rollback()
    db().expire_all()
    found = work_orders.get_order(db(), number, current_actor())
    values = refused(found, kind, error, request.form)
    return make_response(_page(found, ticked=file_ids, **values), status_of(error))


def _said(found: WorkOrder, kind: EventKind) -> str:
    if kind in (EventKind.DISPATCHED, EventKind.REASSIGNED, EventKind.RULED):
        data = found.events[-1].data
        others = len(data.get("assisting", ()))
        joint = f"，{others} 个单位协办" if others else ""
        due = formats.local_time(found.due_at, services().clock())
        return f"{_DONE[kind]}：{data['unit']}主办{joint}，办结到期 {due}。"
    if kind in (EventKind.EXTENSION_GRANTED, EventKind.PAUSE_GRANTED, EventKind.RESUMED):
        return f"{_DONE[kind]}，办结到期 {formats.local_time(found.due_at, services().clock())}。"
    if kind == EventKind.CANCELLED:
        asked = found.request
        return f"已撤单，诉求 {asked.number} 记为“{Outcome(asked.outcome).label}”。"
    return f"{_DONE[kind]}。"


@bp.get("/orders/<number>/preview")
def preview(number: str) -> Response:
    """What a dispatch to a unit would promise, as JSON, before it is sent."""
    now = services().clock()
    found = work_orders.get_order(db(), number, current_actor())
    unit = find_unit(db(), request.args.get("unit", ""))
    profile = services().profile
    plan = work_orders.plan_dispatch(db(), found, profile=profile, now=now, unit_id=unit.id)
    begun = begun_before(work_orders.state_of(found)) if plan.is_promised else DISPATCHED
    lines = derivation(plan.resolve.steps, today=local_day(now), begun=begun)
    return jsonify(
        unit=unit.name,
        duty=duty_words(db(), unit.id, now),
        warning=unstaffed_words(db(), [unit]),
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
