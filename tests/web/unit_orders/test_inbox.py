"""The inbox: what is in which list, what runs out first, filters, paging, its few queries."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, select

from kb.models import Unit, WorkOrder
from kb.services import work_orders
from kb.terms import Purpose, Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login
from tests.web.taken import take_home, takings
from tests.web.unit_orders.conftest import Scene, send

NUMBERS = count(5000)


def numbers(page: str) -> list[str]:
    """The orders of a list, in order."""
    return [
        part.split('"', 1)[0] for part in page.split('class="wl-title" href="/units/orders/')[1:]
    ]


def listed(client: FlaskClient, **asked: Any) -> list[str]:
    answer = client.get("/units/orders", query_string=asked)
    assert answer.status_code == 200
    return numbers(answer.text)


def many(scene: Scene, amount: int, **more: Any) -> list[str]:
    """Orders of 水务集团 dispatched minute by minute from 05-06 10:00."""
    with scene.database.unit_of_work() as session:
        city, made = Hotline(session, NUMBERS), []
        water = session.get_one(Unit, scene.water)
        for minute in range(amount):
            when = at("2026-05-06 10:00") + timedelta(minutes=minute)
            request = city.request(when, purpose=Purpose.HELP, title=f"第{minute}件", **more)
            made.append(city.dispatched(city.order(request, when), water, when).number)
        return made


def test_what_runs_out_first_stands_on_top_and_other_orders_round_can_be_asked(
    clerk: FlaskClient, scene: Scene
) -> None:
    later = many(scene, 2)
    usual = listed(clerk)
    assert set(usual[:2]) == {scene.order, scene.secret}
    assert usual[2:] == later
    assert listed(clerk, sort="-dispatched")[:2] == later[::-1]
    # A 督办单 that is due sooner than anything else comes first.
    scene.give(work_orders.acknowledge, later[1], Role.UNIT_CLERK, scene.water)
    scene.give(work_orders.acknowledge, later[0], Role.UNIT_CLERK, scene.water)
    scene.give(work_orders.supervise, later[1], Role.SUPERVISOR, text="请说明")
    assert listed(clerk, list="working") == later[::-1]
    assert listed(clerk, list="supervised") == [later[1]]


def test_each_list_holds_what_waits_for_that(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="reviewer")
    helper = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="helper")
    assert set(listed(clerk, list="sign")) == {scene.order, scene.secret}
    assert listed(helper) == listed(helper, list="assisting") == [scene.order]
    assert listed(helper, list="sign") == []
    send(clerk, scene.order, "acknowledged")
    assert listed(clerk, list="working") == [scene.order]
    reply = {"text": "已修好", "is_informed": "yes"}
    send(clerk, scene.order, "replied", **reply)
    assert listed(clerk, list="review") == [scene.order]
    send(helper, scene.order, "progressed", text="清单已核对", is_done="1")
    assert listed(helper) == []
    assert listed(helper, list="all") == [scene.order]


def test_an_assisting_unit_finds_an_answered_order_until_its_part_is_given(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    helper = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="helper")
    send(clerk, scene.order, "acknowledged")
    send(clerk, scene.order, "replied", text="已修好", is_informed="yes")
    assert listed(helper) == listed(helper, list="assisting") == [scene.order]
    assert listed(helper, list="done") == []
    scene.give(work_orders.resolve, scene.order, Role.DISPATCHER)
    assert listed(helper) == listed(helper, list="assisting") == []
    assert listed(helper, list="done") == [scene.order]
    assert "未反馈" in helper.get(f"/units/orders/{scene.order}").text


def test_an_opinion_is_wanted_until_it_is_given(login_as: Login, scene: Scene) -> None:
    asked = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="asked")
    scene.give(
        work_orders.open_ruling, scene.order, Role.DISPATCHER, unit_ids=[scene.works], text="归谁"
    )
    assert listed(asked, list="opinion") == [scene.order]
    send(asked, scene.order, "opinion_given", text="归水务集团")
    assert listed(asked, list="opinion") == []


def test_late_orders_are_told_apart_and_counted(login_as: Login, scene: Scene) -> None:
    scene.clock.now = at("2026-06-01 09:00")
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    page = clerk.get("/units/orders").text
    assert 'class="is-late"' in page
    assert set(listed(clerk, list="overdue")) == {scene.order, scene.secret}
    tab = page.split("list=overdue", 1)[1].split("</a>", 1)[0]
    assert '<b class="num">2</b>' in tab


def test_an_order_not_signed_for_in_time_is_late_before_its_answer_is_due(
    clerk: FlaskClient, scene: Scene
) -> None:
    with scene.database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.order)).one()
        assert order.acknowledge_due_at is not None and order.due_at is not None
        signing, answering = order.acknowledge_due_at, order.due_at
    scene.clock.now = signing - timedelta(minutes=1)
    assert scene.order not in listed(clerk, list="overdue")
    scene.clock.now = signing + timedelta(minutes=1)
    assert scene.clock.now < answering
    assert scene.order in listed(clerk, list="overdue")
    send(clerk, scene.order, "acknowledged")
    assert scene.order not in listed(clerk, list="overdue")


def test_filters_stay_in_the_address_and_what_is_not_understood_is_said(
    clerk: FlaskClient, scene: Scene, login_as: Login
) -> None:
    assert listed(clerk, q="高层") == [scene.order]
    assert listed(clerk, q=scene.secret[-6:]) == [scene.secret]
    assert listed(clerk, q="高层 电梯") == []
    assert set(listed(clerk, category="公用事业")) == {scene.order, scene.secret}
    assert listed(clerk, category="教育") == []
    assert listed(clerk, mine="1") == []
    page = clerk.get("/units/orders?list=nothing&sort=colour&unit=x&page=999&q=高层").text
    for sentence in ("没有“nothing”这个筛选项", "没有“colour”这个筛选项", "“x”不是编号"):
        assert sentence in page
    assert numbers(page) == [scene.order]
    empty = clerk.get("/units/orders?q=没有这件事").text
    assert "没有符合条件的工单" in empty
    assert "清除筛选" in empty
    other = login_as(Role.UNIT_CLERK, name="other")
    assert "没有等着本单位处理的工单" in other.get("/units/orders").text


def test_pages_hold_twenty_and_every_order_once(clerk: FlaskClient, scene: Scene) -> None:
    made = many(scene, 23)
    first, second = listed(clerk), listed(clerk, page="2")
    assert (len(first), len(second)) == (20, 5)
    assert sorted(first + second) == sorted([*made, scene.order, scene.secret])


def test_a_full_inbox_takes_at_most_ten_queries(clerk: FlaskClient, scene: Scene) -> None:
    many(scene, 30, category="公用事业/供水", region="望山区")
    said: list[str] = []
    event.listen(
        scene.database.engine, "before_cursor_execute", lambda *given: said.append(given[2])
    )
    clerk.get("/units/orders")
    queries = [one for one in said if one.lstrip().upper().startswith("SELECT")]
    assert 0 < len(queries) <= 10, queries


def test_the_portal_says_how_many_orders_wait(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    home = clerk.get("/units").text
    link = home.rsplit('href="/units/orders"', 1)[1].split("</a>", 1)[0]
    assert '<b class="num">2</b>' in link
    assert 'href="/units/orders"' not in login_as(Role.EDITOR).get("/units").text


def test_a_notice_leads_the_unit_to_its_own_page(clerk: FlaskClient, scene: Scene) -> None:
    assert f'href="/units/orders/{scene.order}"' in clerk.get("/reminders").text


def test_the_inbox_can_be_taken_home_without_the_people_in_it(
    clerk: FlaskClient, scene: Scene
) -> None:
    many(scene, 21, content="李小明 13812341234")
    rows = take_home(clerk, "/units/orders?list=sign&sort=number")
    assert len(rows) == 23
    by_number = {row["工单"]: row for row in rows}
    assert by_number[scene.order]["标题"] == "高层没水"
    assert by_number[scene.order]["本单位"] == "主办"
    for column in ("到期", "派单时间"):  # read on another day, and sorted
        assert re.fullmatch(r"2026-\d\d-\d\d \d\d:\d\d", by_number[scene.order][column])
    assert by_number[scene.secret]["标题"] == "保密诉求"
    told = str(rows)
    assert not any(said in told for said in ("李小明", "13812341234", "501", "夜间偷排"))
    assert len(take_home(clerk, "/units/orders?list=sign&q=第7件")) == 1
    assert takings(scene.database) == [
        ("work_order.export", "inbox-sign", 23),
        ("work_order.export", "inbox-sign", 1),
    ]
