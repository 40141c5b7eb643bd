"""查进度: how far a request has come, for whoever knows its number and the phone's last digits."""

import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.errors import InvalidInput, NotFound
from kb.models import CitizenRequest, WorkOrder, WorkOrderEvent
from kb.queries.progress_steps import RANK, Step, steps_of
from kb.queries.progress_told import (
    Joined,
    as_known_to,
    how_told,
    is_told,
    until_told,
    why_cancelled,
    why_invalid,
)
from kb.queries.progress_words import is_declined, of_several, pause_at, words_of
from kb.queries.request_parts import Part, part_of
from kb.services.work_orders import is_not_cancelled, state_of
from kb.terms import Outcome, purpose_label
from kb.work_orders.events import EventKind
from kb.work_orders.state import OrderState, State

# One answer for an unknown number and a wrong tail: neither may be guessed from it.
NO_MATCH = (
    "没有查到：编号和手机号后四位对不上。请核对登记时告知的编号，以及登记时留的手机号；"
    "仍查不到请拨打 12345"
)
_NUMBER = re.compile(r"[A-Z]{1,8}\d{8}-\d{4,6}")


@dataclass(frozen=True)
class Rateable:
    """An order whose answer the requester may rate now: its id, which resolution, and which of the
    orders of the request it is."""

    order_id: int
    resolution: int
    part: Part


@dataclass(frozen=True)
class Progress:
    """Where a request stands, without a word about who asked or what."""

    number: str
    purpose: str
    headline: str
    explanation: str
    is_done: bool
    is_declined: bool
    steps: tuple[Step, ...]
    due_at: datetime | None = None
    rateable: Rateable | None = None


def clean_number(raw: str, prefix: str) -> str:
    """A request number as it is stored, however it was typed.

    :raises InvalidInput: it cannot be a number; says what one looks like.
    """
    text = _ours(_plain(raw))
    if not text:
        raise InvalidInput("请填写诉求编号", {"number": "请填写诉求编号"})
    if not _NUMBER.fullmatch(text):
        sentence = f"编号不完整：应为 {prefix} 加日期和四位序号，如 {prefix}20260429-0387"
        raise InvalidInput(sentence, {"number": sentence})
    return text


