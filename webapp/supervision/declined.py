"""不予办理: appeals a unit would not handle, with its explanation, evidence and sign-off."""

from dataclasses import dataclass

from flask import render_template, request
from werkzeug.wrappers import Response

from kb.models import WorkOrder
from kb.queries.choices import units_by_name
from kb.queries.supervisions import MAX_ROWS, DeclineState, PaperFilter, list_declined
from kb.services.contact_details import shown_text
from kb.services.orders.giving import By
from kb.services.work_orders import shown_files
from kb.work_orders.facts import Ask
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.order_asks import Asked as Application
from webapp.order_asks import asks_of
from webapp.sheets import sheet, title_of, words_of
from webapp.supervision.blueprint import bp

NAMES = ("state", "unit", "q")
_HEAD = (
    *("工单", "标题", "类别", "承办单位", "申请时间", "情况说明", "依据", "签字负责人"),
    *("单位审核人签批", "证明材料", "批复", "批复人", "批复时间", "批复意见"),
)


@dataclass(frozen=True)
class Row:
    """An order with the unit's last application not to handle it."""

    order: WorkOrder
    title: str
    asked: Application


@bp.get("/declined")
def declined() -> str:
    """The list, by state and unit."""
    actor, asked = current_actor(), Asked(request.args)
    wanted = _wanted(asked)
    found = list_declined(db(), wanted, actor=actor, page=asked.page)
    return render_template(
        "supervision/declined.html",
        wanted=wanted,
        asked=asked,
        found=found,
        rows=[_row(order) for order in found.rows],
        states=list(DeclineState),
        units=units_by_name(db()),
        address=address_of(request.path, request.args, NAMES),
        export=address_of(f"{request.path}/export", request.args, NAMES),
    )


def _wanted(asked: Asked) -> PaperFilter:
    state = asked.one_of("state", tuple(DeclineState), DeclineState.ALL)
    return PaperFilter(state, asked.number("unit"), asked.text("q"))


def _row(order: WorkOrder) -> Row:
    known, actor = services(), current_actor()
    files = shown_files(order, By(actor, known.clock(), known.profile))
    asks = asks_of(order.events, order.request, files, actor)
    last = next(one for one in asks if one.ask == Ask.DECLINE)
    return Row(order, shown_text(order.request.title, order.request, actor), last)


@bp.post("/declined/export")
def export_declined() -> Response:
    """The list of the address, all pages of it, as a file."""
    wanted = _wanted(Asked(request.args))
    found = list_declined(db(), wanted, actor=current_actor(), page=1, size=MAX_ROWS)
    rows = [_cells(_row(order)) for order in found.rows]
    return sheet(f"declined-{wanted.state}", "不予办理", _HEAD, rows, found.total)


def _cells(row: Row) -> tuple[Cell, ...]:
    order, asked, request_ = row.order, row.asked, row.order.request
    return (
        order.number,
        title_of(request_),
        request_.category or "未分类",
        asked.unit,
        formats.filed_time(asked.at),
        words_of(asked.text, request_),
        words_of(asked.basis, request_),
        asked.signer,
        words_of(asked.signed, request_),
        "、".join(file.name for file in asked.files) if not request_.is_confidential else "",
        asked.result,
        asked.ruled_by,
        formats.filed_time(asked.ruled_at),
        words_of(asked.ruling, request_),
    )
