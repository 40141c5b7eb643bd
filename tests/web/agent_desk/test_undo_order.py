"""撤单 at the desk: what was just handed over comes back with its words."""

import io
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kb.clock import local_day
from kb.db import Database
from kb.models import CitizenRequest, OrderFile, WorkOrder
from kb.services import work_orders
from kb.services.work_orders import By
from kb.terms import Outcome, Role
from tests.kb.hotline import PROFILE, Hotline
from tests.web.agent_desk.conftest import WAITING, Desk
from tests.web.conftest import Login, ManualClock

LETTER = b"%PDF-1.4\nletter\n%%EOF\n"


def _raise(desk: Desk, **more: Any) -> dict[str, Any]:
    form = {
        "title": "断保了",
        "content": "想问什么时候能报销",
        "query": WAITING,
        "purpose": "help",
        "channel": "电话",
        "line": "综合",
        "continues": desk.continues(),
        **{name: desk.hidden(name) for name in ("token", "call_id")},
        **more,
    }
    answer = desk.post("/desk/work-orders", **form)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def _orders(database: Database) -> list[WorkOrder]:
    with database.reading() as session:
        return list(session.scalars(select(WorkOrder).order_by(WorkOrder.id)))


def _outcome(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(CitizenRequest.outcome)))


def test_an_order_taken_back_is_at_the_desk_again_and_adopted_instead(
    desk: Desk, database: Database
) -> None:
    raised = _raise(desk)
    assert raised["undo_url"] == f"/desk/work-orders/{raised['order_no']}/undo"
    assert ">撤单<" in raised["fragments"]["log"]
    undone = desk.post(raised["undo_url"])
    assert undone.status_code == 200
    said = undone.get_json()
    number = raised["request_no"]
    assert said["message"] == f"已撤单 {raised['order_no']}，诉求 {number} 等待处理"
    assert ">撤单<" not in said["fragments"]["log"]
    assert ">接着办<" in said["fragments"]["log"]
    assert _outcome(database) == [Outcome.OPEN]
    page = desk.page()
    assert f'value="{WAITING}"' in page  # the question is back in the box
    assert "想问什么时候能报销" in page
    assert desk.continues() == number
    assert desk.adopt()["request_no"] == number
    assert _outcome(database) == [Outcome.ONLINE]
    (order,) = _orders(database)
    assert (order.state, order.request_outcome) == ("cancelled", "online")


def test_a_second_click_changes_nothing(desk: Desk, database: Database) -> None:
    raised = _raise(desk)
    answers = [desk.post(raised["undo_url"]) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    (order,) = _orders(database)
    assert order.event_count == 2


def test_raised_again_it_is_another_order_with_the_same_letter(
    desk: Desk, database: Database
) -> None:
    raised = _raise(desk, files=[(io.BytesIO(LETTER), "来信.pdf")])
    desk.post(raised["undo_url"])
    again = _raise(desk, content="改过的内容")
    assert again["request_no"] == raised["request_no"]
    assert again["order_no"] != raised["order_no"]
    first, second = _orders(database)
    assert (first.state, second.state) == ("cancelled", "accepted")
    with database.reading() as session:
        kept = select(OrderFile.name).where(OrderFile.order_id == second.id)
        assert session.scalars(kept).all() == ["来信.pdf"]


def test_from_the_list_of_today_without_a_script(desk: Desk, database: Database) -> None:
    raised = _raise(desk)
    path = f"/desk/work-orders/{raised['order_no']}/undo"
    assert f'action="{path}"' in desk.client.get("/desk/today").text
    answer = desk.post(path, as_script=False)
    assert answer.status_code == 303
    assert "已撤单" in desk.page()  # said once
    page = desk.client.get("/desk/today").text
    assert raised["order_no"] not in page
    assert "继续办理" in page


def test_too_late_or_sent_or_anothers_it_stays(
    desk: Desk, database: Database, clock: ManualClock, login_as: Login
) -> None:
    raised = _raise(desk)
    other = Desk(login_as(Role.AGENT, Role.SUPERVISOR))
    refused = other.post(raised["undo_url"])
    assert refused.status_code == 403
    with database.unit_of_work() as session:
        city = Hotline(session)
        by = By(city.actor(Role.DISPATCHER), clock(), PROFILE)
        order = work_orders.get_order(session, raised["order_no"], by.actor)
        work_orders.dispatch(session, order, by, unit_id=city.unit("市住建局").id)
    refused = desk.post(raised["undo_url"])
    assert refused.status_code == 409
    assert "待签收" in refused.get_json()["error"]["message"]
    assert ">撤单<" not in desk.client.get("/desk/today").text
    later = _raise(desk, title="另一件", content="另一件事", continues="")
    day = local_day(clock())
    clock.now += timedelta(minutes=11)
    assert local_day(clock()) == day
    refused = desk.post(later["undo_url"])
    assert refused.status_code == 409
    assert "超过 10 分钟" in refused.get_json()["error"]["message"]
    assert ">撤单<" not in desk.client.get("/desk/today").text
    assert {order.state for order in _orders(database)} == {"dispatched", "accepted"}
