"""工单: lists, one order, and its commands."""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import Response, jsonify, request
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kb.errors import InvalidInput, SearchUnavailable
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services import work_orders
from kb.services.order_knowledge import name_existing
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Knowledge
from kb.work_orders.state import OrderState
from webapp.api_v1 import repeats
from webapp.api_v1.order_json import brief_json, finding_json, order_json
from webapp.api_v1.order_paths import PATHS, body_of
from webapp.api_v1.order_schemas import (
    OrderListSchema,
    OrderSchema,
    OrdersQuerySchema,
    RepliedSchema,
)
from webapp.api_v1.order_verb_schemas import OrderFileSchema, ReviewSchema, UploadSchema
from webapp.api_v1.request_json import instant
from webapp.api_v1.room import Blueprint, ErrorSchema, scoped
from webapp.context import services
from webapp.database import commit, db
from webapp.errors import describe, error_body
from webapp.identity import current_actor
from webapp.order_verbs import VERBS
from webapp.reply_checks import found_in

bp = Blueprint("api_orders", __name__, description="办理工单")


@bp.route("/work-orders", methods=["GET"])
@bp.doc(summary="工单列表")
@bp.arguments(OrdersQuerySchema, location="query")
@bp.response(200, OrderListSchema)
@scoped("work_orders")
def orders(asked: dict[str, Any]) -> dict[str, Any]:
    """热线中心看到全部，单位看到派给本单位的；先到期的在前。"""
    conditions = work_orders.order_list_filter(current_actor(), state=asked.get("state", ""))
    total = db().scalar(select(func.count()).select_from(WorkOrder).where(*conditions)) or 0
    query = (
        select(WorkOrder)
        .where(*conditions)
        .options(selectinload(WorkOrder.request), selectinload(WorkOrder.unit))
        .order_by(WorkOrder.due_at.asc().nulls_last(), WorkOrder.id)
        .offset((asked["page"] - 1) * asked["limit"])
        .limit(asked["limit"])
    )
    actor, now = current_actor(), services().clock()
    return {
        "orders": [brief_json(order, actor, now) for order in db().scalars(query)],
        "page": asked["page"],
        "limit": asked["limit"],
        "total": total,
    }


@bp.route("/work-orders/<number>", methods=["GET"])
@bp.doc(summary="一张工单和它的每一步")
@bp.response(200, OrderSchema)
@scoped("work_orders")
def order(number: str) -> dict[str, Any]:
    """commands 是现在可以做的操作，也是地址的最后一段。"""
    actor = current_actor()
    return order_json(work_orders.get_order(db(), number, actor), actor, services().clock())


def _by(sent: dict[str, Any]) -> work_orders.By:
    profile = services().profile or Profile()
    return work_orders.By(
        current_actor(), services().clock(), profile, sent.pop("seen_events", None)
    )


def _act(kind: EventKind, number: str, sent: dict[str, Any]) -> repeats.Answer:
    by = _by(sent)
    found = work_orders.get_order(db(), number, by.actor)
    if "into" in sent:
        sent["into"] = work_orders.get_order(db(), sent["into"], by.actor)
    if kind == EventKind.ARCHIVED and sent.get("knowledge") in (
        Knowledge.EXISTED,
        Knowledge.UPDATED,
    ):
        # The pages name the entry first; here it is named by what is archived with it.
        name_existing(db(), found, sent.get("item_id") or 0, actor=by.actor, now=by.now)
    findings = _findings(found, str(sent.get("text", ""))) if kind == EventKind.REPLIED else {}
    VERBS[kind](db(), found, by, **sent)
    return order_json(found, by.actor, by.now, by.profile.orders) | findings, 200


def _findings(order: WorkOrder, text: str) -> dict[str, Any]:
    """What the check says of a reply, before it stands among the earlier ones. It holds nothing
    back here: whoever wrote it reads the findings in the answer, the reviewer on the page."""
    try:
        found = found_in(order, text)
    except SearchUnavailable:
        return {"findings": None}
    return {"findings": [finding_json(one) for one in found]}


@bp.route("/work-orders/<number>/review", methods=["POST"])
@bp.doc(summary="审核答复", parameters=[repeats.KEY_PARAMETER])
@bp.arguments(ReviewSchema)
@bp.alt_response(409, schema=ErrorSchema, description="工单的状态不允许这一步")
@bp.response(200, OrderSchema)
@scoped("work_orders")
def review(sent: dict[str, Any], number: str) -> Response:
    """单位审核或中心审核，看答复现在等谁；不通过则退回修改。"""
    passed = sent.pop("passed")
    found = work_orders.get_order(db(), number, current_actor())
    if found.state == OrderState.UNIT_REVIEW.value:
        kind = EventKind.UNIT_PASSED if passed else EventKind.UNIT_SENT_BACK
    else:
        kind = EventKind.RESOLVED if passed else EventKind.SENT_BACK
    return repeats.answer_in_session(lambda: _act(kind, number, sent))


@bp.route("/work-orders/<number>/files", methods=["POST"])
@bp.doc(
    summary="上传附件",
    requestBody={"required": True, "content": {"multipart/form-data": {"schema": UploadSchema}}},
)
@bp.response(201, OrderFileSchema)
@scoped("work_orders")
def upload(number: str) -> dict[str, Any]:
    """原样留存并计算校验值；之后的备注、答复等写上它的编号才成为经过的一部分。"""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInput("没有收到文件，请放在名为 file 的表单项里", {"file": "请选择文件"})
    by = _by({})
    found = work_orders.get_order(db(), number, by.actor)
    stream, name = cast(BinaryIO, sent.stream), sent.filename
    row = work_orders.attach(db(), found, by, services().files, name=name, stream=stream)
    commit()
    return {
        "id": row.id,
        "name": row.name,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
    }


@bp.errorhandler(work_orders.StaleOrder)
def _stale(error: work_orders.StaleOrder) -> tuple[Response, int]:
    """409 with what happened meanwhile under ``context``."""
    problem = describe(error)
    body = cast(dict[str, Any], error_body(problem))
    body["error"]["context"] = {
        "since": [
            {"seq": one.seq, "kind": one.kind.value, "label": one.kind.label, "actor": one.actor}
            | {"at": instant(one.at), "text": one.text}
            for one in error.since
        ]
    }
    return jsonify(body), problem.status


def _command(kind: EventKind) -> Callable[..., Response]:
    def command(sent: dict[str, Any], number: str) -> Response:
        return repeats.answer_in_session(lambda: _act(kind, number, sent))

    command.__name__ = PATHS[kind].replace("-", "_")
    command.__doc__ = f"{kind.label}；答复为办理后的工单。"
    return command


def _register(kind: EventKind) -> None:
    view = scoped("work_orders")(_command(kind))
    schema = RepliedSchema if kind == EventKind.REPLIED else OrderSchema
    view = bp.response(200, schema)(view)
    view = bp.alt_response(409, schema=ErrorSchema, description="工单的状态不允许这一步")(view)
    view = bp.arguments(body_of(kind))(view)
    view = bp.doc(summary=kind.label, parameters=[repeats.KEY_PARAMETER])(view)
    bp.route(f"/work-orders/<number>/{PATHS[kind]}", methods=["POST"])(view)


for _kind in PATHS:
    _register(_kind)
