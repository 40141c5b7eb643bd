"""全部条目 as a file: what the list of the address holds, all pages of it."""

from dataclasses import replace

from flask import request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.queries import portal, portal_list
from kb.queries.portal_list import ListedEntry
from kb.terms import Audience, KnowledgeKind
from kb.workbook import Cell
from webapp import formats
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.sheets import MAX_ROWS, sheet
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.views import number_or_none, read_query

_HEAD = (
    *("编号", "条目", "文号", "效力", "种类", "单位", "公开属性", "类别"),
    *("施行日期", "有效期至", "下次核验", "超期未核验", "在线办结", "最近改动"),
)


@bp.post("/entries/export")
def export_entries() -> Response:
    """The list, as XLSX or CSV.

    :raises InvalidInput: more rows than a file is made of here.
    """
    today = local_day(services().clock())
    scope = portal.scope_of(current_actor(), number_or_none(request.args.get("unit", "")))
    asked = replace(read_query(today), page=1)
    found = portal_list.list_entries(db(), scope, asked, today, size=MAX_ROWS)
    rows = [_cells(row) for row in found.rows]
    return sheet("entries", "知识条目", _HEAD, rows, found.total, about="knowledge_item")


def _cells(row: ListedEntry) -> tuple[Cell, ...]:
    version = row.version
    return (
        row.item.id,
        version.title,
        version.document_number,
        row.standing.label,
        KnowledgeKind(version.kind).label,
        row.item.unit.name,
        Audience(version.audience).label,
        version.category,
        _day(version.valid_from),
        _day(version.valid_until),
        _day(version.review_on),
        "是" if row.review_overdue else "",
        row.credited,
        formats.filed_time(version.updated_at),
    )


def _day(day: object) -> str:
    return str(day) if day else ""
