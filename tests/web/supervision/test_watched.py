"""超期与将到期: who is late by how long, pressing them, taking the list home."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, DutyShift, Unit, WorkOrder
from kb.services import work_orders
from kb.services.order_round import run_order_round
from kb.services.work_orders import By
from kb.terms import Purpose, Role, Urgency
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token

TITLE = re.compile(r'<a class="wl-title"[^>]*>([^<]+)</a>')


@dataclass
class Scene:
    """Two orders of the water company (one signed, one not), one of the works, one not sent."""

    database: Database
    water: int
    works: int
    signed: str
    unsigned: str
    at_works: str
    waiting: str

    def stored(self, number: str) -> WorkOrder:
        with self.database.reading() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
            assert order.events
            return order


@pytest.fixture
def scene(database: Database, clock: ManualClock, unit: Unit) -> Scene:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        water, works = city.unit("澜川水务集团"), city.unit("市住房和城乡建设局")
        city.actor(Role.UNIT_REVIEWER, unit=water, name="韩审核")
        clerk = city.actor(Role.UNIT_CLERK, unit=water, name="水经办")
        numbers = []
        for title in ("高层没水", "水表不转", "电梯停运", "路灯不亮"):
            request = city.request(
                at("2026-05-06 09:00"),
                purpose=Purpose.HELP,
                category="公用事业/供水",
                title=title,
                content="李小明反映，电话 13812341234",
                requester_name="李小明",
                requester_phone="13812341234",
                is_confidential=title == "水表不转",
            )
            order = city.order(request, at("2026-05-06 09:05"))
            numbers.append(order.number)
            if title != "路灯不亮":
                holder = works if title == "电梯停运" else water
                city.dispatched(order, holder, at("2026-05-06 09:30"))
            if title == "高层没水":
                by = By(clerk, at("2026-05-06 10:00"), PROFILE)
                work_orders.acknowledge(session, order, by)
                work_orders.assign(session, order, by, user_id=clerk.user_id)
        # Signing was due Thursday 05-07 09:30, resolving Tuesday 05-12 09:30.
        return Scene(database, water.id, works.id, *numbers)


@pytest.mark.parametrize(
    ("moment", "which", "titles"),
    [
        ("2026-05-07 10:24", "sign", ["水表不转", "电梯停运"]),
        ("2026-05-07 10:24", "over", []),
        ("2026-05-07 10:24", "soon", []),
        ("2026-05-11 10:24", "soon", ["高层没水"]),
        ("2026-05-12 10:24", "over", ["高层没水", "水表不转", "电梯停运"]),
    ],
)
def test_each_list_holds_the_orders_whose_clock_it_is_about(
    login_as: Login, scene: Scene, clock: ManualClock, moment: str, which: str, titles: list[str]
) -> None:
    clock.now = at(moment)
    page = login_as(Role.SUPERVISOR).get(f"/supervise/orders?list={which}").text
    assert TITLE.findall(page) == titles
    if not titles:
        assert 'class="empty"' in page


def test_a_row_says_how_late_whose_and_what_was_done(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 12:30")
    run_order_round(scene.database, clock, PROFILE, None)
    page = login_as(Role.SUPERVISOR).get(f"/supervise/orders?unit={scene.water}&q=高层").text
    assert TITLE.findall(page) == ["高层没水"]
    for words in ("已超 3 小时", "经办 水经办", "审核 韩审核", "未催办", "已提醒单位审核人"):
        assert words in page
    clock.now = at("2026-05-13 12:30")
    run_order_round(scene.database, clock, PROFILE, None)
    page = login_as(Role.SUPERVISOR, name="two").get("/supervise/orders?q=高层").text
    assert '已催办 <span class="num">1</span> 次' in page
    assert "已提醒督办" in page


def test_units_are_counted_and_the_filters_stay_in_the_address(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 10:24")
    supervisor = login_as(Role.SUPERVISOR)
    page = supervisor.get("/supervise/orders?category=公用事业&sort=unit").text
    assert f"unit={scene.water}" in page and "category=%E5%85%AC" in page
    assert re.search(r"澜川水务集团</td><td class=\"r\"><a[^>]*>2</a>", page)
    only = supervisor.get(f"/supervise/orders?unit={scene.works}").text
    assert TITLE.findall(only) == ["电梯停运"]
    assert 'data-total="1"' in only
    odd = supervisor.get("/supervise/orders?list=x&unit=x²&sort=colour&page=-3&urgency=low")
    assert odd.status_code == 200
    assert "没有“colour”这个筛选项，已忽略" in odd.text


def test_a_list_of_many_is_paged(login_as: Login, scene: Scene, clock: ManualClock) -> None:
    with scene.database.unit_of_work() as session:
        city = Hotline(session)
        city.numbers = iter(range(9000, 9999))  # type: ignore[assignment]
        works = session.get_one(Unit, scene.works)
        for place in range(22):
            request = city.request(at("2026-05-06 11:00"), title=f"第 {place} 件")
            order = city.order(request, at("2026-05-06 11:00"))
            city.dispatched(order, works, at("2026-05-06 11:30"))
    clock.now = at("2026-05-13 10:24")
    supervisor = login_as(Role.SUPERVISOR)
    first = supervisor.get("/supervise/orders").text
    last = supervisor.get("/supervise/orders?page=2").text
    assert len(TITLE.findall(first)) == 20
    assert len(TITLE.findall(last)) == 5
    assert 'data-total="25"' in first


def test_several_are_pressed_after_a_preview(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 10:24")
    supervisor = login_as(Role.SUPERVISOR)
    chosen = f"order={scene.signed}&order={scene.at_works}&order={scene.waiting}"
    page = supervisor.get(f"/supervise/press?{chosen}").text
    assert "催办 2 件" in page
    assert "现在是“待派单”，不在承办单位手里，不能催办" in page
    seen = dict(re.findall(r'name="seen-([^"]+)" value="(\d+)"', page))
    assert set(seen) == {scene.signed, scene.at_works}
    form = {
        "csrf_token": csrf_token(supervisor, f"/supervise/press?{chosen}"),
        "order": list(seen),
        "text": "请今天内办结",
        **{f"seen-{number}": count for number, count in seen.items()},
    }
    assert supervisor.post("/supervise/press", data={**form, "text": " "}).status_code == 422
    assert supervisor.post("/supervise/press", data=form).status_code == 302
    for number in seen:
        event = scene.stored(number).events[-1]
        assert (event.kind, event.data["text"]) == ("reminded", "请今天内办结")
    again = supervisor.post("/supervise/press", data=form)  # what was seen is no longer so
    assert again.status_code == 409
    assert "您自己刚刚处理过这张工单" in again.text and "别人" not in again.text
    assert "请今天内办结" in again.text
    assert [scene.stored(number).reminders for number in seen] == [1, 1]


def test_pressing_none_is_said_on_the_list_as_it_was(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-13 10:24")
    supervisor = login_as(Role.SUPERVISOR)
    page = supervisor.get("/supervise/orders?sort=number").text
    chooses = re.search(r'<form[^>]*id="choose">(.*?)</form>', page, re.S)
    assert chooses
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', chooses[1]))
    answer = supervisor.get("/supervise/press", query_string=sent)
    assert answer.status_code == 302
    assert answer.location == "/supervise/orders?sort=number"
    assert "请先勾选要催办的工单" in supervisor.get(answer.location).text


def test_one_that_was_changed_meanwhile_does_not_hold_up_the_others(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 10:24")
    supervisor = login_as(Role.SUPERVISOR)
    form = {
        "csrf_token": csrf_token(supervisor, f"/supervise/press?order={scene.signed}"),
        "order": [scene.signed, scene.at_works],
        "text": "请抓紧",
        f"seen-{scene.signed}": "1",
        f"seen-{scene.at_works}": "2",
    }
    answer = supervisor.post("/supervise/press", data=form)
    assert answer.status_code == 200
    assert "已催办 1 件" in answer.text
    assert scene.signed in answer.text
    assert scene.stored(scene.signed).reminders == 0
    assert scene.stored(scene.at_works).reminders == 1


def test_nothing_or_too_much_chosen_is_said(login_as: Login, scene: Scene) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    none = supervisor.get("/supervise/press", follow_redirects=True)
    assert "请先勾选要催办的工单" in none.text
    many = "&".join(f"order=X{number}" for number in range(51))
    assert "一次最多催办 50 件" in supervisor.get(f"/supervise/press?{many}").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_taken_home_masked_and_recorded(
    login_as: Login, scene: Scene, clock: ManualClock, kind: str
) -> None:
    clock.now = at("2026-05-12 12:30")
    supervisor = login_as(Role.SUPERVISOR)
    token = csrf_token(supervisor, "/supervise/orders")
    answer = supervisor.post(
        f"/supervise/orders/export?list=over&format={kind}", data={"csrf_token": token}
    )
    assert answer.status_code == 200
    assert f"watched-over-2026-05-12.{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        lines = answer.data.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("工单,标题,类别")
        assert len(lines) == 4
        assert "水经办,韩审核,办理中,一般,办结,2026-05-12 09:30,3,0" in lines[1]
        assert "保密诉求" in lines[2] and "水表不转" not in answer.text
        assert "13812341234" not in answer.text
    with scene.database.reading() as session:
        row = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "work_order.export")
        ).one()
    assert (row.object_id, row.detail) == ("watched-over", {"rows": 3})


def test_only_the_supervisor_watches(login_as: Login, scene: Scene) -> None:
    for number, role in enumerate((Role.DISPATCHER, Role.AGENT, Role.ADMIN)):
        person = login_as(role, name=f"other{number}")
        for path in ("orders", "press?order=x", "papers", "declined", "returns"):
            assert person.get(f"/supervise/{path}").status_code == 403


def test_whoever_is_on_duty_stands_on_urgent_orders_in_three_rooms(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-08 22:30")
    with scene.database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.signed)).one()
        by = By(Hotline(session, iter([800])).actor(Role.DISPATCHER), clock(), PROFILE)  # type: ignore[arg-type]
        work_orders.change_urgency(session, order, by, urgency=Urgency.URGENT, text="影响全楼")
        session.add(
            DutyShift(
                unit_id=scene.water,
                day=at("2026-05-08 12:00").date(),
                period="night",
                starts_at=at("2026-05-08 19:00"),
                ends_at=at("2026-05-09 10:00"),
                name="赵夜班",
                phone="0999-8800123",
                added_at=clock(),
            )
        )
    told = "此刻值班：赵夜班 0999-8800123"
    supervisor = login_as(Role.SUPERVISOR)
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="clerk")
    assert told in supervisor.get(f"/dispatch/orders/{scene.signed}").text
    assert told in supervisor.get(f"/supervise/press?order={scene.signed}").text
    assert told in supervisor.get(f"/supervise/orders/{scene.signed}/paper").text
    assert told in clerk.get(f"/units/orders/{scene.signed}").text
    assert told not in supervisor.get(f"/dispatch/orders/{scene.at_works}").text
