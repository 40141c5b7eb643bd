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


def test_the_words_in_the_box_never_rename_what_is_gone_on_with(
    desk: Desk, database: Database
) -> None:
    def title() -> list[str]:
        with database.reading() as session:
            return list(session.scalars(select(CitizenRequest.title)))

    desk.post(_raise(desk)["undo_url"])
    for said in (WAITING, "", "断保了"):
        desk.post(_raise(desk, title=said)["undo_url"])
        assert title() == ["断保了"], said
    _raise(desk, title="断保补缴")  # written in the field of its own
    assert title() == ["断保补缴"]


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


def _letters(database: Database, number: str) -> list[str]:
    with database.reading() as session:
        kept = select(OrderFile.name).join(WorkOrder, WorkOrder.id == OrderFile.order_id)
        return list(session.scalars(kept.where(WorkOrder.number == number).order_by(OrderFile.id)))


def _pdf(words: bytes) -> io.BytesIO:
    return io.BytesIO(b"%PDF-1.4\n" + words + b"\n%%EOF\n")


def test_the_wrong_letter_is_replaced_by_the_right_one_for_good(
    desk: Desk, database: Database
) -> None:
    wrong = _raise(desk, files=[(_pdf(b"another's"), "别人的来信.pdf")])
    desk.post(wrong["undo_url"])
    right = _raise(desk, files=[(_pdf(b"his"), "本人来信.pdf")])
    assert right["request_no"] == wrong["request_no"]
    assert _letters(database, right["order_no"]) == ["本人来信.pdf"]
    desk.post(right["undo_url"])
    again = _raise(desk, content="又改过的内容")
    assert _letters(database, again["order_no"]) == ["本人来信.pdf"]
    desk.post(again["undo_url"])
    same = _raise(desk, files=[(_pdf(b"his"), "本人来信.pdf")])
    assert _letters(database, same["order_no"]) == ["本人来信.pdf"]


def test_the_wrong_letter_is_left_out_with_a_tick(desk: Desk, database: Database) -> None:
    wrong = _raise(desk, files=[(_pdf(b"another's"), "别人的来信.pdf")])
    assert "data-former-letter hidden" in desk.page()
    desk.post(wrong["undo_url"])
    page = desk.page()
    assert "撤单前附的来信不再附上" in page
    assert "data-former-letter hidden" not in page
    refused = desk.post(
        "/desk/work-orders", query=WAITING, purpose="x", no_letter="1", as_script=False
    )
    assert 'name="no_letter" value="1" checked' in refused.text
    draft = {"query": WAITING, "continues": wrong["request_no"], "no_letter": "1"}
    desk.post(f"/desk/calls/{desk.hidden('call_id')}/draft", **draft)
    assert 'name="no_letter" value="1" checked' in desk.page()
    again = _raise(desk, no_letter="1")
    assert again["request_no"] == wrong["request_no"]
    assert _letters(database, again["order_no"]) == []


def test_what_is_noted_on_an_order_taken_back_stays_with_it(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    first = _raise(desk, files=[(_pdf(b"his"), "来信.pdf")])
    desk.post(first["undo_url"])
    with database.unit_of_work() as session:
        by = By(Hotline(session).actor(Role.DISPATCHER), clock(), PROFILE)
        order = work_orders.get_order(session, first["order_no"], by.actor)
        row = OrderFile(
            order_id=order.id,
            sha256="0" * 64,
            size_bytes=3,
            name="内部.pdf",
            media_type="application/pdf",
            uploaded_by=by.actor.user_id,
            uploaded_at=by.now,
        )
        session.add(row)
        session.flush()
        work_orders.note(session, order, by, text="核对过程", files=[row.id])
    again = _raise(desk)
    assert _letters(database, again["order_no"]) == ["来信.pdf"]
