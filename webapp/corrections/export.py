"""纠错 as a file: the queue of the address, all pages of it; no caller's numbers."""

from dataclasses import replace

from werkzeug.wrappers import Response

from kb.masking import mask_text
from kb.models import Correction
from kb.queries import corrections as lists
from kb.terms import CorrectionKind, CorrectionState
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.corrections.blueprint import bp
from webapp.corrections.queue_views import read_wanted
from webapp.database import db
from webapp.identity import current_actor
from webapp.sheets import MAX_ROWS, sheet

_HEAD = (
    *("编号", "条目", "版本", "单位", "哪里不对", "原文", "说明", "谁报的", "时间"),
    *("状态", "答复期限", "答复", "答复时间"),
)


@bp.post("/units/corrections/export")
def export_corrections() -> Response:
    """The queue, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    wanted = replace(read_wanted(), page=1)
    found = lists.list_corrections(db(), current_actor(), wanted, services().clock(), size=MAX_ROWS)
    rows = [_cells(row) for row in found.rows]
    name = f"corrections-{wanted.tab}"
    return sheet(name, "纠错", _HEAD, rows, found.total, about="correction")


def _cells(row: Correction) -> tuple[Cell, ...]:
    return (
        row.id,
        row.version.title,
        row.version.number,
        row.unit.name,
        CorrectionKind(row.kind).label,
        mask_text(row.quote),
        mask_text(row.said),
        row.reporter.name if row.reporter else "系统",
        formats.filed_time(row.at),
        CorrectionState(row.state).label,
        formats.filed_time(row.due_at),
        mask_text(row.answer),
        formats.filed_time(row.handled_at),
    )
