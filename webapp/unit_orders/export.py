"""本单位工单 as a file: the list of the address, all pages of it, no requester."""

from flask import request
from werkzeug.wrappers import Response

from kb.queries.unit_orders import count_trays, list_tray
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.list_asked import Asked
from webapp.sheets import ASKED, MAX_ROWS, sheet, what_was_asked
from webapp.unit_orders.blueprint import bp
from webapp.unit_orders.inbox import Row, row_of, wanted_of

_HEAD = (
    *(
        *ASKED,
        "本单位",
        "主办单位",
        "经办",
        "状态",
        "待处理的申请",
    ),
    *(
        "最近的时限",
        "到期",
        "超期",
        "派单时间",
        "办结时间",
        "退单次数",
        "重办次数",
        "催办次数",
        "督办待答复",
    ),
)


@bp.post("/export")
def export_inbox() -> Response:
    """The list, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    actor, now = current_actor(), services().clock()
    wanted = wanted_of(Asked(request.args))
    total = count_trays(db(), wanted, actor=actor, now=now)[wanted.tray]
    found = list_tray(
        db(), wanted, actor=actor, now=now, page=1, total=min(total, MAX_ROWS), size=MAX_ROWS
    )
    rows = [_cells(row_of(order, actor, now)) for order in found.rows]
    return sheet(f"inbox-{wanted.tray}", "本单位工单", _HEAD, rows, total)


def _cells(row: Row) -> tuple[Cell, ...]:
    order = row.order
    return (
        *what_was_asked(order),
        row.role,
        order.unit.name if order.unit else "",
        order.assignee.name if order.assignee else "未分派",
        row.state.label,
        row.pending,
        row.clock_name,
        formats.filed_time(row.clock.at if row.clock_name else order.due_at),
        "是" if row.clock.kind == "bad" else "",
        formats.filed_time(order.dispatched_at),
        formats.filed_time(order.resolved_at),
        order.returns,
        order.reopens,
        order.reminders,
        "是" if order.is_supervised else "",
    )
