"""回访 worklists as a file: the list of the address, all pages of it; no name, no number."""

from flask import request
from werkzeug.wrappers import Response

from kb.queries.follow_ups import count_piles, list_calls
from kb.terms import Satisfaction, Urgency
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.database import db
from webapp.follow_up.blueprint import bp
from webapp.follow_up.filters import call_filter
from webapp.follow_up.worklist import Row, row_of
from webapp.identity import current_actor
from webapp.list_asked import Asked
from webapp.sheets import ASKED, MAX_ROWS, sheet, what_was_asked

_HEAD = (
    *(*ASKED, "渠道", "承办单位", "紧急程度", "回访时限"),
    *("满意度", "未接通次数", "重办次数", "留有电话", "办结时间", "回访时间"),
)


@bp.post("/export")
def export_calls() -> Response:
    """The worklist, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    actor = current_actor()
    wanted = call_filter(Asked(request.args), services().profile)
    total = count_piles(db(), wanted, actor=actor)[wanted.pile]
    found = list_calls(db(), wanted, actor=actor, page=1, total=min(total, MAX_ROWS), size=MAX_ROWS)
    rows = [_cells(row_of(order, wanted.pile)) for order in found.rows]
    return sheet(f"follow-up-{wanted.pile}", "回访清单", _HEAD, rows, total)


def _cells(row: Row) -> tuple[Cell, ...]:
    order = row.order
    asked = order.request
    return (
        *what_was_asked(order),
        asked.channel,
        order.unit.name if order.unit else "",
        Urgency(order.urgency).label,
        formats.filed_time(order.call_back_due_at),
        "网评不满意"
        if row.has_objected
        else Satisfaction(order.satisfaction).label
        if order.satisfaction
        else "",
        order.call_attempts,
        order.reopens,
        "有" if asked.requester_phone else "没有",
        formats.filed_time(order.resolved_at),
        formats.filed_time(order.followed_up_at),
    )
