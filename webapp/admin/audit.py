"""管理: who did what, searched and taken home, and whether the record is whole."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import SHANGHAI
from kb.models import AuditRecord
from kb.queries.audit_log import PAGE, Found, WantedActs, acts, acts_on
from kb.services.audit import ChainReport, verify_chain
from webapp.admin.audit_words import ACTIONS, OBJECTS, detail_text
from webapp.admin.blueprint import bp
from webapp.database import db
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.sheets import MAX_ROWS, sheet

FILTERS = ("who", "action", "object", "id", "from", "to")
# Whole families, which have many acts each.
_FAMILIES = {
    "work_order": "工单（全部步骤）",
    "knowledge": "条目（全部步骤）",
    "bulletin": "通报（全部步骤）",
}


@dataclass(frozen=True)
class Line:
    """An act as a person reads it."""

    row: AuditRecord
    name: str
    what: str
    which: str
    detail: str


def lines(found: Found) -> list[Line]:
    """The acts in words."""
    return [
        Line(
            row,
            name or "系统",
            ACTIONS.get(row.action, row.action),
            f"{OBJECTS.get(row.object_type, row.object_type)} {row.object_id}".strip(),
            detail_text(row.detail),
        )
        for row, name in found
    ]


@bp.app_template_global("acts_on")
def acts_in_words(object_type: str, object_id: object) -> list[Line]:
    """What was last done to an object of the administration, for its page."""
    return lines(acts_on(db(), object_type, object_id))


@bp.get("/audit")
def audit_log() -> str:
    """The record, newest first, by pages; narrowed by person, act, object and days."""
    return _audit_page(None)


@bp.post("/audit/check")
def check_chain() -> str:
    """Recompute the chain of hashes from the first row on."""
    return _audit_page(verify_chain(db()))


@bp.get("/audit/export")
def export_audit() -> Response:
    """What the list shows, as a file."""
    found, total = acts(db(), _wanted(Asked(request.args)), at_most=MAX_ROWS)
    head = ("编号", "时间", "人员", "事项", "对象", "内容")
    rows = (
        (
            line.row.id,
            f"{line.row.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            *(line.name, line.what, line.which, line.detail),
        )
        for line in lines(found)
    )
    return sheet("audit", "审计记录", head, rows, total, about="audit")


def _wanted(asked: Asked) -> WantedActs:
    return WantedActs(
        asked.text("who"),
        asked.one_of("action", (*_FAMILIES, *ACTIONS)),
        asked.one_of("object", tuple(OBJECTS)),
        asked.text("id"),
        asked.span(),
    )


def _audit_page(report: ChainReport | None) -> str:
    asked = Asked(request.args)
    wanted = _wanted(asked)
    found, total = acts(db(), wanted, page=asked.page)
    pages = max(-(-total // PAGE), 1)
    page = min(asked.page, pages)
    if page != asked.page:
        found, _ = acts(db(), wanted, page=page)
    values: dict[str, Any] = {name: asked.text(name) for name in FILTERS}
    address = address_of(url_for("admin.audit_log"), values, FILTERS)
    return render_template(
        "admin/audit.html",
        lines=lines(found),
        asked=values,
        problems=asked.problems,
        actions=[*_FAMILIES.items(), *sorted(ACTIONS.items(), key=lambda pair: pair[1])],
        objects=sorted(set(OBJECTS.items()), key=lambda pair: pair[1]),
        is_narrow=any(values.values()),
        export=address_of(url_for("admin.export_audit"), values, FILTERS),
        report=report,
        page=page,
        pages=pages,
        total=total,
        href=lambda number: address(page=number),
    )
