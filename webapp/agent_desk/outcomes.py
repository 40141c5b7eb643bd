"""How a request leaves the desk: 采纳 with undo, or 转工单. Both answer a repeat the same way."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kb.errors import IllegalTransition, InvalidInput
from kb.models import Call, CitizenRequest, WorkOrder
from kb.services import calls
from kb.services import desk as desk_service
from kb.services.at_desk import AtDesk
from kb.services.letters import keep_letters
from kb.services.once import AlreadyDone, fingerprint, once
from kb.services.purpose_suggesting import as_answered
from kb.services.repeats import Choice
from kb.services.work_orders import get_order
from kb.terms import Outcome
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.form_calls import form_name, keep_sent, shown_call
from webapp.agent_desk.forms import (
    continued,
    optional_number,
    query_of,
    registration_of,
    shown_of,
)
from webapp.agent_desk.refusals import page_again
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.order_uploads import attach_sent, by_now, sent_files
from webapp.wanted import wants_json

Work = Callable[[AtDesk, Call], dict[str, Any]]
_NO_ROOM = "在线办结不保存附件；有来信原件的请转工单，或去掉附件再采纳"
_PART = 1 << 20
# Fields that differ between two sends of the same form without meaning anything.
_NOT_CONTENT = frozenset({"csrf_token", "token", "call_id"})


@bp.post("/adopt")
def adopt() -> Response:
    """采纳: registered and resolved online in one step."""

    def work(desk: AtDesk, call: Call) -> dict[str, Any]:
        if sent_files():
            raise InvalidInput(_NO_ROOM, {"files": _NO_ROOM})
        shown = shown_of(request.form)
        registration = as_answered(registration_of(request.form), desk.profile)
        adoption = desk_service.adopt(
            db(), desk, call, registration, shown, _repeat(), continued(request.form)
        )
        return {
            "outcome": "online",
            "call_id": call.id,
            "request_no": adoption.request.number,
            "adoption_id": adoption.id,
            "undo_url": url_for("agent_desk.undo", adoption_id=adoption.id),
            "unit": adoption.item.unit.name,
            "version": shown.version,
            "message": f"已采纳，诉求 {adoption.request.number} 记为在线办结",
        }

    return _settle("adopt", work)


@bp.post("/work-orders")
def raise_order() -> Response:
    """转工单: registered and handed over in one step."""

    def work(desk: AtDesk, call: Call) -> dict[str, Any]:
        query = query_of(request.form, "query")
        order = desk_service.raise_order(
            db(),
            desk,
            call,
            registration_of(request.form),
            query=query,
            seen_item_id=optional_number(request.form.get("seen_item_id", "")),
            repeat=_repeat(),
            continues=continued(request.form),
            keeps_letter=not (sent_files() or request.form.get("no_letter")),
        )
        if letters := attach_sent(order):
            keep_letters(db(), order, by_now(), letters)
        return {
            "outcome": "handed_over",
            "call_id": call.id,
            "request_no": order.request.number,
            "order_no": order.number,
            "merged_into": order.merged_into,
            "undo_url": _undo_url(order),
            "message": _raised(order),
        }

    return _settle("order", work)


def _undo_url(order: WorkOrder) -> str:
    """Where it is taken back; one that was merged is parted by the dispatch desk."""
    return "" if order.merged_into else url_for("agent_desk.undo_order", number=order.number)


def _repeat() -> Choice:
    return Choice.read(request.form.get("repeat", "")[:60])


def _raised(order: WorkOrder) -> str:
    if order.merged_into:
        return f"已登记诉求 {order.request.number}，工单 {order.number} 并入 {order.merged_into}"
    return f"已转工单 {order.number}，等待派单；诉求编号 {order.request.number}"


def _settle(verb: str, work: Work) -> Response:
    """Do the work once per form token, commit once, answer a script or a browser."""
    desk = screen.at_desk()
    try:
        call_id = optional_number(request.form.get("call_id", ""))
        answer = once(
            db(),
            form_name(),
            fingerprint({"verb": verb, **_content()}),
            lambda: work(desk, desk_service.current_call(db(), desk, call_id)),
            desk.now,
        )
    except AlreadyDone:
        raise  # answered for the whole desk (refusals), with what it became
    except (InvalidInput, IllegalTransition) as refused:
        if wants_json():
            raise
        return page_again(refused, shown_call())
    commit()
    if wants_json():
        return jsonify(answer | screen.changed_parts(_own(answer["call_id"])))
    flash(answer["message"] + "。", "good")
    return redirect(url_for("agent_desk.home"), 303)


def _own(call_id: int) -> Call:
    return calls.get_call(db(), call_id, current_actor())


def _content() -> dict[str, object]:
    form = request.form.to_dict()
    said = {name: value for name, value in form.items() if name not in _NOT_CONTENT}
    return said | {"files": [(one.filename, _sha256(one)) for one in sent_files()]}


def _sha256(sent: FileStorage) -> str:
    """Of a sent file, which can be read again afterwards."""
    digest = hashlib.sha256()
    while part := sent.stream.read(_PART):
        digest.update(part)
    sent.stream.seek(0)
    return digest.hexdigest()


@bp.post("/adoptions/<int:adoption_id>/undo")
def undo(adoption_id: int) -> Response:
    """撤销采纳: the request is open again."""
    desk = screen.at_desk()
    adoption = desk_service.get_adoption(db(), adoption_id, desk.actor)
    keep_sent()
    commit()  # safe also when the step is refused
    settled = desk_service.undo(db(), desk, adoption)
    return _undone(settled, f"已撤销采纳，诉求 {settled.number} 等待处理")


@bp.post("/work-orders/<number>/undo")
def undo_order(number: str) -> Response:
    """撤单 of an order the agent raised just now: the request is open again."""
    desk = screen.at_desk()
    order = get_order(db(), number, desk.actor)
    keep_sent()
    commit()  # safe also when the step is refused
    settled = desk_service.undo_order(db(), desk, order)
    outcome = Outcome(settled.outcome)
    if outcome == Outcome.OPEN:
        return _undone(settled, f"已撤单 {number}，诉求 {settled.number} 等待处理")
    return _undone(settled, f"已撤单 {number}，诉求 {settled.number} 仍是“{outcome.label}”")


def _undone(settled: CitizenRequest, message: str) -> Response:
    commit()
    if wants_json():
        parts = screen.changed_parts(settled.call)
        return jsonify({"message": message, "request_no": settled.number, **parts})
    flash(message + "。", "good")
    return redirect(url_for("agent_desk.home"), 303)
