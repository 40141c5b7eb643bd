"""POST /documents and GET /documents/{id}."""

import hashlib
from datetime import date
from typing import Any, BinaryIO, cast

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import get_visible, is_own
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import Duplicate, InvalidInput, NotFound, PermissionDenied
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.profile import Profile
from kb.queries.held_versions import version_held
from kb.services.batch_access import get_batch
from kb.services.batches import is_archive
from kb.services.entries import Content
from kb.services.files import FileStore
from kb.services.idempotency import Begun
from kb.services.intake import push_file
from kb.services.publishing import may_publish
from kb.services.push_text import push_text
from kb.services.pushed import Pushed
from kb.services.reading import read_document
from kb.services.wishes import Wishes
from kb.standing import answering_period
from kb.terms import Audience, KnowledgeKind, ReadState, Role, VersionState
from webapp.api_v1 import repeats
from webapp.api_v1.batch_schemas import BatchSchema
from webapp.api_v1.batches import batch_json, read_rows, settle_table
from webapp.api_v1.document_json import document_json
from webapp.api_v1.document_schemas import (
    MAX_ID,
    DocumentFileFormSchema,
    DocumentPushSchema,
    DocumentQuerySchema,
    DocumentSchema,
    DocumentUploadSchema,
    KeptFileSchema,
)
from webapp.api_v1.parsing import parser
from webapp.api_v1.room import Blueprint, ErrorSchema, Refusal, scoped, tell_more
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("api_documents", __name__, description="推送知识")
bp.register_error_handler(Refusal, tell_more)

_STATED = ("document_number", "issuing_authority", "issued_on", "valid_from", "valid_until")
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": DocumentPushSchema},
        "multipart/form-data": {"schema": DocumentUploadSchema},
    },
}


class AlreadyThere(Refusal, Duplicate):
    """Raised when the pushed content is in the library already."""

    code = "duplicate"


class Unreadable(Refusal, InvalidInput):
    """Raised when a file could not be read; the original is kept."""


@bp.route("/documents", methods=["POST"])
@bp.doc(summary="推送一份文件或一段文字", requestBody=_BODY, parameters=[repeats.KEY_PARAMETER])
@bp.alt_response(
    202,
    schema={"oneOf": [KeptFileSchema, BatchSchema]},
    description="原件已留存：扫描件等待文字识别；压缩包、很大的表格和 dry_run 的成为批次，"
    "看 /batches/{id}",
    success=True,
)
@bp.alt_response(
    409, schema=ErrorSchema, description="库中已有相同内容，context.existing_id 为其编号"
)
@bp.alt_response(
    422,
    schema=ErrorSchema,
    description="有项目不对，或文件读不出来（原件已留存，见 context.file_id）",
)
@bp.alt_response(
    201,
    schema={"oneOf": [DocumentSchema, BatchSchema]},
    description="已收为草稿，或按要求发布；表格一行一条，内容相近的行等人选择",
    success=True,
)
@scoped("documents")
def push() -> Response:
    """收到后先保存原件，再识别标题、文号、机关和日期，切成段落，存为草稿待审。"""
    if request.mimetype == "multipart/form-data":
        return _push_upload()
    body = parser.parse(DocumentPushSchema(), request, location="json")
    return repeats.answer(
        lambda begun: _answer(_push_text(body, begun), body), repeats.canonical_body()
    )


def _push_upload() -> Response:
    form = parser.parse(DocumentFileFormSchema(), request, location="form")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput("没有收到文件，请放在名为 file 的表单项里", {"file": "请选择文件"})
    stream = cast(Any, upload.stream)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    name = upload.filename
    return repeats.answer(
        lambda begun: _answer(_push_file(stream, name, form, begun), form),
        repeats.canonical_form(f"{digest} {name}"),
    )


def _push_file(stream: BinaryIO, name: str, form: dict[str, Any], begun: Begun) -> Pushed:
    actor, known = current_actor(), services()
    unit_id = _unit_id(form, actor)
    stated = {field: form[field] for field in (*_STATED, "review_on") if form.get(field)}
    wishes = Wishes(
        unit_id=unit_id,
        kind=KnowledgeKind(form["kind"]) if form.get("kind") else None,
        audience=Audience(form.get("audience", Audience.PUBLIC)),
        category=_category(form),
        title=form.get("title", ""),
        item_id=form.get("item_id"),
        stated=stated,
        publish=bool(form.get("publish")),
        look_first=bool(form.get("dry_run")),
    )
    _check_publishing(form, unit_id, actor)
    return push_file(
        known.database,
        _files(),
        read_document,
        stream=stream,
        name=name,
        wishes=wishes,
        actor=actor,
        clock=known.clock,
        begun=begun,
    )


def _push_text(body: dict[str, Any], begun: Begun) -> Pushed:
    actor, known = current_actor(), services()
    content = Content(
        kind=KnowledgeKind(body.get("kind", KnowledgeKind.POLICY)),
        title=body["title"],
        body=body.get("text", ""),
        audience=Audience(body.get("audience", Audience.PUBLIC)),
        category=_category(body),
        review_on=body.get("review_on"),
        regions=tuple(body.get("regions", ())),
        variants=tuple(body.get("variants", ())),
        facts=body.get("facts", {}),
        **{field: body[field] for field in _STATED if body.get(field)},
    )
    unit_id = _unit_id(body, actor)
    _check_publishing(body, unit_id, actor)
    return push_text(
        known.database,
        _files(),
        read_document,
        content=content,
        unit_id=unit_id,
        actor=actor,
        clock=known.clock,
        item_id=body.get("item_id"),
        publish=bool(body.get("publish")),
        begun=begun,
    )


