"""The pages: earlier imports and the place to begin one, and one import step by step."""

import io
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask import send_file as send
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from kb.errors import InvalidInput, NotFound
from kb.models import RecordSetRow
from kb.queries.record_sets import imports_before, sets_page
from kb.records.columns import FILES, TITLES
from kb.records.layout import in_given_names, title_of
from kb.services.files import FileStore, KeptFile
from kb.services.record_sets import again as plan_again
from kb.services.record_sets import confirm as confirm_set
from kb.services.record_sets import drop as drop_set
from kb.services.record_sets import get_set, open_set
from kb.terms import RecordSetState
from kb.xlsx import workbook
from webapp import record_progress
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.polled import loads_itself
from webapp.records.blueprint import bp

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH_SECONDS = 2
_RUNNING = (RecordSetState.CHECKING, RecordSetState.LOADING)


@bp.get("")
def home() -> str:
    """Every import so far, and the place to begin one."""
    return _home()


def _home(problem: str = "") -> str:
    raw = request.args.get("page", "1")
    page = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 1
    found = sets_page(db(), page)
    return render_template(
        "records/home.html",
        found=found,
        by_command=imports_before(db()),
        page_href=lambda number: url_for("records.home", page=number),
        files={TITLES[name]: columns for name, columns in FILES.items()},
        max_mb=services().settings.max_upload_mb,
        problem=problem,
    )


@bp.post("")
def begin() -> AnyResponse:
    """Keep the files, and have them checked in the background."""
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    db().rollback()  # no lock may be held while the bytes are written
    try:
        kept = _keep(uploads)
        row = open_set(db(), kept, actor=current_actor(), clock=services().clock)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_home(invalid.message), 422)
    commit()
    return redirect(url_for("records.show", set_id=row.id), 303)


def _keep(uploads: Sequence[FileStorage]) -> list[tuple[str, KeptFile]]:
    files = cast(FileStore, services().files)
    return [
        (upload.filename or "", files.keep(upload.stream))  # type: ignore[arg-type]
        for upload in uploads
    ]


@bp.get("/<int:set_id>")
@loads_itself
def show(set_id: int) -> Response:
    """How far it is; what is wrong with it; or what would be loaded."""
    return _page(_found(set_id))


def _found(set_id: int) -> RecordSetRow:
    return get_set(db(), set_id, current_actor())


def _page(row: RecordSetRow, **more: Any) -> Response:
    state = RecordSetState(row.state)
    is_over = row.job is not None and row.job.state in ("failed", "dropped")
    is_stopped = state in _RUNNING and is_over
    step = None
    if state is RecordSetState.LOADING:
        step = record_progress.read(services().settings.data_folder, row.id)
    html = render_template(
        "records/show.html",
        row=row,
        state=state,
        is_stopped=is_stopped,
        step=step,
        named=partial(in_given_names, given={one["name"]: one["source"] for one in row.tables}),
        title_of=title_of,
        **more,
    )
    answer = make_response(html)
    if state in _RUNNING and not is_stopped:
        # Without a script the page itself looks again.
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@bp.post("/<int:set_id>/confirm")
def confirm(set_id: int) -> AnyResponse:
    """确认导入."""
    confirm_set(db(), _found(set_id), actor=current_actor(), clock=services().clock)
    commit()
    return redirect(url_for("records.show", set_id=set_id), 303)


@bp.post("/<int:set_id>/drop")
def drop(set_id: int) -> AnyResponse:
    """放弃."""
    drop_set(db(), _found(set_id), actor=current_actor())
    commit()
    flash("已放弃这次导入，没有任何记录进入系统。", "good")
    return redirect(url_for("records.home"), 303)


@bp.post("/<int:set_id>/again")
def again(set_id: int) -> AnyResponse:
    """重试 what was given up."""
    plan_again(db(), _found(set_id), actor=current_actor(), clock=services().clock)
    commit()
    return redirect(url_for("records.show", set_id=set_id), 303)


@bp.get("/<int:set_id>/correction.xlsx")
def correction(set_id: int) -> AnyResponse:
    """The workbook to correct and send back.

    :raises NotFound: nothing is wrong with the set.
    """
    row = _found(set_id)
    if not row.correction:
        raise NotFound("这次导入没有需要改正的表格")
    files = cast(FileStore, services().files)
    return send(
        files.path(row.correction),
        mimetype=_XLSX,
        as_attachment=True,
        download_name=f"待改正的记录-{row.id}.xlsx",
        max_age=0,
    )


@bp.get("/example.xlsx")
def example() -> AnyResponse:
    """A workbook with every table and its columns, and no row."""
    sheets = [
        (TITLES[name], [[column.name for column in columns]]) for name, columns in FILES.items()
    ]
    return send(
        io.BytesIO(workbook(sheets)),
        mimetype=_XLSX,
        as_attachment=True,
        download_name="记录文件空表.xlsx",
        max_age=0,
    )
