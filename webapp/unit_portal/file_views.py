"""Originals: download, and reading one again that could not be read before."""

from flask import Response, flash, redirect, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from kb.models import Job, StoredFile
from kb.services import intake
from kb.services.pushed import Pushed
from kb.services.reading import read_document
from kb.services.scanning import require_clean
from kb.services.stored_files import dismiss, get_file
from kb.services.wishes import Wishes, wishes_of
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_portal.blueprint import bp


@bp.get("/files/<int:file_id>")
def download(file_id: int) -> Response:
    """The original as it came, always as a download, never shown by the browser."""
    stored = get_file(db(), file_id, current_actor())
    require_clean(stored)
    path = services().files.path(stored.sha256)
    return send_file(
        path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.name,
        etag=False,
        conditional=False,
    )


@bp.post("/files/<int:file_id>/read")
def read_again(file_id: int) -> AnyResponse:
    """重新读取: try a kept original once more."""
    actor, known = current_actor(), services()
    # Closed before the reading begins: no lock may be held while a file is read.
    with known.database.reading() as session:
        stored = get_file(session, file_id, actor)
        name, wishes = stored.name, _wishes_of(session, stored)
    pushed = intake.read_stored(
        known.database,
        known.files,
        read_document,
        file_id,
        wishes=wishes,
        actor=actor,
        clock=known.clock,
    )
    kind, sentence = told(name, pushed)
    flash(sentence, kind)
    if pushed.batch_id is not None:
        return redirect(url_for("batches.show", batch_id=pushed.batch_id))
    if pushed.version_id is not None:
        return redirect(url_for("unit_portal.version", version_id=pushed.version_id))
    return redirect(url_for("unit_portal.home", _anchor="files"))


@bp.post("/files/<int:file_id>/dismiss")
def dismiss_file(file_id: int) -> AnyResponse:
    """不再处理 an original that was not read; it stays, the list lets it go."""
    actor = current_actor()
    stored = get_file(db(), file_id, actor)
    dismiss(db(), stored, actor, services().clock())
    commit()
    flash(f"《{stored.name}》不再列出，原件仍保留", "good")
    return redirect(url_for("unit_portal.home", _anchor="files"))


def _wishes_of(session: Session, stored: StoredFile) -> Wishes:
    """What the sender said when the file came; kept with its reading job."""
    query = (
        select(Job)
        .where(Job.kind == intake.READ_JOB, Job.payload["file_id"].as_integer() == stored.id)
        .order_by(Job.id)
    )
    job = session.scalars(query).first()
    return Wishes(unit_id=stored.unit_id) if job is None else wishes_of(job.payload)


def told(name: str, pushed: Pushed) -> tuple[str, str]:
    """What became of a file: the kind of note and its sentence."""
    if pushed.outcome in ("draft", "new_version"):
        word = "已作为新版本收下" if pushed.outcome == "new_version" else "已读成草稿"
        return "good", f"《{name}》{word}，请核对识别结果后送审"
    if pushed.outcome == "batch":
        return "good", f"《{name}》：{pushed.message}"
    if pushed.outcome == "needs_ocr":
        return "warn", f"《{name}》已收下：{pushed.message}"
    return ("warn" if pushed.outcome == "duplicate" else "bad"), f"《{name}》：{pushed.message}"
