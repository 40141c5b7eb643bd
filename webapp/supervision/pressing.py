"""催办 of one order or several: first what would be sent to whom, then the sending."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from kb.errors import IllegalTransition, InvalidInput, KbError, StaleVersion
from kb.models import WorkOrder, WorkOrderEvent
from kb.services import work_orders
from kb.services.work_orders import By, StaleOrder
from kb.work_orders.events import EventKind
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.order_duty import urgent_duty
from webapp.supervision.blueprint import bp
from webapp.supervision.orders import KEPT

MAX_ORDERS = 50
_NONE = "请先勾选要催办的工单"
USUAL = "请尽快办理并答复；有困难的，请说明原因和预计办结时间。"


@dataclass(frozen=True)
class Row:
    """An order that would be pressed; ``problem`` says why it cannot be, ``note`` why it was not
    just now although it can be."""

    order: WorkOrder
    problem: str
    duty: str
    note: str = ""


@bp.get("/press")
def press() -> str | Response:
    """Which of the chosen orders can be pressed, to whom it goes, and with what words."""
    if not any(map(str.strip, request.args.getlist("order"))):
        flash(_NONE, "warn")
        return redirect(address_of(url_for("supervision.orders"), request.args, KEPT)())
    return _page(_rows(_found(request.args.getlist("order"))), USUAL)


def _found(numbers: Sequence[str]) -> Sequence[WorkOrder]:
    """The orders with these numbers, in this sequence; unknown ones are left out.

    :raises InvalidInput: none is named, or too many are.
    """
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not wanted:
        raise InvalidInput(_NONE)
    if len(wanted) > MAX_ORDERS:
        raise InvalidInput(f"一次最多催办 {MAX_ORDERS} 件，请分几次")
    query = (
        select(WorkOrder)
        .where(WorkOrder.number.in_(wanted))
        .options(
            joinedload(WorkOrder.request),
            joinedload(WorkOrder.unit),
            selectinload(WorkOrder.events).joinedload(WorkOrderEvent.actor),
        )
    )
    known = {order.number: order for order in db().scalars(query)}
    return [known[number] for number in wanted if number in known]


def _rows(orders: Sequence[WorkOrder]) -> list[Row]:
    known, actor, now = services(), current_actor(), services().clock()
    rows = []
    for order in orders:
        commands = work_orders.commands_for(order, actor, now, known.profile.orders)
        problem = "" if EventKind.REMINDED in commands else _why_not(order)
        rows.append(Row(order, problem, urgent_duty(db(), order, now)))
    return rows


def _why_not(order: WorkOrder) -> str:
    state = work_orders.state_of(order)
    if state.is_ruling:
        return "疑难核定中，由热线中心负责，不能催办"
    return f"现在是“{state.step.label}”，不在承办单位手里，不能催办"


def _page(rows: Sequence[Row], text: str, problem: str = "") -> str:
    return render_template("supervision/press.html", rows=rows, text=text, problem=problem)


@bp.post("/press")
def send_press() -> Response:
    """Press them. One that was changed meanwhile or cannot be pressed stays on the page with its
    reason; the others are pressed."""
    text = request.form.get("text", "").strip()
    orders = _found(request.form.getlist("order"))
    if not text:
        return make_response(_page(_rows(orders), text, "请写明催办的话"), 422)
    failed: dict[str, str] = {}
    numbers = [order.number for order in orders]
    for number in numbers:
        reason = _press_one(number, text)
        if reason:
            failed[number] = reason
    commit()
    done = len(numbers) - len(failed)
    if done:
        flash(f"已催办 {done} 件，承办单位会收到提醒。", "good")
    if not failed:
        return redirect(url_for("supervision.orders"))
    rows = [
        row if row.problem else replace(row, note=failed[row.order.number])
        for row in _rows(_found([*failed]))
    ]
    return make_response(_page(rows, text), 200 if done else 409)


def _press_one(number: str, text: str) -> str:
    """Press one order; why it was not, if so."""
    known = services()
    seen = request.form.get(f"seen-{number}", "")
    by = By(current_actor(), known.clock(), known.profile, int(seen) if seen.isdecimal() else 0)
    try:
        with db().begin_nested():
            order = work_orders.get_order(db(), number, by.actor)
            work_orders.remind(db(), order, by, text=text)
    except (IllegalTransition, StaleVersion, InvalidInput) as error:
        return _sentence(error)
    return ""


def _sentence(error: KbError) -> str:
    if isinstance(error, StaleOrder) and error.is_own:
        return (
            "您自己刚刚处理过这张工单（在另一个窗口，或重复提交），没有催办；仍要催办的，再发一次"
        )
    if isinstance(error, StaleVersion):
        return "别人刚刚处理过这张工单，没有催办；看过最新进展仍要催办的，再发一次"
    return error.message
