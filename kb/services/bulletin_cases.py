"""典型案例: resolved orders whose callers were satisfied, retold without a person in them."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kb.bulletins.basis import LEAD, Basis
from kb.bulletins.faults import Fault
from kb.bulletins.handlings import handlings
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
# Of a paragraph's character pairs, so many that stand in the story make it that story.
_STILL_TOLD = 0.4


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
    before, told = spoken(kept.get("text") or ""), tuple(kept.get("told", ()))
    title = _masked(order.request.title, order.request)
    if number in told and title in before:
        raise InvalidInput(f"工单 {number} 已经写在典型案例里，不再加一次")
    text = f"{before}\n{story(order)}".strip()
    edit(session, row, SECTION, text, by, told=(*told, number))


def story(order: WorkOrder) -> str:
    """The order in the words of its record, masked: asked, answered, called back."""
    request, unit = order.request, _unit(order)
    reply = work_orders.state_of(order).reply
    parts = [f"{unit}办理“{_masked(request.title, request)}”。"]
    asked = "来电" if request.channel == "电话" else f"通过{request.channel}"
    parts.append(
        f"市民{asked}反映：{_sentence(_masked(request.content or request.title, request))}"
    )
    if reply:
        parts.append(f"{unit}答复：{_sentence(_masked(reply, request))}")
    said = "市民在网上评价，" if _is_rated_by_link(order) else "经回访，市民"
    parts.append(f"{said}对办理结果表示满意。")
    return "".join(parts)


def _is_rated_by_link(order: WorkOrder) -> bool:
    said = [one.data for one in order.events if one.kind == EventKind.FOLLOWED_UP.value]
    return bool(said) and said[-1].get("channel") == BY_LINK


def case_faults(session: Session, row: BulletinRow, basis: Basis) -> list[Fault]:
    """Orders that the section tells and that may no longer be told, each with why."""
    kept = row.edits.get(SECTION, {})
    text, numbers = kept.get("text") or "", list(kept.get("told", ()))
    if kept.get("is_left_out") or not text or not numbers:
        return []
    query = _query(row, basis).where(WorkOrder.number.in_(numbers))
    fine = {order.number for order in session.scalars(query)}
    left = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.number.in_([one for one in numbers if one not in fine]))
        .order_by(WorkOrder.id)
    )
    return [_fault(order) for order in left if _is_told(order, spoken(text))]


def _fault(order: WorkOrder) -> Fault:
    why = (
        "诉求已要求保密"
        if order.request.is_confidential
        else "不再是这一期计数的、已办结并回访满意的工单，或统计时刻以后有变动"
    )
    words = f"典型案例里写的工单 {order.number} 现在不能印：{why}。请把它从典型案例里删去"
    return Fault(SECTION, None, "", "", words=words)


def _is_told(order: WorkOrder, text: str) -> bool:
    """Whether a paragraph is still, by its words, this order's story: an editor may have put it
    another way, or taken it out."""
    pairs = _pairs(story(order))
    for line in text.splitlines():
        own = _pairs(line)
        if own and len(own & pairs) / len(own) >= _STILL_TOLD:
            return True
    return False


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


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
