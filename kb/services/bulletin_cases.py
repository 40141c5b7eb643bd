"""典型案例: resolved orders whose callers were satisfied, retold without a person in them."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.issuing.tokens import plainly, spoken
from kb.errors import InvalidInput, NotFound
from kb.models import BulletinRow, CitizenRequest, WorkOrder
from kb.services import work_orders
from kb.services.bulletin_counting import window_of
from kb.services.bulletin_sections import edit
from kb.services.bulletins import By
from kb.services.reply_masking import mask_reply
from kb.services.topics import basis_of
from kb.terms import Satisfaction

OFFERED = 20
SECTION = "cases"
_CONTENT = (Satisfaction.SATISFIED.value,)


@dataclass(frozen=True)
class Case:
    """An order that may be told, its title masked."""

    number: str
    title: str
    unit: str


def offered(session: Session, row: BulletinRow, basis: Basis) -> list[Case]:
    """Orders of the period (of a 专报 those of its topic) that may be told, the last resolved
    first; none of a 保密 request."""
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
    parts.append("热线中心回访，市民对办理结果表示满意。")
    return "".join(parts)


def _query(row: BulletinRow, basis: Basis) -> Select[WorkOrder]:
    return (
        select(WorkOrder)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(
            window_of(row, basis).of_orders(()),
            WorkOrder.resolved_at.is_not(None),
            WorkOrder.satisfaction.in_(_CONTENT),
            WorkOrder.merged_into == "",
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
