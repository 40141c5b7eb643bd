"""典型案例: resolved orders whose callers were satisfied, retold without a person in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kb.bulletins.basis import LEAD, Basis
from kb.bulletins.faults import Fault
from kb.bulletins.handlings import handlings
from kb.bulletins.issuing.retold import still_told
from kb.bulletins.issuing.tokens import plainly, spoken
from kb.bulletins.populations import order_populations
from kb.errors import InvalidInput, NotFound
from kb.models import BulletinRow, CitizenRequest, WorkOrder
from kb.services import work_orders
from kb.services.bulletin_counting import window_of
from kb.services.bulletin_sections import edit
from kb.services.bulletins import By
from kb.services.reply_masking import mask_reply
from kb.services.topics import basis_of
from kb.terms import Satisfaction
from kb.work_orders.events import EventKind
from kb.work_orders.facts import BY_LINK

OFFERED = 20
SECTION = "cases"
# What every story is put in.
_FRAME = "经回访，市民对办理结果表示满意。市民在网上评价，对办理。市民来电反映：市民通过答复："


@dataclass(frozen=True)
class Case:
    """An order that may be told, its title masked."""

    number: str
    title: str
    unit: str


def offered(session: Session, row: BulletinRow, basis: Basis) -> list[Case]:
    """Orders that the figures count (of a 专报 those of its topic) and that may be told, the last
    resolved first; none of a 保密 request."""
    return [
        Case(order.number, _masked(order.request.title, order.request), _unit(order))
        for order in session.scalars(_query(row, basis).limit(OFFERED))
    ]


def add_case(session: Session, row: BulletinRow, number: str, by: By) -> None:
    """Put an order's story at the end of the section; it can be edited there like any text.

    :raises NotFound: it is no order that may be told.
    :raises InvalidInput: the section tells it already.
    :raises StaleVersion: somebody else saved first.
    """
    order = session.scalars(
        _query(row, basis_of(session, by.profile)).where(WorkOrder.number == number)
    ).first()
    if order is None:
        raise NotFound("没有这件可选的工单")
    kept = row.edits.get(SECTION, {})
    before, told = spoken(kept.get("text") or ""), _told(session, kept)
    if number in still_told(before, told, _FRAME):
        raise InvalidInput(f"工单 {number} 已经写在典型案例里，不再加一次")
    added = story(order)
    edit(
        *(session, row, SECTION, f"{before}\n{added}".strip(), by),
        told={**told, number: added},
    )


def story(order: WorkOrder) -> str:
    """The order in the words of its record, masked: asked, answered, called back."""
    request, unit = order.request, _unit(order)
    answer = _answer(order)
    parts = [f"{unit}办理“{_masked(request.title, request)}”。"]
    asked = "来电" if request.channel == "电话" else f"通过{request.channel}"
    parts.append(
        f"市民{asked}反映：{_sentence(_masked(request.content or request.title, request))}"
    )
    if answer:
        parts.append(f"{unit}答复：{answer}")
    said = "市民在网上评价，" if _is_rated_by_link(order) else "经回访，市民"
    parts.append(f"{said}对办理结果表示满意。")
    return "".join(parts)


def _answer(order: WorkOrder) -> str:
    reply = work_orders.state_of(order).reply
    return _sentence(_masked(reply, order.request)) if reply else ""


def _is_rated_by_link(order: WorkOrder) -> bool:
    said = [one.data for one in order.events if one.kind == EventKind.FOLLOWED_UP.value]
    return bool(said) and said[-1].get("channel") == BY_LINK


def case_faults(session: Session, row: BulletinRow, basis: Basis) -> list[Fault]:
    """Orders that the section tells and that may no longer be told, each with why."""
    kept = row.edits.get(SECTION, {})
    text, told = kept.get("text") or "", _told(session, kept)
    if kept.get("is_left_out") or not text or not told:
        return []
    numbers = still_told(spoken(text), told, _FRAME)
    query = _query(row, basis).where(WorkOrder.number.in_(numbers))
    fine = {order.number for order in session.scalars(query)}
    written = select(WorkOrder).where(WorkOrder.number.in_(numbers)).order_by(WorkOrder.id)
    return [
        _fault(order)
        for order in session.scalars(written)
        if order.number not in fine or not _is_answer_of(order, told[order.number])
    ]


def _told(session: Session, kept: Mapping[str, Any]) -> dict[str, str]:
    """The orders once put into the section, each with its paragraph as it was put in: its story of
    today may be another. Sections once kept the numbers alone."""
    told = kept.get("told", {})
    if isinstance(told, dict):
        return told
    orders = session.scalars(select(WorkOrder).where(WorkOrder.number.in_(told)))
    return {order.number: story(order) for order in orders}


def _is_answer_of(order: WorkOrder, paragraph: str) -> bool:
    """Whether the paragraph has the answer that holds, not one before the order was redone."""
    return _answer(order) in paragraph


def _fault(order: WorkOrder) -> Fault:
    why = (
        "诉求已要求保密"
        if order.request.is_confidential
        else "不再是这一期计数的、已办结并回访满意的工单，或写入、统计以后有变动"
    )
    words = f"典型案例里写的工单 {order.number} 现在不能印：{why}。请把它从典型案例里删去"
    return Fault(SECTION, None, "", "", words=words)


def _query(row: BulletinRow, basis: Basis) -> Select[WorkOrder]:
    """Orders that the figures count as resolved and content, as they stand since: of one that was
    changed after the moment, its words are no longer those of then."""
    window = window_of(row, basis)
    population = order_populations(window.basis)["orders_resolved"]
    standing = (
        one for one in handlings(window, [LEAD], with_requests=True) if one.held is WorkOrder
    )
    ids = [
        one.source.add_columns(WorkOrder.id).where(
            window.of_orders(one.subject.moments.values()),
            one.subject.condition(population, window),
            one.subject.traits["followed_up"],
            window.in_channels(),
        )
        for one in standing
    ]
    return (
        select(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(
            or_(*(WorkOrder.id.in_(one.correlate(None)) for one in ids)),
            WorkOrder.satisfaction == Satisfaction.SATISFIED.value,
            CitizenRequest.is_confidential.is_(False),
        )
        .order_by(WorkOrder.resolved_at.desc(), WorkOrder.id.desc())
    )


def _unit(order: WorkOrder) -> str:
    return order.unit.name if order.unit is not None else "热线中心"


def _masked(text: str, request: CitizenRequest) -> str:
    """On one line, and without braces: they name figures here."""
    return plainly(" ".join(mask_reply(text, request).text.split()))


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
