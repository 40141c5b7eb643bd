"""What 查进度 says of an order that ended with 不予办理."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from kb.models import OrderFile, Unit, WorkOrder
from kb.queries.progress import find_progress
from kb.services import work_orders
from kb.terms import Purpose, Role
from tests.kb.hotline import Hotline

NOW = datetime(2026, 11, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "经核查不予办理；热线中心会致电向您说明原因"),
        (["objected"], "经核查不予办理；已经收到您的评价，热线中心会先致电"),
        (["archived"], "经核查不予办理；了解原因请拨打 12345"),
        (["called"], "经核查不予办理，原因已经告诉您"),
    ],
)
def test_a_declined_order_is_not_said_to_be_settled(
    session: Session, steps: list[str], words: str
) -> None:
    city = Hotline(session)
    city.calendar()
    unit = city.unit("澜川水务集团")
    request = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900005678")
    order = city.dispatched(city.order(request, NOW), unit, NOW)
    _decline(session, city, order, unit)
    caller = city.by(city.actor(Role.FOLLOW_UP_AGENT), NOW)
    for step in steps:
        if step == "called":
            work_orders.follow_up(session, order, caller, satisfaction="satisfied")
        elif step == "objected":
            work_orders.rate_by_link(session, order, caller, satisfaction="dissatisfied", text="冤")
        else:
            work_orders.archive(session, order, caller, waived="号码有误")
    told = find_progress(session, request.number, "5678")
    assert (told.headline, told.is_declined, told.rateable) == ("已核查不予办理", True, None)
    assert words in told.explanation
    assert "答复您" not in told.explanation and "办结" not in told.explanation


def test_one_declined_order_of_several_is_told_apart(session: Session) -> None:
    city = Hotline(session)
    city.calendar()
    unit = city.unit("澜川水务集团")
    request = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900005678")
    first, second = (city.dispatched(city.order(request, NOW), unit, NOW) for _ in range(2))
    _decline(session, city, first, unit)
    city.resolved(second, unit, NOW)
    told = find_progress(session, request.number, "5678")
    assert (told.headline, told.is_declined) == ("已办结", False)
    assert told.explanation.startswith(
        "您的诉求分成 2 张工单：1 张已核查不予办理，1 张已办结。热线中心会"
    )


def _decline(session: Session, city: Hotline, order: WorkOrder, unit: Unit) -> None:
    clerk = city.by(city.actor(Role.UNIT_CLERK, unit=unit), NOW)
    work_orders.acknowledge(session, order, clerk)
    evidence = OrderFile(
        order_id=order.id,
        sha256="0" * 64,
        size_bytes=1,
        name="现场勘察.pdf",
        media_type="application/pdf",
        uploaded_by=clerk.actor.user_id,
        uploaded_at=NOW,
    )
    session.add(evidence)
    session.flush()
    work_orders.ask_decline(
        session, order, clerk, text="不合规定", basis="第九条", signer="周主任", files=[evidence.id]
    )
    desk = city.by(city.actor(Role.DISPATCHER, Role.SUPERVISOR), NOW)
    work_orders.rule_decline(session, order, desk, granted=True)
