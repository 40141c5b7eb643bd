"""管理: who did what, searched and taken home, and whether the record is whole."""

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import SHANGHAI
from kb.queries.audit_log import PAGE, WantedActs, acts
from kb.services.audit import ChainReport, verify_chain
from webapp.act_words import ACTIONS, OBJECTS
from webapp.acts_told import lines
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
            line.record_id,
            f"{line.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
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
