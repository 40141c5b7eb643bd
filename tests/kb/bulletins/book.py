"""A small book of records of the fictional 云汀市, entered row by row."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.basis_reading import basis_from
from kb.bulletins.periods import Period
from kb.bulletins.reporting import as_json, report
from kb.bulletins.window import Window
from kb.clock import SHANGHAI
from kb.models import (
    BulletinEdition,
    BulletinRow,
    CallCount,
    CitizenRequest,
    Unit,
    WorkOrder,
)
from kb.services.bulletin_issuing import keep, prepare
from kb.services.bulletins import By
from kb.services.orders.projecting import request_columns
from kb.terms import Outcome, Satisfaction, purpose_code
from kb.work_orders.facts import PartRole
from kb.work_orders.state import OrderState

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
ROLES = {"主办": PartRole.LEAD.value, "协办": PartRole.ASSISTING.value}
OUTCOMES = {one.label: one.value for one in Outcome}
SAID = {one.label: one.value for one in Satisfaction} | {"": ""}


def at(text: str) -> datetime:
    """``"03-02 10:30"`` of 2026 in the city; a full date may be given."""
    full = text if text.startswith("20") else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def moment(text: str | None) -> datetime | None:
    """An instant or nothing."""
    return at(text) if text else None


@dataclass
class Book:
    """Records over one session; nothing is committed here."""

    session: Session
    units: dict[str, Unit] = field(default_factory=dict)

    def unit(self, name: str, kind: str = "市直部门") -> Unit:
        if name not in self.units:
            self.units[name] = Unit(name=name, kind=kind)
            self.session.add(self.units[name])
            self.session.flush()
        return self.units[name]

    def request(self, number: str, received: str, outcome: str = "转办", **more: Any) -> Any:
        request = CitizenRequest(
            number=number,
            received_at=at(received),
            channel=more.get("channel", "电话"),
            line=more.get("line", ""),
            purpose=purpose_code(more.get("purpose", "咨询")),
            category=more.get("category", ""),
            region=more.get("region", ""),
            title=more.get("title", f"诉求 {number}"),
            content=more.get("content", ""),
            outcome=OUTCOMES[outcome],
            resolved_at=moment(more.get("resolved")),
        )
        self.session.add(request)
        self.session.flush()
        return request

    def order(self, request: Any, unit: str, dispatched: str, **more: Any) -> Any:
        resolved = moment(more.get("resolved"))
        order = WorkOrder(
            number=more.get("number", f"{request.number}-{unit}"),
            request_id=request.id,
            created_at=at(dispatched),
            role=ROLES[more.get("role", "主办")],
            state=(OrderState.RESOLVED if resolved else OrderState.DISPATCHED).value,
            unit_id=self.unit(unit).id,
            dispatched_at=at(dispatched),
            acknowledge_due_at=moment(more.get("sign_by")),
            acknowledged_at=moment(more.get("signed")),
            due_at=moment(more.get("due")),
            resolved_at=resolved,
            followed_up_at=moment(more.get("called")),
            satisfaction=SAID[more.get("said", "")],
            returns=more.get("returns", 0),
            reopens=more.get("reopens", 0),
            **request_columns(request),
        )
        self.session.add(order)
        self.session.flush()
        return order

    def calls(self, day: str, offered: int, answered: int) -> None:
        self.session.add(
            CallCount(day=date.fromisoformat(f"2026-{day}"), offered=offered, answered=answered)
        )
        self.session.flush()


def march(book: Book) -> None:
    """Seven requests of March, one of February, one of April; six orders. Counted by hand."""
    for name, kind in (
        ("市住建局", "市直部门"),
        ("供水公司", "国有企业"),
        ("青石街道", "街道"),
        ("住建局", "市直部门"),
    ):
        book.unit(name, kind)
    book.request(
        "R1",
        "03-02 09:00",
        "在线办结",
        category="社保/医保",
        region="望溪区",
        resolved="03-02 09:04",
    )
    second = book.request(
        "R2", "03-02 10:00", channel="微信", purpose="投诉", category="城建/房屋", region="青石区"
    )
    third = book.request("R3", "03-03 08:00", purpose="求助", category="城建/供水", region="望溪区")
    book.request("R4", "03-04 09:00", "在线办结", category="城建", resolved="03-04 09:10")
    book.request("R5", "03-05 09:00", "无效", purpose="其他")
    sixth = book.request(
        "R6", "03-31 23:59:59", purpose="投诉", category="环保/噪声", line="营商环境"
    )
    seventh = book.request("R7", "03-20 09:00", purpose="建议", category="环保/绿化")
    book.request("R8", "04-01 00:00:00", "在线办结")
    earlier = book.request("R9", "02-27 09:00", purpose="投诉", category="城建/房屋")
    book.order(
        second,
        "市住建局",
        "03-02 10:30",
        sign_by="03-03 10:30",
        signed="03-02 11:00",
        due="03-09 10:30",
        resolved="03-08 09:00",
        called="03-09 09:00",
        said="满意",
    )
    book.order(
        second, "青石街道", "03-02 10:30", role="协办", sign_by="03-03 10:30", due="03-09 10:30"
    )
    book.order(
        third,
        "供水公司",
        "03-03 08:30",
        sign_by="03-04 08:30",
        signed="03-04 12:00",
        due="03-10 08:30",
        resolved="03-12 09:00",
        called="03-13 09:00",
        said="不满意",
    )
    book.order(sixth, "市住建局", "04-01 09:00", sign_by="04-02 09:00", due="04-04 09:00")
    book.order(
        seventh,
        "住建局",
        "03-20 10:00",
        sign_by="03-21 10:00",
        signed="03-20 11:00",
        due="04-10 10:00",
        resolved="03-25 10:00",
        called="03-26 10:00",
        said="未评价",
    )
    book.order(
        earlier,
        "市住建局",
        "02-27 10:00",
        sign_by="02-28 10:00",
        signed="02-27 11:00",
        due="03-06 10:00",
        resolved="03-02 10:00",
    )
    book.calls("03-02", 40, 38)
    book.calls("03-03", 30, 28)


def window(period: Period = MARCH, **choices: Any) -> Window:
    """March as it stood at noon of 5 April, by these choices; it is September now."""
    return Window.of(
        period, basis_from({"as_of": "2026-04-05 12:00:00"} | choices), at("09-01 00:00")
    )


def figures(session: Session, period: Period = MARCH, **choices: Any) -> Any:
    """The figures as they are printed, the comparison included."""
    return as_json(report(session, window(period, **choices)))


def row(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The row of a name."""
    return next(one for one in rows if one["name"] == name)


def issue(
    session: Session, row: BulletinRow, by: By, *, number: str, issued_on: date, **more: bool
) -> BulletinEdition:
    """Check a bulletin and issue it at once, as the background job does in two sessions."""
    prepared = prepare(session, row, by, number=number, issued_on=issued_on, **more)
    return keep(session, row, by, prepared)