def _plain(raw: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", raw[:60]))


def _ours(plain: str) -> str:
    return re.sub(r"[‐-―−_]", "-", plain.upper())


def clean_tail(raw: str) -> str:
    """The last four digits of a phone number.

    :raises InvalidInput: not four digits.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", raw[:20]))
    if not re.fullmatch(r"[0-9]{4}", text):
        raise InvalidInput("请填写手机号的后四位数字", {"tail": "请填写手机号的后四位数字"})
    return text


def find_progress(
    session: Session, number: str, tail: str, now: datetime | None = None
) -> Progress:
    """The progress of a request.

    :param number: however it was typed; one that came with records of another system need not
        look like ours.
    :raises NotFound: unknown number, wrong tail, or no phone was left: the same words for all.
    """
    plain = _plain(number)
    spelled = (plain, plain.upper(), _ours(plain))
    query = select(CitizenRequest).where(CitizenRequest.number.in_(spelled))
    known = {one.number: one for one in session.scalars(query)}
    request = next((known[one] for one in spelled if one in known), None)
    phone = request.requester_phone if request is not None else ""
    # Compared in any case, so that both refusals cost the same.
    is_right = hmac.compare_digest(phone[-4:].encode(), tail.encode())
    if request is None or len(phone) < 7 or not is_right:
        raise NotFound(NO_MATCH)
    orders = _orders(session, request)
    followed = [(order, *_followed(session, order)) for order in orders]
    # Several of them may go on as one.
    mains = dict.fromkeys(main for _, main, _ in followed)
    joined = {
        main: Joined(at, state_of(one))
        for one, main, at in followed
        if at is not None and main.request_id != one.request_id
    }
    states = [as_known_to(joined.get(main), main) for main in mains]
    progress = progress_of(request, states, [joined.get(main) for main in mains], now)
    untold = [(one, main) for one, main, _ in followed if not is_told(one, main)]
    if progress.is_done and untold:
        progress = replace(progress, explanation=_until_told(states, *untold[0]))
    ended = _ended(session, request) if request.outcome == Outcome.INVALID else None
    if ended is not None:
        step, why = ended
        steps = (Step("登记", request.received_at), step)
        return replace(progress, headline=step.label, explanation=why, steps=steps)
    return replace(progress, rateable=_rateable(orders))


def _until_told(states: Sequence[State], order: WorkOrder, main: WorkOrder) -> str:
    if len({is_declined(state) for state in states}) > 1:
        return of_several(states, how_told(state_of(main)))
    return until_told(order, main)


def _orders(session: Session, request: CitizenRequest) -> Sequence[WorkOrder]:
    query = (
        select(WorkOrder)
        .where(WorkOrder.request_id == request.id, is_not_cancelled())
        .options(selectinload(WorkOrder.events))
        .order_by(WorkOrder.id)
    )
    return session.scalars(query).all()


def _ended(session: Session, request: CitizenRequest) -> tuple[Step, str] | None:
    """The last step of a request that is 无效, and why: as the desk ended it, else with its last
    order. None where nobody said why: it came so with records of another system."""
    told: list[tuple[Step, str]] = []
    query = (
        select(WorkOrderEvent)
        .join(WorkOrderEvent.order)
        .where(WorkOrder.request_id == request.id, WorkOrderEvent.kind == EventKind.CANCELLED.value)
        .order_by(WorkOrderEvent.id.desc())
    )
    if (event := session.scalars(query.limit(1)).one_or_none()) is not None:
        told.append((Step(OrderState.CANCELLED.label, event.at), why_cancelled(event)))
    told += [
        (Step("已结束", one.at), why_invalid(one))
        for one in request.corrections
        if one.changes.get("outcome", ("", ""))[1] == Outcome.INVALID
    ]
    return max(told, key=lambda one: one[0].at or request.received_at, default=None)


def _rateable(orders: Sequence[WorkOrder]) -> Rateable | None:
    """The first order whose result the requester knows and said nothing about yet."""
    for order in orders:
        state = state_of(order)
        is_open = state.step == OrderState.RESOLVED and state.satisfaction is None
        if is_open and is_told(order, order):
            return Rateable(order.id, state.reopens, part_of(order, orders))
    return None


def _followed(session: Session, order: WorkOrder) -> tuple[WorkOrder, datetime | None]:
    """A merged order is as far as the one it was merged into, and since when."""
    seen: set[str] = set()
    since: datetime | None = None
    while order.merged_into and order.merged_into not in seen:
        seen.add(order.merged_into)
        merged = [event.at for event in order.events if event.kind == EventKind.MERGED.value]
        since = max(merged, default=since)
        query = select(WorkOrder).where(WorkOrder.number == order.merged_into)
        order = session.scalars(query).one()
    return order, since


def progress_of(
    request: CitizenRequest,
    states: list[State],
    joined: Sequence[Joined | None] = (),
    now: datetime | None = None,
) -> Progress:
    """Plain words for a request and its orders; the order furthest behind decides, of those that
    ended one that was dealt with.

    :param joined: of each order, how the request came to it; None or nothing for its own.
    """
    # Of two as far, one that goes on stands for both rather than one that is paused.
    behind = min(
        states,
        key=lambda state: (RANK[state.step], is_declined(state), pause_at(state, now) is not None),
        default=None,
    )
    came = next((one for one, state in zip(joined, states, strict=False) if state is behind), None)
    headline, explanation = words_of(request, behind, now)
    if len(states) > 1 and request.outcome not in (Outcome.ONLINE, Outcome.INVALID):
        explanation = of_several(states, now=now)
    return Progress(
        number=request.number,
        purpose=purpose_label(request.purpose),
        headline=headline,
        explanation=explanation,
        is_done=request.outcome in (Outcome.ONLINE, Outcome.INVALID)
        or (behind is not None and not behind.is_open and behind.step != OrderState.MERGED),
        is_declined=behind is not None and is_declined(behind),
        steps=tuple(steps_of(request, behind, came)),
        due_at=behind.due_at if behind is not None and behind.is_open else None,
    )
