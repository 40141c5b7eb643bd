"""时限用时分布: how much of their limits orders used, for signing and for resolving."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from kb.bulletins.basis import ASSISTING, LEAD
from kb.bulletins.populations import led, order_populations, redone_orders
from kb.bulletins.seconds import seconds_between
from kb.bulletins.window import Column, Population, Window
from kb.models import CitizenRequest, WorkOrder
from kb.work_orders.facts import PartRole

_DAY = 86_400
_CODES = {LEAD: PartRole.LEAD.value, ASSISTING: PartRole.ASSISTING.value}
CLOCKS = ("acknowledge", "resolve")


def clock_populations(window: Window, clock: str) -> dict[str, Population]:
    """Every dispatched order by what became of one of its limits; each is in exactly one part."""
    order = WorkOrder
    done_at: Column = order.acknowledged_at if clock == "acknowledge" else order.resolved_at
    due_at: Column = order.acknowledge_due_at if clock == "acknowledge" else order.due_at
    dispatched = order_populations(window, led(), redone_orders(window))["dispatched"]
    is_done = func.coalesce(done_at <= window.as_of, False)
    spent = seconds_between(order.dispatched_at, done_at)
    limit = seconds_between(order.dispatched_at, due_at)
    over = seconds_between(due_at, done_at)
    in_time = and_(is_done, done_at <= due_at)
    late = and_(is_done, done_at > due_at)
    waiting = and_(not_(is_done), due_at.is_not(None))
    parts: dict[str, ColumnElement[bool]] = {
        "用时不到一半": and_(in_time, spent * 2 < limit),
        "用时过半、期内": and_(in_time, spent * 2 >= limit),
        "超期 1 天以内": and_(late, over <= _DAY),
        "超期 1 至 3 天": and_(late, over > _DAY, over <= 3 * _DAY),
        "超期 3 天以上": and_(late, over > 3 * _DAY),
        "未完成、未到期": and_(waiting, due_at >= window.as_of),
        "未完成、已超期": and_(waiting, due_at < window.as_of),
        "没有时限": due_at.is_(None),
    }
    return {
        name: Population(and_(dispatched.holds, holds), dispatched.moment)
        for name, holds in parts.items()
    }


def clock_spread(session: Session, window: Window) -> dict[str, list[dict[str, Any]]]:
    """Per clock the parts and how many orders are in each."""
    known = {
        (clock, name): one
        for clock in CLOCKS
        for name, one in clock_populations(window, clock).items()
    }
    roles = [_CODES[role] for role in window.basis.roles.totals]
    query = (
        select(*(func.count().filter(window.condition(one)) for one in known.values()))
        .select_from(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(
            window.orders_within({"dispatched": next(iter(known.values()))}),
            window.in_channels(),
            WorkOrder.role.in_(roles),
        )
    )
    found = dict(zip(known, session.execute(query).one(), strict=True))
    return {
        clock: [{"name": name, "count": found[clock, name]} for at, name in known if at == clock]
        for clock in CLOCKS
    }
