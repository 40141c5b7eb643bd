"""管理: who did what, and whether the record is whole."""

from flask import render_template, url_for
from sqlalchemy import func, select

from kb.models import AuditRecord, User
from kb.services.audit import ChainReport, verify_chain
from webapp.admin.audit_words import ACTIONS, OBJECTS, detail_text
from webapp.admin.blueprint import bp, page_number
from webapp.database import db

PAGE_SIZE = 50


@bp.get("/audit")
def audit_log() -> str:
    """The record, newest first, by pages."""
    return _audit_page(None)


@bp.post("/audit/check")
def check_chain() -> str:
    """Recompute the chain of hashes from the first row on."""
    return _audit_page(verify_chain(db()))


def _audit_page(report: ChainReport | None) -> str:
    total = db().scalar(select(func.count()).select_from(AuditRecord)) or 0
    pages = max((total + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    page = min(page_number(), pages)
    rows = db().execute(
        select(AuditRecord, User.name)
        .outerjoin(User, User.id == AuditRecord.actor_id)
        .order_by(AuditRecord.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return render_template(
        "admin/audit.html",
        rows=[(row, name, detail_text(row.detail)) for row, name in rows],
        actions=ACTIONS,
        objects=OBJECTS,
        report=report,
        page=page,
        pages=pages,
        total=total,
        href=lambda number: url_for("admin.audit_log", page=number),
    )
