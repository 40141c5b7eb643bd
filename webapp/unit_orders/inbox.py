"""本单位工单: one list at a time, what runs out first on top."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request

from kb.actor import Actor
from kb.models import WorkOrder
from kb.queries.choices import categories_in_use
from kb.queries.unit_orders import (
    SORTS,
    Tray,
    TrayFilter,
    count_trays,
    list_tray,
    own_units,
)
from kb.services.contact_details import shown_text
from kb.terms import ClockKind
from kb.work_orders.facts import PartRole, stored_label
from kb.work_orders.state import CLOSED_STEPS, OrderState
from webapp import order_clocks
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.unit_orders.blueprint import bp

_NAMES = ("list", "q", "category", "unit", "mine", "sort")
_EMPTY = {
    Tray.TODO: "没有等着本单位处理的工单",
    Tray.SIGN: "没有等待签收的工单",
    Tray.WORKING: "没有正在办理的工单",
    Tray.REVIEW: "没有等待本单位审核的答复",
    Tray.ASSISTING: "没有等着本单位协办的工单",
    Tray.OPINION: "没有请本单位出具意见的疑难工单",
    Tray.SUPERVISED: "没有等待答复的督办单",
    Tray.OVERDUE: "没有超期的工单",
    Tray.CENTRE: "没有等待热线中心审核的答复",
    Tray.DONE: "还没有办结的工单",
    Tray.ALL: "还没有派给本单位的工单",
}


@dataclass(frozen=True)
class Row:
    """An order in the list: what the unit is to it, and the clock that runs out next."""

    order: WorkOrder
    title: str
    place: str
    role: str
    state: OrderState
    clock: order_clocks.Clock
    clock_name: str
    pending: str
    is_late: bool


@bp.get("")
def inbox() -> str:
    """The unit's orders, filtered, sorted and paged by the address."""
    actor, now = current_actor(), services().clock()
    asked = Asked(request.args)
    wanted = wanted_of(asked)
    counts = count_trays(db(), wanted, actor=actor, now=now)
    found = list_tray(
        db(), wanted, actor=actor, now=now, page=asked.page, total=counts[wanted.tray]
    )
    units = own_units(db(), actor) if len(actor.unit_scope) > 1 else []
    return render_template(
        "unit_orders/inbox.html",
        wanted=wanted,
        problems=asked.problems,
        counts=counts,
        trays=[tray for tray in Tray if counts[tray] or tray in _ALWAYS or tray == wanted.tray],
        found=found,
        rows=[row_of(order, actor, now) for order in found.rows],
        address=address_of(request.path, request.args, _NAMES),
        export=address_of(f"{request.path}/export", request.args, _NAMES),
        empty=_EMPTY[wanted.tray],
        is_narrowed=bool(wanted.text or wanted.category or wanted.unit_id or wanted.is_mine),
        units=units,
        categories=categories_in_use(db()),
    )


_ALWAYS = (Tray.TODO, Tray.SIGN, Tray.WORKING, Tray.REVIEW, Tray.OVERDUE, Tray.DONE, Tray.ALL)


def wanted_of(asked: Asked) -> TrayFilter:
    """What an address asks the inbox for."""
    return TrayFilter(
        tray=Tray(asked.one_of("list", tuple(Tray), Tray.TODO)),
        text=asked.text("q"),
        category=asked.text("category")[:80],
        unit_id=asked.number("unit"),
        is_mine=asked.text("mine") == "1",
        sort=asked.one_of("sort", SORTS, "due"),
    )


def row_of(order: WorkOrder, actor: Actor, now: datetime) -> Row:
    """An order as a line of the inbox."""
    state = OrderState(order.state)
    clock, name = _clock(order, state, now)
    return Row(
        order=order,
        title=shown_text(order.request.title, order.request, actor),
        place=shown_text(order.request.place, order.request, actor),
        role=_role(order, actor),
        state=state,
        clock=clock,
        clock_name=name,
        pending=stored_label(order.pending) if order.pending else "",
        is_late=clock.kind == "bad" and state not in CLOSED_STEPS,
    )


def _role(order: WorkOrder, actor: Actor) -> str:
    """The weightiest part of the person's units: lead, assisting, asked."""
    mine = {
        part.role for part in order.units if part.until is None and part.unit_id in actor.unit_scope
    }
    if not mine and actor.was_given(order.assignee_id, order.unit_id):
        return PartRole.LEAD.label  # for a unit above, which assigned it
    return next((role.label for role in PartRole if role.value in mine), "")


def _clock(order: WorkOrder, state: OrderState, now: datetime) -> tuple[order_clocks.Clock, str]:
    if state in CLOSED_STEPS and not order.supervision_due_at:
        return _ended(order, state), ""
    dues = [(order.next_due_at, order.next_due_kind), (order.supervision_due_at, "supervision")]
    running = [(due, kind) for due, kind in dues if due is not None]
    if not running:
        return order_clocks.Clock("mute", "没有在走的时限"), ""
    due, kind = min(running)
    return order_clocks.running(due, now), ClockKind(kind).label


def _ended(order: WorkOrder, state: OrderState) -> order_clocks.Clock:
    if order.resolved_at is None:
        return order_clocks.Clock("mute", state.label)
    is_late = order.due_at is not None and order.resolved_at > order.due_at
    return order_clocks.Clock(
        "bad" if is_late else "good", "超期办结" if is_late else "按时办结", order.resolved_at
    )
