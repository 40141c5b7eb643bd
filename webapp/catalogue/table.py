"""派单目录 as a workbook: handed out, tried, taken in."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.queries.catalogue import all_entries
from kb.services.catalogue import MAX_REASON
from kb.services.catalogue_table import MAX_BYTES, Reading
from kb.services.catalogue_table import export as write_table
from kb.services.catalogue_table import take_in as read_in
from kb.workbook import TYPE
from webapp.catalogue.blueprint import bp
from webapp.catalogue.listing import read_wanted
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@dataclass(frozen=True)
class _Tried:
    """A file and what it would do, as the page keeps both until it is confirmed.

    ``seen`` tells whether the catalogue still answers as it did when the person looked.
    """

    name: str
    kept: str
    reading: Reading
    seen: str


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


def _page(tried: _Tried | None = None, problem: str = "", reason_problem: str = "") -> str:
    return render_template(
        "catalogue/import.html",
        tried=tried,
        problem=problem,
        reason_problem=reason_problem,
        typed=request.form,
    )


@bp.post("/import/try")
def try_table() -> Response:
    """试导入: what every line would do; the page keeps the file for 导入."""
    upload = request.files.get("table")
    data = upload.read(MAX_BYTES + 1) if upload else b""
    try:
        if upload is None or not data:
            raise InvalidInput("请先选择文件")
        tried = _tried(data, (upload.filename or "")[:100], "试导入")
    except InvalidInput as invalid:
        return _refused(invalid)
    db().rollback()
    return make_response(_page(tried), 422 if tried.reading.of("refused") else 200)


@bp.post("/import")
def take_in() -> Response:
    """导入 the file that was tried, if it still does what the person saw; whole or not at all."""
    reason = request.form.get("reason", "").strip()[:MAX_REASON]
    try:
        tried = _tried(_kept(), request.form.get("name", "")[:100], reason or "试导入")
    except InvalidInput as invalid:
        return _refused(invalid)
    if tried.seen != request.form.get("seen"):
        db().rollback()
        problem = "您看过以后目录有改动，这个文件的结果与刚才不同。请再看一遍下面的结果，再点“导入”"
        return make_response(_page(tried, problem), 409)
    if not reason or not tried.reading.is_takeable:
        db().rollback()
        return make_response(_page(tried, reason_problem="请写一句为什么改，以后查得到"), 422)
    commit()
    new, changed = tried.reading.of("new"), tried.reading.of("changed")
    flash(f"已导入：新增 {len(new)} 条，修改 {len(changed)} 条", "good")
    return redirect(url_for("catalogue.home"))


def _kept() -> bytes:
    """The file as the page kept it; it is read as if it were new.

    :raises InvalidInput: the page did not send what it was given.
    """
    kept = request.form.get("kept", "")
    try:
        data = urlsafe_b64decode(kept.encode("ascii"))
    except ValueError as error:
        raise InvalidInput("页面已经过期，请重新选择文件") from error
    if not data:
        raise InvalidInput("页面已经过期，请重新选择文件")
    return data


def _tried(data: bytes, name: str, reason: str) -> _Tried:
    """:raises InvalidInput: the file is no such table."""
    known = services()
    reading = read_in(
        db(),
        data,
        reason=reason,
        profile=known.profile,
        actor=current_actor(),
        now=known.clock(),
    )
    seen = hashlib.sha256(repr(reading).encode()).hexdigest()[:16]
    return _Tried(name, urlsafe_b64encode(data).decode("ascii"), reading, seen)


def _refused(invalid: InvalidInput) -> Response:
    db().rollback()
    return make_response(_page(problem=invalid.message), 422)
