"""工单 worklists: the same page for the centre and for a unit, which sees only its own."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request

from kb.actor import Actor
from kb.models import WorkOrder
from kb.queries.choices import categories_in_use, units_by_name
from kb.queries.orders import ALL, ASKS, FOLLOW_UP, HARD, OVERDUE, count_by_tab, list_orders
from kb.terms import Role, Urgency
from kb.work_orders.facts import Ask
from kb.work_orders.state import OrderState
from webapp.context import services
from webapp.database import db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.filters import ORDER_NAMES, order_filter
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.order_clocks import Clock, clock_of, next_clock_of

LABELS = {
    **{state.value: state.label for state in OrderState},
    ASKS: "待裁定",
    HARD: "疑难",
    OVERDUE: "超期",
    FOLLOW_UP: "待回访",
    "open": "未办结",
    ALL: "全部",
}
_EMPTY = {
    "accepted": "没有等待派出的工单",
    "dispatched": "没有等待签收的工单",
    "acknowledged": "没有正在办理的工单",
    "unit_review": "没有等待单位审核的答复",
    "centre_review": "没有等待中心审核的答复",
    "archived": "还没有归档的工单",
    "merged": "没有已并的工单",
    "cancelled": "没有撤掉的工单",
    "resolved": "还没有办结的工单",
    ASKS: "没有等待裁定的申请",
    HARD: "没有正在核定的疑难工单",
    OVERDUE: "没有超期的工单",
    FOLLOW_UP: "办结的工单都已回访",
}


@dataclass(frozen=True)
class Tab:
    """One tab of the page."""

    state: str
    label: str
    count: int
    is_here: bool


def tabs_for(actor: Actor) -> list[str]:
    """The worklists a person has use for: first what waits for them, then the life of an order."""
    waiting: list[str] = [OrderState.ACCEPTED, ASKS, HARD, OrderState.CENTRE_REVIEW, OVERDUE]
    on_the_way: list[str] = [OrderState.DISPATCHED, OrderState.ACKNOWLEDGED, OrderState.UNIT_REVIEW]
    ended: list[str] = [OrderState.RESOLVED, OrderState.ARCHIVED, OrderState.MERGED]
    if actor.is_centre:  # no unit ever had what was cancelled
        ended.append(OrderState.CANCELLED)
    else:
        on_the_way, waiting = [*on_the_way, OrderState.CENTRE_REVIEW, OVERDUE], []
    if actor.has(Role.FOLLOW_UP_AGENT):
        ended = [FOLLOW_UP, *ended]
    return [str(name) for name in (*waiting, *on_the_way, *ended, ALL)]


def default_state(actor: Actor) -> str:
    """The list that is this person's work."""
    for role, state in (
        (Role.DISPATCHER, "accepted"),
        (Role.FOLLOW_UP_AGENT, FOLLOW_UP),
        (Role.SUPERVISOR, OVERDUE),
    ):
        if actor.has(role):
            return state
    return "dispatched"


@bp.get("")
def home() -> str:
    """A worklist, filtered, sorted and paged by the address."""
    actor, now, asked = current_actor(), services().clock(), Asked(request.args)
    wanted = order_filter(asked, default_state=default_state(actor))
    states = tabs_for(actor)
    counts = count_by_tab(db(), wanted, states, actor=actor, now=now)
    # What a tab says is the length of its list, unless a filter of that tab alone is set.
    total = None if wanted.pending else counts.get(wanted.state)
    found = list_orders(db(), wanted, actor=actor, now=now, page=asked.page, total=total)
    address = address_of(request.path, request.args, ORDER_NAMES)
    # The list of overdue orders is about one clock, the others about what runs out next.
    clock = _resolve_clock if wanted.state == OVERDUE else next_clock_of

    return render_template(
        "dispatch/worklist.html",
        wanted=wanted,
        asked=asked,
        found=found,
        rows=[(order, *clock(order, now)) for order in found.rows],
        tabs=[Tab(state, LABELS[state], counts[state], state == wanted.state) for state in states],
        empty=_EMPTY.get(wanted.state, "没有符合条件的工单"),
        address=address,
        export=address_of(
            f"{request.path}/orders.xlsx", {**request.args, "state": wanted.state}, ORDER_NAMES
        ),
        units=units_by_name(db()) if actor.is_centre else [],
        categories=categories_in_use(db()),
        asks=[(each.value, each.label) for each in Ask],
        urgencies=[(each.value, each.label) for each in Urgency],
        has_filters=any(
            (
                wanted.text,
                wanted.unit_id,
                wanted.category,
                wanted.span,
                wanted.pending,
                wanted.urgency,
            )
        ),
    )


def _resolve_clock(order: WorkOrder, now: datetime) -> tuple[Clock, str]:
    return clock_of(order, now), ""
