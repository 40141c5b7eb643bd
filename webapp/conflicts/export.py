"""口径确认 as a file: the queue of the address, all pages of it.

Of an entry that the person may not open, only its unit is told, as in the list.
"""

from collections.abc import Collection
from dataclasses import replace

from werkzeug.wrappers import Response

from kb.models import Conflict, KnowledgeItem, KnowledgeVersion
from kb.queries import conflicts as lists
from kb.terms import ConflictAnswer, ConflictState
from kb.workbook import Cell
from webapp import formats
from webapp.conflicts.blueprint import bp
from webapp.conflicts.views import read_wanted
from webapp.database import db
from webapp.identity import current_actor
from webapp.sheets import MAX_ROWS, sheet

_HEAD = (
    *("编号", "不一致的内容", "状态", "发现时间", "答复期限", "了结时间"),
    *("单位一", "条目一", "说法一", "答复一", "单位二", "条目二", "说法二", "答复二"),
)


@bp.post("/units/conflicts/export")
def export_conflicts() -> Response:
    """The queue, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    actor, wanted = current_actor(), replace(read_wanted(), page=1)
    found = lists.queue(db(), actor, wanted, size=MAX_ROWS)
    shown = {item_id for row in found.rows for item_id in (row.left_item_id, row.right_item_id)}
    visible = lists.visible_among(db(), shown, actor)
    rows = [_cells(row, visible) for row in found.rows]
    name = f"conflicts-{wanted.tab}"
    return sheet(name, "口径确认", _HEAD, rows, found.total, about="conflict")


def _cells(row: Conflict, visible: Collection[int]) -> tuple[Cell, ...]:
    return (
        row.id,
        row.attribute,
        ConflictState(row.state).label,
        formats.filed_time(row.found_at),
        formats.filed_time(row.due_at),
        formats.filed_time(row.closed_at),
        *_side(row.left_item, row.left_version, row.left_value, row.left_answer, visible),
        *_side(row.right_item, row.right_version, row.right_value, row.right_answer, visible),
    )


def _side(
    item: KnowledgeItem,
    version: KnowledgeVersion,
    value: str,
    answer: str,
    visible: Collection[int],
) -> tuple[str, str, str, str]:
    said = ConflictAnswer(answer).label if answer else ""
    if item.id not in visible:
        return item.unit.name, "（内部条目）", "", said
    return item.unit.name, version.title, value, said
