"""诉求: register, look up, resolve online, hand over."""

from typing import Any

from flask import Response

from kb.access import get_visible
from kb.services import requests as service
from kb.services.registration import registration_from
from webapp.api_v1 import repeats
from webapp.api_v1.order_json import order_json
from webapp.api_v1.order_schemas import OrderSchema
from webapp.api_v1.repeats import KEY_PARAMETER
from webapp.api_v1.request_json import request_json
from webapp.api_v1.request_schemas import (
    AdoptionSchema,
    HandOverSchema,
    RegistrationSchema,
    RequestSchema,
)
from webapp.api_v1.room import Blueprint, ErrorSchema, scoped
from webapp.context import city, services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("api_requests", __name__, description="登记与办结诉求")


@bp.route("/requests", methods=["POST"])
@bp.doc(summary="登记一件诉求", parameters=[KEY_PARAMETER])
@bp.arguments(RegistrationSchema)
@bp.response(201, RequestSchema)
@scoped("requests")
def register(sent: dict[str, Any]) -> Response:
    """得到诉求编号。渠道、专线、地区、分类必须是本市列表里的。"""

    def work() -> repeats.Answer:
        request = service.register(
            db(),
            registration_from(sent),
            profile=city(),
            phone_key=services().settings.secret_key.encode(),
            actor=current_actor(),
            now=services().clock(),
        )
        return request_json(db(), request), 201

    return repeats.answer_in_session(work)


@bp.route("/requests/<number>", methods=["GET"])
@bp.doc(summary="看一件诉求")
@bp.response(200, RequestSchema)
@scoped("requests")
def show(number: str) -> dict[str, Any]:
    """热线中心的人员可看；电话只显示前三位和后四位。"""
    return request_json(db(), service.get_request(db(), number, current_actor()))


@bp.route("/requests/<number>/resolve-online", methods=["POST"])
@bp.doc(summary="采纳一个答案，在线办结", parameters=[KEY_PARAMETER])
@bp.arguments(AdoptionSchema)
@bp.alt_response(409, schema=ErrorSchema, description="诉求已办结，或条目今天已不在有效期内")
@bp.response(200, RequestSchema)
@scoped("requests")
def resolve_online(sent: dict[str, Any], number: str) -> Response:
    """记在这个条目、这一版和它所属单位的名下。"""

    def work() -> repeats.Answer:
        actor = current_actor()
        request = service.get_request(db(), number, actor)
        service.resolve_online(db(), request, **sent, actor=actor, now=services().clock())
        db().flush()
        return request_json(db(), request), 200

    return repeats.answer_in_session(work)


@bp.route("/requests/<number>/work-orders", methods=["POST"])
@bp.doc(summary="转工单", parameters=[KEY_PARAMETER])
@bp.arguments(HandOverSchema)
@bp.alt_response(409, schema=ErrorSchema, description="诉求已办结或已转办")
@bp.response(201, OrderSchema)
@scoped("requests")
def hand_over(sent: dict[str, Any], number: str) -> Response:
    """答不了的转给派单员。"""

    def work() -> repeats.Answer:
        actor, now = current_actor(), services().clock()
        request = service.get_request(db(), number, actor)
        if sent["seen_item_id"] is not None:
            get_visible(db(), sent["seen_item_id"], actor)
        order = service.hand_over(db(), request, profile=city(), **sent, actor=actor, now=now)
        return order_json(order, actor, now), 201

    return repeats.answer_in_session(work)
