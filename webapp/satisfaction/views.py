"""The page behind a link for 评价. It shows the request's number, which of its orders, and the day,
never who or what."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import WorkOrder
from kb.queries.request_parts import find_part
from kb.services.work_orders import SYSTEM, By, rate_by_link, state_of
from kb.terms import Satisfaction
from kb.work_orders.state import OrderState, State
from webapp.context import city, services
from webapp.database import commit, db
from webapp.satisfaction_links import Invitation, read_link

bp = Blueprint("satisfaction", __name__)
CHOICES = (Satisfaction.SATISFIED, Satisfaction.FAIRLY, Satisfaction.DISSATISFIED)
MAX_TEXT = 500


@dataclass(frozen=True)
class _Asked:
    """The order a link is about, and why it can no longer be rated; empty while it can."""

    order: WorkOrder
    state: State
    over: str = ""


@bp.get("/rate/<token>")
def ask(token: str) -> Response:
    """The question, or what became of it.

    :raises NotFound: not a link of ours.
    """
    return _page(_load(token), token)


@bp.post("/rate/<token>")
def answer(token: str) -> AnyResponse:
    """Take the answer, once; what cannot be taken comes back with what was typed."""
    asked = _load(token)
    if asked.over:
        return _page(asked, token)
    known, form = services(), request.form
    text = form.get("text", "").replace("\r\n", "\n").strip()
    try:
        if len(text) > MAX_TEXT:
            sentence = f"说明最多 {MAX_TEXT} 字，现有 {len(text)} 字"
            raise InvalidInput(sentence, {"text": sentence})
        rate_by_link(
            db(),
            asked.order,
            By(SYSTEM, known.clock(), known.profile, asked.order.event_count),
            satisfaction=form.get("satisfaction", ""),
            reason=form.get("reason", ""),
            text=text,
        )
    except InvalidInput as invalid:
        db().rollback()
        return _page(_load(token), token, 422, problems=invalid.fields)
    except (IllegalTransition, StaleVersion):
        # Somebody called back, or the link was pressed twice, in this very moment.
        db().rollback()
        db().expire_all()
        return _page(_load(token), token, 409)
    commit()
    return redirect(url_for("satisfaction.ask", token=token), 303)


def _load(token: str) -> _Asked:
    try:
        invitation = read_link(token)
    except BadSignature as error:
        raise NotFound("这个评价链接不完整或不正确，请从短信里重新打开") from error
    query = (
        select(WorkOrder)
        .where(WorkOrder.id == invitation.order_id)
        .options(selectinload(WorkOrder.events), selectinload(WorkOrder.request))
    )
    order = db().scalars(query).one_or_none()
    if order is None:
        raise NotFound("这个评价链接不完整或不正确，请从短信里重新打开")
    state = state_of(order)
    return _Asked(order, state, _over(invitation, state))


def _over(invitation: Invitation, state: State) -> str:
    """Why the link is of no more use: redone, rated, called back, archived, or too late."""
    if invitation.resolution != state.reopens or not _is_settled(state):
        return "redone"
    if state.objected_at is not None and state.followed_up_at is None:
        return "objected"
    if state.followed_up_at is not None:
        return "rated"
    if state.step == OrderState.ARCHIVED or services().clock() >= invitation.ends_at:
        return "late"
    return ""


def _is_settled(state: State) -> bool:
    return state.step in (OrderState.RESOLVED, OrderState.ARCHIVED)


def _page(asked: _Asked, token: str, status: int = 200, **values: object) -> Response:
    html = render_template(
        "satisfaction/rate.html",
        token=token,
        number=asked.order.request.number,
        part=find_part(db(), asked.order).words,
        resolved_at=asked.state.resolved_at,
        over=asked.over,
        choices=CHOICES,
        reasons=city().follow_up.reasons,
        form=request.form,
        max_text=MAX_TEXT,
        **({"problems": {}} | values),
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response
