"""Saving as people go: one line, a page of lines, a typed page; and the draft at the end."""

from flask import flash, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, StaleVersion
from kb.models import Scan, ScanPage
from kb.services import scan_checking
from kb.services.scan_checking import open_doubts, unsettled_pages
from kb.services.scans import get_page
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.scans.blueprint import bp, number_of, revision, scan_here
from webapp.scans.page_views import render_page
from webapp.wanted import wants_json


@bp.post("/<int:scan_id>/lines/<int:line_id>")
def save_line(scan_id: int, line_id: int) -> Response:
    """One line, sent by the script as it is typed or confirmed; its new revision as JSON."""
    scan = scan_here(scan_id)
    line = scan_checking.save_line(
        db(),
        scan,
        line_id,
        text=request.form.get("text", ""),
        rev=revision(),
        actor=current_actor(),
        now=services().clock(),
    )
    commit()
    return jsonify(rev=line.rev, doubts=open_doubts(scan))


@bp.post("/<int:scan_id>/pages/<int:number>/lines")
def save_lines(scan_id: int, number: int) -> Response:
    """All lines of a page, sent by its button where no script runs; only changed ones count."""
    scan = scan_here(scan_id)
    shown = get_page(db(), scan, number)
    for line in shown.lines:
        text, rev = request.form.get(f"line-{line.id}"), request.form.get(f"rev-{line.id}", "")
        before = line.text if line.corrected is None else line.corrected
        if text is None or (" ".join(text.split()) == before and not line.doubts):
            continue
        scan_checking.save_line(
            db(),
            scan,
            line.id,
            text=text,
            rev=number_of(rev) or 0,
            actor=current_actor(),
            now=services().clock(),
        )
    commit()
    flash(f"第 {number} 页已保存", "good")
    return redirect(url_for("scans.page", scan_id=scan.id, page=number))


@bp.post("/<int:scan_id>/pages/<int:number>/text")
def save_text(scan_id: int, number: int) -> Response:
    """A page typed from its picture, or said to be without text (``action``)."""
    scan = scan_here(scan_id)
    shown = get_page(db(), scan, number)
    text = request.form.get("text", "")
    try:
        _keep(shown, text)
    except (StaleVersion, InvalidInput) as error:
        db().rollback()
        if wants_json():
            raise
        scan = scan_here(scan_id)
        status = 409 if isinstance(error, StaleVersion) else 422
        shown = get_page(db(), scan, number)
        return make_response(render_page(scan, shown, typed=text, problem=error.message), status)
    commit()
    if wants_json():
        return jsonify(rev=shown.rev, doubts=open_doubts(scan), unsettled=unsettled_pages(scan))
    flash(f"第 {number} 页已保存", "good")
    return redirect(url_for("scans.page", scan_id=scan.id, page=_next(scan, shown)))


def _keep(shown: ScanPage, text: str) -> None:
    rev, actor, now = revision(), current_actor(), services().clock()
    action = request.form.get("action", "save")
    if action in ("blank", "not_blank"):
        is_blank = action == "blank"
        scan_checking.mark_blank(db(), shown, is_blank=is_blank, rev=rev, actor=actor, now=now)
    else:
        scan_checking.save_typed(db(), shown, text=text, rev=rev, actor=actor, now=now)


def _next(scan: Scan, shown: ScanPage) -> int:
    """The next page that has no text yet, or the one at hand."""
    later = [number for number in unsettled_pages(scan) if number > shown.number]
    return later[0] if later else shown.number


@bp.post("/<int:scan_id>/finish")
def finish(scan_id: int) -> Response:
    """校对完成，生成草稿: on to the draft's page."""
    scan = scan_here(scan_id)
    name = scan.file.name
    pushed = scan_checking.finish(
        db(),
        scan,
        accepts_doubts=request.form.get("accepts_doubts") == "1",
        actor=current_actor(),
        now=services().clock(),
    )
    commit()
    if pushed.outcome == "duplicate":
        flash(f"《{name}》：{pushed.message}", "warn")
    else:
        flash(f"《{name}》已生成草稿，请核对识别结果后送审", "good")
    if pushed.version_id is None:
        return redirect(url_for("unit_portal.home"))
    return redirect(url_for("unit_portal.version", version_id=pushed.version_id))
