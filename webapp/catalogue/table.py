"""派单目录 as a workbook: handed out, tried, taken in."""

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.queries.catalogue import all_entries
from kb.services.catalogue_table import (
    MAX_BYTES,
    Reading,
)
from kb.services.catalogue_table import (
    export as write_table,
)
from kb.services.catalogue_table import (
    take_in as read_in,
)
from kb.workbook import TYPE
from webapp.catalogue.blueprint import bp
from webapp.catalogue.listing import read_wanted
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@bp.get("/export")
def export() -> FlaskResponse:
    """The rows the list shows, as a workbook that can be taken in again."""
    now = services().clock()
    rows = all_entries(db(), read_wanted(), actor=current_actor(), now=now)
    answer = make_response(write_table(rows))
    answer.mimetype = TYPE
    name = f"dispatch-catalogue-{local_day(now)}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/import")
def table() -> str:
    """The form for a table."""
    return _page()


def _page(reading: Reading | None = None, problem: str = "") -> str:
    return render_template(
        "catalogue/import.html", reading=reading, problem=problem, typed=request.form
    )


@bp.post("/import")
def take_in() -> Response:
    """试导入 or 导入: what every line does; with one bad line nothing is kept."""
    upload = request.files.get("table")
    data = upload.read(MAX_BYTES + 1) if upload else b""
    is_trial = request.form.get("act") != "save"
    reason = request.form.get("reason", "").strip()
    if not data:
        return make_response(_page(problem="请先选择文件"), 422)
    if not is_trial and not reason:
        return make_response(_page(problem="请写一句为什么改，以后查得到"), 422)
    try:
        reading = read_in(
            db(),
            data,
            reason=reason or "试导入",
            profile=services().profile,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(problem=invalid.message), 422)
    if is_trial or not reading.is_takeable:
        db().rollback()
        return make_response(_page(reading), 422 if reading.of("refused") else 200)
    commit()
    done = f"已导入：新增 {len(reading.of('new'))} 条，修改 {len(reading.of('changed'))} 条"
    flash(done, "good")
    return redirect(url_for("catalogue.home"))