def _check_publishing(sent: dict[str, Any], unit_id: int, actor: Actor) -> None:
    """Refuse before anything is kept what could not be published afterwards."""
    if sent.get("publish"):
        with services().database.reading() as session:
            if not may_publish(actor, session.get_one(Unit, unit_id)):
                raise PermissionDenied("只有知识管理员和受信任单位的审核人可以直接发布")


def _files() -> FileStore:
    return cast(FileStore, services().files)


def _unit_id(sent: dict[str, Any], actor: Actor) -> int:
    unit_id = sent.get("unit_id") or actor.unit_id
    if unit_id is None:
        raise InvalidInput("请给出来源单位 unit_id", {"unit_id": "令牌没有所属单位，请填写"})
    with services().database.reading() as session:
        if session.get(Unit, unit_id) is None:
            raise InvalidInput("没有这个单位，请核对 unit_id", {"unit_id": "没有这个单位"})
    return int(unit_id)


def _category(sent: dict[str, Any]) -> str:
    category = str(sent.get("category", ""))
    allowed = (services().profile or Profile()).categories
    if category and allowed and category not in allowed:
        sentence = f"没有“{category[:40]}”这个分类，应写作“一级/二级”，如“{allowed[0]}”"
        raise InvalidInput(sentence, {"category": sentence})
    return category


def _answer(pushed: Pushed, sent: dict[str, Any]) -> repeats.Answer:
    if pushed.outcome == "duplicate":
        raise AlreadyThere(
            pushed.message,
            {"existing_id": str(pushed.item_id)},
            {"existing_id": pushed.item_id, "version_id": pushed.version_id},
        )
    if pushed.outcome == "failed":
        error = Unreadable(
            f"{pushed.message}（原件已留存）",
            {"file": pushed.message},
            {"file_id": pushed.file_id, "reason": pushed.code},
        )
        raise error
    if pushed.refused is not None:
        raise pushed.refused
    if pushed.batch_id is not None:
        publish, is_dry = bool(sent.get("publish")), bool(sent.get("dry_run"))
        return _answer_batch(pushed.batch_id, publish=publish, is_dry=is_dry)
    if pushed.outcome == "needs_ocr":
        state = ReadState.NEEDS_OCR
        kept = {"file_id": pushed.file_id, "state": state.value, "state_label": state.label}
        return kept | {"message": pushed.message}, 202
    with services().database.reading() as session:
        version = session.get_one(KnowledgeVersion, pushed.version_id)
        return document_json(version, pushed.notices), 201


def _answer_batch(batch_id: int, *, publish: bool, is_dry: bool) -> repeats.Answer:
    """A table is drafted row by row at once; an archive is read in the background.

    :param is_dry: only tell what would become of it.
    """
    actor = current_actor()
    with services().database.reading() as session:
        is_archived = is_archive(get_batch(session, batch_id, actor).name)
    is_done = False
    if is_dry and not is_archived:
        read_rows(batch_id, actor)
    elif not is_archived:
        is_done = settle_table(batch_id, actor, publish=publish)
    with services().database.reading() as session:
        body = batch_json(session, get_batch(session, batch_id, actor), actor)
    return body, 201 if is_done else 202


@bp.route("/documents/<int:item_id>", methods=["GET"])
@bp.doc(summary="看一份文档到了哪一步，或某一天的口径")
@bp.arguments(DocumentQuerySchema, location="query")
@bp.response(200, DocumentSchema)
@scoped("documents")
def document(asked: dict[str, Any], item_id: int) -> dict[str, Any]:
    """本单位和知识管理员看到最新一版（含未发布的），其他人看到今天有效的一版；给了 as_of 的，
    都看到那一天有效的一版。"""
    actor = current_actor()
    if item_id > MAX_ID:
        raise NotFound("没有这个知识条目，或者它不在您可查看的范围内")
    item = get_visible(db(), item_id, actor)
    return document_json(_version_for(db(), item, actor, asked.get("as_of")))


def _version_for(
    session: Session, item: KnowledgeItem, actor: Actor, as_of: date | None
) -> KnowledgeVersion:
    today = local_day(services().clock())
    latest: KnowledgeVersion | None
    if as_of is not None:
        latest = version_held(session, item, as_of, actor)
        if latest is None:
            raise NotFound(f"{as_of} 那天没有有效的一版", item_id=item.id)
    elif actor.has(Role.EDITOR) or is_own(actor, item):
        query = (
            select(KnowledgeVersion)
            .where(
                KnowledgeVersion.item_id == item.id,
                KnowledgeVersion.state != VersionState.DISCARDED.value,
            )
            .order_by(KnowledgeVersion.number.desc())
            .limit(1)
        )
        latest = session.scalars(query).first()
    else:
        # What has not begun to hold is not told as what is said today.
        latest = version_held(session, item, today, actor) or _begun(item, today)
    if latest is None:
        raise NotFound("没有这个知识条目，或者它不在您可查看的范围内", item_id=item.id)
    return latest


def _begun(item: KnowledgeItem, today: date) -> KnowledgeVersion | None:
    """The published version that no longer holds; one that is still to come is not shown."""
    current = item.current_version
    start = answering_period(item, current).start if current is not None else None
    return current if start is None or start <= today else None
