"""超期与即将超期: orders unit by unit, with whom to ask and how far it was taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from werkzeug.wrappers import Response

from kb.models import WorkOrder
from kb.profile_escalation import Step
from kb.queries.choices import categories_in_use
from kb.queries.supervised_orders import (
    CLOCKS,
    SORTS,
    Followed,
    UnitRow,
    Watch,
    WatchFilter,
    all_watched,
    count_by_unit,
    followed,
    list_watched,
)
from kb.services.order_clock_notices import steps_reached
from kb.services.work_orders import running_clocks
from kb.terms import ClockKind, Urgency
from kb.work_orders.state import OrderState
from kb.workbook import Cell
from webapp import formats, order_clocks
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.sheets import sheet, title_of
from webapp.supervision.blueprint import bp

NAMES = ("list", "unit", "undispatched", "category", "urgency", "q", "sort")
KEPT = (*NAMES, "page")  # what brings somebody back to the same page of the list
_EMPTY = {
    Watch.OVER: "没有超期未办结的工单",
    Watch.SIGN: "没有超期未签收的工单",
    Watch.SOON: "24 小时内没有将到期的工单",
}
_HEAD = (
    *("工单", "标题", "类别", "区域", "承办单位", "经办人", "单位审核人", "状态", "紧急程度"),
    *("时限", "到期时间", "超期小时", "催办次数", "最近催办", "已报到"),
)


@dataclass(frozen=True)
class Row:
    """An order with the clock the list is about, who answers for it, and what was done so far."""

    order: WorkOrder
    clock: order_clocks.Clock
    clock_name: str
    people: tuple[str, ...]
    reminded_at: datetime | None
    step: str


@bp.get("/orders")
def orders() -> str:
    """One of the lists, by unit, filtered, sorted and paged by the address."""
    actor, now, asked = current_actor(), services().clock(), Asked(request.args)
    wanted = _wanted(asked)
    units = count_by_unit(db(), wanted, actor=actor, now=now)
    counts = {watch: sum(row.counts[watch] for row in units) for watch in Watch}
    total = _total(units, wanted)
    found = list_watched(db(), wanted, actor=actor, now=now, page=asked.page, total=total)
    return render_template(
        "supervision/orders.html",
        wanted=wanted,
        asked=asked,
        found=found,
        rows=_rows(found.rows, wanted.watch, now),
        units=units,
        watches=list(Watch),
        counts=counts,
        empty=_EMPTY[wanted.watch],
        address=address_of(request.path, request.args, NAMES),
        kept={name: request.args[name] for name in KEPT if request.args.get(name)},
        export=address_of(f"{request.path}/export", request.args, NAMES),
        categories=categories_in_use(db()),
        urgencies=[(each.value, each.label) for each in Urgency],
        is_narrowed=any(
            (wanted.unit_id, wanted.is_undispatched, wanted.category, wanted.urgency, wanted.text)
        ),
    )


def _wanted(asked: Asked) -> WatchFilter:
    return WatchFilter(
        watch=Watch(asked.one_of("list", tuple(Watch), Watch.OVER)),
        unit_id=asked.number("unit"),
        is_undispatched=asked.text("undispatched") == "1",
        category=asked.text("category"),
        urgency=asked.one_of("urgency", tuple(Urgency)),
        text=asked.text("q"),
        sort=asked.one_of("sort", SORTS, "due"),
    )


def _total(units: Sequence[UnitRow], wanted: WatchFilter) -> int:
    is_all = wanted.unit_id is None and not wanted.is_undispatched
    own = None if wanted.is_undispatched else wanted.unit_id
    return sum(row.counts[wanted.watch] for row in units if is_all or row.unit_id == own)


def _rows(orders: Sequence[WorkOrder], watch: Watch, now: datetime) -> list[Row]:
    known = followed(db(), orders)
    steps = steps_reached(db(), orders, services().profile)
    return [
        _row(order, watch, known[order.id], step_words(steps.get(order.id)), now)
        for order in orders
    ]


def _row(order: WorkOrder, watch: Watch, known: Followed, step: str, now: datetime) -> Row:
    running = running_clocks(order)
    kind = CLOCKS.get(watch) or ClockKind(order.next_due_kind)
    clock = order_clocks.running(running[kind], now)
    return Row(order, clock, kind.label, known.people, known.reminded_at, step)


def step_words(step: Step | None) -> str:
    """``已报 1 级领导``: how far an overdue order was taken; empty when nobody was told."""
    if step is None:
        return ""
    if step.level:
        return f"已报单位 {step.level} 级领导"
    names = {"unit": "承办单位", "reviewer": "单位审核人", "dispatcher": "派单员"}
    return f"已提醒{names.get(step.to, '督办')}"


@bp.post("/orders/export")
def export_orders() -> Response:
    """The list of the address, all pages of it, as a file."""
    actor, now, wanted = current_actor(), services().clock(), _wanted(Asked(request.args))
    found = all_watched(db(), wanted, actor=actor, now=now)
    rows = [_cells(row, now) for row in _rows(found, wanted.watch, now)]
    return sheet(f"watched-{wanted.watch}", wanted.watch.label, _HEAD, rows, len(found))


def _cells(row: Row, now: datetime) -> tuple[Cell, ...]:
    order, asked = row.order, row.order.request
    due = row.clock.at
    late = int((now - due).total_seconds() // 3600) if due is not None and due < now else 0
    return (
        order.number,
        title_of(asked),
        asked.category or "未分类",
        asked.region,
        order.unit.name if order.unit is not None else "",
        order.assignee.name if order.assignee is not None else "",
        "、".join(row.people),
        OrderState(order.state).label,
        Urgency(order.urgency).label,
        row.clock_name,
        formats.filed_time(due),
        late,
        order.reminders,
        formats.filed_time(row.reminded_at),
        row.step,
    )
