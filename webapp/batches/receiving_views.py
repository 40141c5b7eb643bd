"""Taking files in: a batch is begun, files come a few a request, and the sender says it is all."""

import uuid
from collections.abc import Sequence
from typing import cast

from flask import Response as FlaskResponse
from flask import flash, jsonify, make_response, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.services.batches import (
    add_file,
    add_refused,
    finish_receiving,
    open_batch,
    plan_batch,
)
from kb.services.files import FileStore, KeptFile, TooLarge
from kb.terms import BatchState
from webapp.batches.blueprint import bp, own_batch
from webapp.batches.views import home_page
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_choices import wishes_said
from webapp.wanted import wants_json

MAX_KEY = 60


@bp.post("")
def begin() -> Response:
    """Begin a batch, with the files that the form carries when no script sends them."""
    actor, now = current_actor(), services().clock()
    uploads = _uploads()
    try:
        wishes = wishes_said(actor)
    except InvalidInput as error:
        if wants_json():
            raise
        return make_response(home_page(problem=error.message, wishes=request.form), 422)
    if not uploads and not wants_json():
        problem = "请先选择文件、文件夹或压缩包"
        return make_response(home_page(problem=problem, wishes=request.form), 422)
    db().rollback()  # no lock may be held while the bytes are written
    kept = _keep(uploads)
    batch = open_batch(
        db(),
        wishes=wishes,
        actor=actor,
        key=request.form.get("key", "")[:MAX_KEY] or uuid.uuid4().hex,
        name=request.form.get("name", "").strip() or _name_of(uploads),
        now=now,
    )
    _add(batch.id, kept, actor)
    if uploads:
        finish_receiving(batch)
    commit()
    if wants_json():
        address = url_for("batches.show", batch_id=batch.id)
        files = url_for("batches.add_files", batch_id=batch.id)
        done = url_for("batches.received", batch_id=batch.id)
        is_open = batch.state in (BatchState.OPEN, BatchState.STOPPED)
        is_known = is_open and not uploads
        if is_known:
            flash("同样的文件今天已经推送过，就是这一批；没有再收一遍", "info")
        return jsonify(
            {
                "id": batch.id,
                "href": address,
                "files": files,
                "received": done,
                "is_known": is_known,
                "is_closed": batch.state == BatchState.CLOSED,
            }
        )
    flash("文件都已保存，正在后台读取；可以离开本页，随时回来看", "good")
    return redirect(url_for("batches.show", batch_id=batch.id))


@bp.post("/<int:batch_id>/files")
def add_files(batch_id: int) -> Response:
    """A few more files; what the batch has already is not taken twice."""
    own_batch(batch_id)
    db().rollback()  # no lock may be held while the bytes are written
    kept = _keep(_uploads())
    _add(batch_id, kept, current_actor())
    commit()
    if wants_json():
        refused = [
            {"path": path, "message": file.message}
            for path, file in kept
            if isinstance(file, TooLarge)
        ]
        return jsonify({"taken": len(kept) - len(refused), "refused": refused})
    return redirect(url_for("batches.show", batch_id=batch_id))


@bp.post("/<int:batch_id>/received")
def received(batch_id: int) -> FlaskResponse:
    """The sender's script has sent everything that was chosen."""
    batch = own_batch(batch_id)
    finish_receiving(batch)
    plan_batch(db(), batch, current_actor(), services().clock())
    commit()
    return jsonify({"href": url_for("batches.show", batch_id=batch_id)})


def _uploads() -> list[FileStorage]:
    return [upload for upload in request.files.getlist("files") if upload.filename]


def _keep(uploads: Sequence[FileStorage]) -> list[tuple[str, KeptFile | TooLarge]]:
    """Make the bytes safe on disk before any row names them; paths come beside the files."""
    files = cast(FileStore, services().files)
    paths = request.form.getlist("paths")
    kept: list[tuple[str, KeptFile | TooLarge]] = []
    for place, upload in enumerate(uploads):
        path = paths[place] if len(paths) == len(uploads) else upload.filename or ""
        try:
            kept.append((path, files.keep(upload.stream)))  # type: ignore[arg-type]
        except TooLarge as error:
            kept.append((path, error))  # the files beside it are not this one's fault
    return kept


def _add(batch_id: int, kept: Sequence[tuple[str, KeptFile | TooLarge]], actor: Actor) -> None:
    batch, now = own_batch(batch_id), services().clock()
    # The same files sent twice at once come one after the other, and are added once.
    db().refresh(batch, with_for_update=True)
    for path, file in kept:
        if isinstance(file, TooLarge):
            add_refused(db(), batch, path, file.code, file.message)
        else:
            add_file(db(), batch, file, path, actor, now)
    if kept:
        plan_batch(db(), batch, actor, now)


def _name_of(uploads: Sequence[FileStorage]) -> str:
    if not uploads:
        return "文件"
    first = (uploads[0].filename or "").replace("\\", "/").split("/")[0]
    return first if len(uploads) == 1 else f"{first} 等 {len(uploads)} 个文件"
