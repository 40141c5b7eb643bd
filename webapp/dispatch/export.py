"""A worklist as a workbook: the columns of the page, no requester, and a line in the audit log."""

from collections.abc import Iterator

from flask import request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.masking import mask_text
from kb.models import WorkOrder
from kb.queries.orders import count_orders, pages_of_orders
from kb.services.audit import record
from kb.spreadsheet import as_text
from kb.terms import Urgency
from kb.work_orders.state import OrderState
from kb.workbook import TYPE, Cell, workbook
from webapp import formats
from webapp.context import purpose_name, services
from webapp.database import commit, db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.filters import order_filter
from webapp.dispatch.worklists import default_state
from webapp.identity import current_actor
from webapp.list_asked import Asked
from webapp.order_clocks import clock_of

MAX_ROWS = 10_000
_HEAD: tuple[Cell, ...] = (
    "工单",
    "标题",
    "诉求目的",
    "类别",
    "区域",
    "承办单位",
    "状态",
    "紧急程度",
    "办结时限",
    "办结到期",
    "转办时间",
    "退单次数",
)


@bp.post("/orders.xlsx")
def export() -> Response:
    """The list an address asks for, all pages of it.

    :raises InvalidInput: more rows than a workbook is made of here.
    """
    actor, now = current_actor(), services().clock()
    wanted = order_filter(Asked(request.args), default_state=default_state(actor))
    total = count_orders(db(), wanted, actor=actor, now=now)
    if total > MAX_ROWS:
        raise InvalidInput(f"共 {total} 件，一次最多导出 {MAX_ROWS} 件；请先用日期或单位筛选")
    orders = pages_of_orders(db(), wanted, actor=actor, now=now)
    data = workbook("工单", [_HEAD, *_rows(orders)])
    record(
        db(),
        actor_id=actor.user_id or None,
        action="work_order.export",
        object_type="work_order",
        object_id=wanted.state,
        detail={"rows": total},
        now=now,
    )
    commit()
    answer = Response(data, content_type=TYPE)
    name = f"orders-{wanted.state}-{local_day(now)}.xlsx"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _rows(orders: Iterator[WorkOrder]) -> Iterator[tuple[Cell, ...]]:
    now = services().clock()
    for order in orders:
        asked = order.request
        yield (
            order.number,
            as_text("保密诉求" if asked.is_confidential else mask_text(asked.title)),
            as_text(purpose_name(asked.purpose)),
            as_text(asked.category or "未分类"),
            as_text(asked.region),
            as_text(order.unit.name if order.unit is not None else ""),
            OrderState(order.state).label,
            Urgency(order.urgency).label,
            clock_of(order, now).text,
            formats.local_time(order.due_at, now),
            formats.local_time(order.created_at, now),
            order.returns,
        )
