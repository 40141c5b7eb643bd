"""时限用时分布: how much of their limits orders used, for signing and for resolving."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, union_all
from sqlalchemy.orm import Session

from kb.bulletins.grouping import Grouped
from kb.bulletins.handlings import Handling, Held, handlings, with_traits
from kb.bulletins.populations import Population, order_populations
from kb.bulletins.seconds import seconds_between
from kb.bulletins.window import Column, Window
from kb.models import WorkOrder

_DAY = 86_400
CLOCKS = ("acknowledge", "resolve")
PARTS = (
    *("用时不到一半", "用时过半、期内"),
    *("超期 1 天以内", "超期 1 至 3 天", "超期 3 天以上"),
    *("未完成、未到期", "未完成、已超期", "没有时限"),
)


def clock_parts(window: Window, order: Held, clock: str) -> dict[str, ColumnElement[bool]]:
    """What may become of one of an order's limits; of a dispatched order exactly one holds."""
    done_at: Column = order.acknowledged_at if clock == "acknowledge" else order.resolved_at
    due_at: Column = order.acknowledge_due_at if clock == "acknowledge" else order.due_at
    is_done = func.coalesce(done_at <= window.moment, False)
    spent = seconds_between(order.dispatched_at, done_at)
    limit = seconds_between(order.dispatched_at, due_at)
    over = seconds_between(due_at, done_at)
    in_time = and_(is_done, done_at <= due_at)
    late = and_(is_done, done_at > due_at)
    waiting = and_(not_(is_done), due_at.is_not(None))
    holds = (
        and_(in_time, spent * 2 < limit),
        and_(in_time, spent * 2 >= limit),
        and_(late, over <= _DAY),
        and_(late, over > _DAY, over <= 3 * _DAY),
        and_(late, over > 3 * _DAY),
        and_(waiting, due_at >= window.moment),
        and_(waiting, due_at < window.moment),
        due_at.is_(None),
    )
    return dict(zip(PARTS, holds, strict=True))


def with_clock(window: Window, handling: Handling, name: str) -> tuple[Handling, Population]:
    """Orders with one part of a clock (``resolve:没有时限``) for a trait, and their population."""
    clock, _, part = name.partition(":")
    sent = order_populations(window.basis)["dispatched"]
    known = with_traits(handling, {name: clock_parts(window, handling.held, clock)[part]})
    return known, Population(sent.traits | {name}, sent.moment)


def clock_spread(session: Session, window: Window) -> dict[str, list[dict[str, Any]]]:
    """Per clock the parts and how many orders are in each, assisting units' own left aside."""
    found = {clock: dict.fromkeys(PARTS, 0) for clock in CLOCKS}
    own = [one for one in handlings(window, window.basis.roles.totals) if one.is_own]
    for *names, count in session.execute(union_all(*(_spread(window, one) for one in own))):
        for clock, name in zip(CLOCKS, names, strict=True):
            found[clock][name] += count
    return {
        clock: [{"name": name, "count": count} for name, count in counts.items()]
        for clock, counts in found.items()
    }


def _spread(window: Window, handling: Handling) -> Grouped:
    """Orders grouped by their part of either clock: parts are disjoint, so one pass is enough."""
    keys = [
        case(
            *((holds, name) for name, holds in clock_parts(window, handling.held, clock).items()),
            else_="",
        ).label(f"part_{clock}")
        for clock in CLOCKS
    ]
    subject = handling.subject
    return (
        handling.source.add_columns(*keys, func.count())
        .where(
            window.of_orders(subject.moments.values()),
            subject.condition(order_populations(window.basis)["dispatched"], window),
            window.in_channels(WorkOrder.channel),
        )
        .group_by(*(key.name for key in keys))
    )
