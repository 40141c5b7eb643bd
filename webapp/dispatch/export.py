"""A worklist as a workbook: the columns of the page, no requester, and a line in the audit log."""

from collections.abc import Iterator

from flask import request
from werkzeug.wrappers import Response

from kb.models import WorkOrder
from kb.queries.orders import count_orders, pages_of_orders
from kb.terms import Urgency
from kb.work_orders.state import OrderState
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.database import db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.filters import order_filter
from webapp.dispatch.worklists import default_state
from webapp.identity import current_actor
from webapp.list_asked import Asked
from webapp.order_clocks import clock_of
from webapp.sheets import ASKED, sheet, what_was_asked

_HEAD = (
    *ASKED,
    "承办单位",
    "状态",
    "紧急程度",
    "办结到期",
    "超期",
    "转办时间",
    "退单次数",
)


@bp.post("/orders.xlsx")
def export() -> Response:
    """The list an address asks for, all pages of it.

    :raises InvalidInput: more rows than a file is made of here.
    """
    actor, now = current_actor(), services().clock()
    wanted = order_filter(Asked(request.args), default_state=default_state(actor))
    total = count_orders(db(), wanted, actor=actor, now=now)
    orders = pages_of_orders(db(), wanted, actor=actor, now=now)
    return sheet(f"orders-{wanted.state}", "工单", _HEAD, _rows(orders), total)


def _rows(orders: Iterator[WorkOrder]) -> Iterator[tuple[Cell, ...]]:
    now = services().clock()
    for order in orders:
        yield (
            *what_was_asked(order),
            order.unit.name if order.unit is not None else "",
            OrderState(order.state).label,
            Urgency(order.urgency).label,
            formats.filed_time(order.due_at),
            "是" if clock_of(order, now).kind == "bad" else "",
            formats.filed_time(order.created_at),
            order.returns,
        )
