"""知识缺口 as a file: the board of the address, all pages of it; words as it shows them."""

from dataclasses import replace

from werkzeug.wrappers import Response

from kb.queries import gaps as lists
from kb.queries.gaps import Row
from kb.terms import GapState
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.database import db
from webapp.gaps.blueprint import bp
from webapp.gaps.views import read_wanted
from webapp.identity import current_actor
from webapp.sheets import MAX_ROWS, sheet

_HEAD = (
    *("编号", "事项", "状态", "责任单位", "可能属于", "提问举例", "问过次数", "近 7 天", "前 7 天"),
    *("有答案仍转工单", "第一次问", "最近一次问", "答复期限", "补齐时间", "重开次数"),
)


@bp.post("/units/gaps/export")
def export_gaps() -> Response:
    """The board, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    actor = current_actor()
    wanted = replace(read_wanted(actor), page=1)
    found = lists.board(db(), actor, wanted, services().clock(), size=MAX_ROWS)
    rows = [_cells(row) for row in found.rows]
    return sheet(f"gaps-{wanted.tab}", "知识缺口", _HEAD, rows, found.total, about="gap")


def _cells(row: Row) -> tuple[Cell, ...]:
    gap = row.gap
    return (
        gap.id,
        gap.title,
        GapState(gap.state).label,
        gap.unit.name if gap.unit else "",
        gap.suspected_unit.name if gap.suspected_unit and not gap.unit else "",
        "；".join(row.examples),
        gap.asks,
        row.recent,
        row.before,
        row.lost,
        formats.filed_time(gap.first_asked_at),
        formats.filed_time(gap.last_asked_at),
        formats.filed_time(gap.due_at),
        formats.filed_time(gap.closed_at),
        gap.times_reopened,
    )
