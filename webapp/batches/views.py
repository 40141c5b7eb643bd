"""The pages: all batches, one batch to look through, and one entry beside what it resembles."""

import io
from typing import Any

from flask import Response, jsonify, render_template, request, send_file, url_for

from kb.access import get_version
from kb.errors import NotFound
from kb.models import KnowledgeVersion
from kb.queries import batches as queries
from kb.queries.portal import scope_of
from kb.queries.scans import scans_awaited
from kb.services.batch_access import get_entry
from kb.services.batch_deciding import becomes
from kb.services.batch_seen import numbered
from kb.services.batch_table import failed_workbook
from kb.services.entries import as_version
from kb.services.publishing import may_publish
from kb.services.recognised import content_of_json
from kb.terms import BatchState
from webapp.batches.blueprint import bp, number_or_none, own_batch
from webapp.compare import compare
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.polled import polled
from webapp.unit_choices import audiences, categories, kinds, units

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
def home() -> str:
    """Every batch of the person's units, and the place to begin one."""
    return home_page()


def home_page(**more: Any) -> str:
    """The list with what another view adds."""
    actor = current_actor()
    asked = number_or_none(request.args.get("page", "")) or 1
    rows, page, pages, total = queries.batches_page(db(), scope_of(actor), asked)
    return render_template(
        "batches/home.html",
        **(
            {
                "batches": rows,
                "tallies": queries.tallies(db(), [batch.id for batch in rows], actor),
                "page": page,
                "pages": pages,
                "total": total,
                "page_href": lambda number: url_for("batches.home", page=number),
                "units": units(db(), actor),
                "kinds": kinds(),
                "audiences": audiences(),
                "categories": categories(""),
                "max_mb": services().settings.max_upload_mb,
                "problem": "",
            }
            | more
        ),
    )


@bp.get("/<int:batch_id>")
def show(batch_id: int) -> str:
    """What each file and row would become, to be decided about."""
    batch, actor = own_batch(batch_id), current_actor()
    name = request.args.get("show", "all")
    name = name if name in queries.FILTERS else "all"
    found = queries.entries_page(
        db(), batch.id, name, number_or_none(request.args.get("page", "")) or 1, actor
    )
    matched = [entry.matched_version_id for entry in found.entries]
    made = [entry.version_id for entry in found.entries]
    counts = queries.tally(db(), batch.id, actor)
    return render_template(
        "batches/show.html",
        batch=batch,
        counts=counts,
        filters=_filters(counts),
        chosen=name,
        found=found,
        versions=queries.versions_by_id(db(), [*matched, *made]),
        becomes=becomes,
        scans=scans_awaited(db(), found.entries),
        place=numbered,
        opened=queries.containers(db(), batch.id),
        is_open=batch.state != BatchState.CLOSED,
        is_receiving=batch.state == BatchState.RECEIVING,
        may_publish=may_publish(actor, batch.unit),
        page_href=lambda page: url_for("batches.show", batch_id=batch.id, show=name, page=page),
    )


def _filters(counts: queries.Tally) -> list[tuple[str, str, int]]:
    """Name, label and count of each filter that has something, 全部 always."""
    numbers = {
        "all": counts.total,
        "new": counts.new,
        "new_version": counts.new_version,
        "touching": counts.touching,
        "near_duplicate": counts.near_duplicate,
        "duplicate": counts.duplicate,
        "needs_ocr": counts.needs_ocr,
        "failed": counts.failed + counts.refused,
        "waiting": counts.waiting,
        "settled": counts.settled,
    }
    return [
        (name, label, numbers[name])
        for name, (label, _condition) in queries.FILTERS.items()
        if numbers[name] or name == "all"
    ]


@bp.get("/<int:batch_id>/progress")
@polled
def progress(batch_id: int) -> Response:
    """How far it is, for the script of the page."""
    batch = own_batch(batch_id)
    counts = queries.tally(db(), batch.id, current_actor())
    read = counts.total - counts.waiting
    return jsonify(
        {
            "total": counts.total,
            "read": read,
            "ordered": counts.ordered,
            "settled": counts.settled,
            "is_done": not counts.waiting and not counts.ordered,
            "sentence": progress_sentence(counts),
        }
    )


def progress_sentence(counts: queries.Tally) -> str:
    """How far the background work is, in words."""
    if counts.waiting:
        return f"已读取 {counts.total - counts.waiting} / {counts.total}"
    if counts.ordered:
        return f"正在生成，还有 {counts.ordered} 条"
    return f"已读完 {counts.total} 条"


@bp.get("/<int:batch_id>/entries/<int:entry_id>")
def compare_entry(batch_id: int, entry_id: int) -> str:
    """An entry beside the version that it resembles, with what differs."""
    batch, actor = own_batch(batch_id), current_actor()
    entry = get_entry(db(), batch, entry_id, actor)
    if entry.matched_version_id is None:
        raise NotFound("这一行没有可以对照的条目", entry_id=entry_id)
    older = get_version(db(), entry.matched_version_id, actor)
    newer = db().get(KnowledgeVersion, entry.version_id or 0)
    if newer is None and entry.content.get("kind"):
        newer = as_version(content_of_json(entry.content))
    return render_template(
        "batches/compare.html",
        batch=batch,
        entry=entry,
        older=older,
        found=compare(older, newer) if newer is not None else None,
        is_open=batch.state != BatchState.CLOSED and entry.settled_at is None,
    )


@bp.get("/<int:batch_id>/failed.xlsx")
def failed_table(batch_id: int) -> Response:
    """What was not taken, as a table to correct and send again."""
    batch = own_batch(batch_id)
    data = failed_workbook(db(), batch, current_actor())
    return send_file(
        io.BytesIO(data),
        mimetype=_XLSX,
        as_attachment=True,
        download_name=f"未收录-{batch.id}.xlsx",
    )
