"""工单: lists, one order, and its commands."""

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kb.models import WorkOrder
from kb.profile import Profile
from kb.services import work_orders
from kb.work_orders.events import EventKind
from webapp.api_v1 import repeats
from webapp.api_v1.order_json import PATHS, brief_json, order_json
from webapp.api_v1.order_schemas import (
    CommandSchema,
    DispatchSchema,
    FollowUpSchema,
    OrderListSchema,
    OrderSchema,
    OrdersQuerySchema,
    ReturnSchema,
)
from webapp.api_v1.room import Blueprint, ErrorSchema, scoped
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.order_verbs import VERBS

bp = Blueprint("api_orders", __name__, description="办理工单")

_BODIES: dict[EventKind, type[Schema]] = {
    EventKind.DISPATCHED: DispatchSchema,
    EventKind.FOLLOWED_UP: FollowUpSchema,
    EventKind.RETURNED: ReturnSchema,
}


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
        .order_by(WorkOrder.due_at.is_(None), WorkOrder.due_at, WorkOrder.id)
        .offset((asked["page"] - 1) * asked["limit"])
        .limit(asked["limit"])
    )
    now = services().clock()
    return {
        "orders": [brief_json(order, now) for order in db().scalars(query)],
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


def _act(kind: EventKind, number: str, sent: dict[str, Any]) -> repeats.Answer:
    actor, now = current_actor(), services().clock()
    profile = services().profile or Profile()
    found = work_orders.get_order(db(), number, actor)
    by = work_orders.By(actor, now, profile, sent.pop("seen_events", None))
    VERBS[kind](db(), found, by, **sent)
    return order_json(found, actor, now, profile.orders), 200


def _command(kind: EventKind) -> Callable[..., Response]:
    def command(sent: dict[str, Any], number: str) -> Response:
        return repeats.answer_in_session(lambda: _act(kind, number, sent))

    command.__name__ = PATHS[kind].replace("-", "_")
    command.__doc__ = f"{kind.label}；答复为办理后的工单。"
    return command


def _register(kind: EventKind) -> None:
    view = scoped("work_orders")(_command(kind))
    view = bp.response(200, OrderSchema)(view)
    view = bp.alt_response(409, schema=ErrorSchema, description="工单的状态不允许这一步")(view)
    view = bp.arguments(_BODIES.get(kind, CommandSchema))(view)
    view = bp.doc(summary=kind.label, parameters=[repeats.KEY_PARAMETER])(view)
    bp.route(f"/work-orders/<number>/{PATHS[kind]}", methods=["POST"])(view)


for _kind in PATHS:
    _register(_kind)
