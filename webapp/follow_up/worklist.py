"""回访 worklists: who is to be called, and what waits after the call."""

from dataclasses import dataclass

from flask import render_template, request, url_for

from kb.models import WorkOrder
from kb.queries.choices import categories_in_use, units_by_name
from kb.queries.follow_ups import Pile, count_piles, list_calls
from kb.terms import Satisfaction
from webapp.context import services
from webapp.database import db
from webapp.follow_up.blueprint import bp
from webapp.follow_up.filters import NAMES, call_filter, is_narrowed, kept
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.order_clocks import Clock, running

_EMPTY = {
    Pile.WAITING: "没有等待回访的工单",
    Pile.MISSED: "没有多次未接通的工单",
    Pile.UNHAPPY: "没有不满意待处理的工单",
    Pile.ENDING: "没有等待归档的工单",
}


@dataclass(frozen=True)
class Row:
    """An order in the list; ``has_objected``: dissatisfied through the link, not yet called."""

    order: WorkOrder
    clock: Clock
    href: str
    has_objected: bool


@bp.get("")
def home() -> str:
    """A worklist, filtered, sorted and paged by the address."""
    known, actor, asked = services(), current_actor(), Asked(request.args)
    wanted = call_filter(asked, known.profile)
    counts = count_piles(db(), wanted, actor=actor)
    found = list_calls(db(), wanted, actor=actor, page=asked.page, total=counts[wanted.pile])
    return render_template(
        "follow_up/list.html",
        wanted=wanted,
        asked=asked,
        counts=counts,
        piles=list(Pile),
        found=found,
        rows=[row_of(order, wanted.pile) for order in found.rows],
        address=address_of(request.path, request.args, NAMES),
        export=address_of(f"{request.path}/export", request.args, NAMES),
        empty=_EMPTY[wanted.pile],
        is_narrowed=is_narrowed(wanted),
        units=units_by_name(db()),
        categories=categories_in_use(db()),
        channels=_with(known.profile.channels, wanted.channel),
        regions=_with(known.profile.regions, wanted.region),
    )


def _with(choices: tuple[str, ...], chosen: str) -> list[str]:
    """The city's choices, and what the address asks for where it is none of them."""
    return [*choices, *([chosen] if chosen and chosen not in choices else [])]


def row_of(order: WorkOrder, pile: Pile) -> Row:
    """An order as a line of the worklist."""
    due, now = order.call_back_due_at, services().clock()
    clock = running(due, now) if due is not None else Clock("mute", "没有在走的时限")
    if due is None and pile in (Pile.UNHAPPY, Pile.ENDING):
        clock = Clock("mute", "已回访", order.followed_up_at)
    return Row(
        order,
        clock,
        url_for("follow_up.order", number=order.number, **kept(request.args)),
        has_objected=order.satisfaction == Satisfaction.DISSATISFIED and pile == Pile.WAITING,
    )
