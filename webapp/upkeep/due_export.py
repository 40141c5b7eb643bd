"""到期与复核 as a file: the queue of the address, all pages of it."""

from flask import request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.models import KnowledgeVersion
from kb.queries import duties, portal
from kb.queries.duties import Due
from kb.terms import KnowledgeKind, VersionState
from kb.workbook import Cell
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.sheets import MAX_ROWS, sheet
from webapp.upkeep.blueprint import bp, number
from webapp.upkeep.due_views import asked_state

_HEAD = ("编号", "条目", "种类", "单位", "效力", "要做的", "日期", "还有天数", "已在路上的新版")


@bp.post("/units/due/export")
def export_due() -> Response:
    """The queue, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    today = local_day(services().clock())
    scope = portal.scope_of(current_actor(), number(request.args.get("unit", "")))
    state = asked_state()
    found = duties.due(
        db(),
        scope,
        today,
        state=state,
        size=MAX_ROWS,
        is_descending=request.args.get("sort") == "far",
    )
    coming = duties.on_the_way(db(), [row.item.id for row in found.rows])
    rows = [_cells(row, coming.get(row.item.id)) for row in found.rows]
    return sheet(f"due-{state}", "到期与复核", _HEAD, rows, found.total, about="knowledge_item")


def _cells(row: Due, coming: KnowledgeVersion | None) -> tuple[Cell, ...]:
    return (
        row.item.id,
        row.version.title,
        KnowledgeKind(row.version.kind).label,
        row.item.unit.name,
        row.standing.label,
        "复核" if row.is_review else "到期",
        str(row.day),
        row.days_left,
        f"第 {coming.number} 版 {VersionState(coming.state).label}" if coming else "",
    )
