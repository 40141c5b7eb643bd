"""推送: files by the form or by drag and drop, and pasted text."""

from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kb.access import get_visible, require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, KbError, StorageFull
from kb.services import intake
from kb.services.entries import pending_version
from kb.services.files import shown_name
from kb.services.pasting import paste_text as keep_text
from kb.services.pushed import Pushed
from kb.services.reading import read_document
from kb.services.wishes import Wishes
from webapp.context import services
from webapp.database import db
from webapp.errors import describe
from webapp.identity import current_actor
from webapp.unit_portal import choices
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.file_views import told
from webapp.unit_portal.views import home_page, number_or_none
from webapp.wanted import wants_json

MAX_FILES = 50
_STATUS = {
    "draft": 201,
    "new_version": 201,
    "batch": 201,
    "needs_ocr": 202,
    "duplicate": 409,
    "failed": 422,
}


@dataclass(frozen=True)
class Result:
    """What became of one file, for the page and for the script alike."""

    name: str
    outcome: str
    status: int
    kind: str
    message: str
    version_id: int | None = None
    item_id: int | None = None
    file_id: int | None = None
    batch_id: int | None = None

    @property
    def href(self) -> str:
        """Where to go on, if anywhere."""
        if self.outcome == "duplicate" and self.item_id is not None:
            return url_for("unit_portal.entry", item_id=self.item_id)
        if self.batch_id is not None:
            return url_for("batches.show", batch_id=self.batch_id)
        if self.version_id is not None:
            return url_for("unit_portal.version", version_id=self.version_id)
        if self.outcome == "needs_ocr":
            return url_for("scans.of_file", file_id=self.file_id)
        return ""


def _wishes_for_target(actor: Actor) -> Wishes:
    return replace(choices.wishes_said(actor), item_id=number_or_none(request.form.get("item", "")))


def _check_target(wishes: Wishes, actor: Actor) -> Wishes:
    """Refuse before anything is kept when the entry cannot take another version now."""
    if wishes.item_id is None:
        return wishes
    with services().database.reading() as session:
        item = get_visible(session, wishes.item_id, actor)
        require_editing(actor, item)
        if pending_version(session, item.id) is not None:
            raise IllegalTransition("这个条目已有一版正在处理，请先处理完它，再上传新版文件")
        return replace(wishes, unit_id=item.unit_id)


@bp.post("/push")
def push() -> Response:
    """Take one or several files; each is kept before it is read, each gets its own sentence."""
    actor = current_actor()
    try:
        wishes = _check_target(_wishes_for_target(actor), actor)
    except InvalidInput as error:
        if wants_json():
            raise
        return make_response(home_page(push_problem=error.message, wishes=request.form), 422)
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    problem = ""
    if not uploads:
        problem = "请先选择文件，或把文件拖到框里"
    elif len(uploads) > MAX_FILES:
        problem = f"一次最多 {MAX_FILES} 个文件，请分几次推送"
    if problem:
        if wants_json():
            raise InvalidInput(problem, {"files": problem})
        page = home_page(push_problem=problem, wishes=request.form)
        return make_response(page, 422)
    results = [_push_one(upload, wishes, actor) for upload in uploads]
    return _answer(results)


def _push_one(upload: FileStorage, wishes: Wishes, actor: Actor) -> Result:
    known, name = services(), upload.filename or ""
    try:
        pushed = intake.push_file(
            known.database,
            known.files,
            read_document,
            stream=cast(BinaryIO, upload.stream),
            name=name,
            wishes=wishes,
            actor=actor,
            clock=known.clock,
        )
    except KbError as error:
        # The files before and after it are not this one's fault.
        problem = describe(error)
        return Result(shown_name(name), problem.code, problem.status, "bad", error.message)
    return _result(shown_name(name), pushed)


def _result(name: str, pushed: Pushed) -> Result:
    kind, sentence = told(name, pushed)
    return Result(
        name,
        pushed.outcome,
        _STATUS[pushed.outcome],
        kind,
        pushed.message or sentence,
        pushed.version_id,
        pushed.item_id,
        pushed.file_id,
        pushed.batch_id,
    )


def _answer(results: list[Result]) -> Response:
    status = max(result.status for result in results)
    if wants_json():
        body = [
            {
                "name": result.name,
                "outcome": result.outcome,
                "kind": result.kind,
                "message": result.message,
                "href": result.href,
            }
            for result in results
        ]
        answer = jsonify({"results": body})
        answer.status_code = status
        return answer
    if len(results) == 1 and results[0].status == 201:
        flash(results[0].message, "good")
        return redirect(results[0].href)
    page = render_template("unit_portal/push_result.html", results=results)
    return make_response(page, status)


@bp.get("/paste")
def paste() -> str:
    """The page to paste a text."""
    return _paste_page({}, {})


def _paste_page(
    typed: dict[str, str], problems: dict[str, str], result: Result | None = None
) -> str:
    return render_template(
        "unit_portal/paste.html",
        typed=typed,
        problems=problems,
        result=result,
        units=choices.units(db(), current_actor()),
        kinds=choices.kinds(),
        audiences=choices.audiences(),
        categories=choices.categories(typed.get("category", "")),
    )


@bp.post("/paste")
def paste_text() -> Response:
    """Draft a pasted text; whatever goes wrong, the page keeps it."""
    actor, known = current_actor(), services()
    typed = request.form.to_dict()
    try:
        title = " ".join(typed.get("title", "").split())
        wishes = replace(choices.wishes_said(actor), title=title)
        pushed = keep_text(
            known.database,
            known.files,
            read_document,
            text=typed.get("text", ""),
            wishes=wishes,
            actor=actor,
            clock=known.clock,
        )
    except (InvalidInput, StorageFull) as error:
        problem = describe(error)
        fields = problem.fields or {"text": problem.message}
        return make_response(_paste_page(typed, fields), problem.status)
    result = _result(wishes.title or "粘贴的文字", pushed)
    if result.status == 201:
        flash("已按文字本身的结构排好，请核对后送审", "good")
        return redirect(result.href)
    return make_response(_paste_page(typed, {}, result), result.status)
