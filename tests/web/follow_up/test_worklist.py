"""回访 worklists: piles, filters, sorting, what comes next, and who may look."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from kb.models import WorkOrder
from kb.services import work_orders
from kb.terms import Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock
from tests.web.follow_up.conftest import Scene, missed, path_of
from tests.web.taken import take_home, takings

TITLE = re.compile(r'<a class="wl-title" href="[^"]+">([^<]+)</a>')
NEXT = re.compile(r'href="([^"]+)" data-next')


def piles(page: str) -> dict[str, int]:
    found = re.findall(r'<a href="[^"]*pile=(\w+)[^"]*"[^>]*>[^<]+<b class="num">(\d+)</b>', page)
    return {pile: int(count) for pile, count in found}


def test_what_must_be_called_back_first_stands_on_top(caller: FlaskClient, scene: Scene) -> None:
    page = caller.get("/follow-up").text
    assert TITLE.findall(page) == ["高层没水", "电梯停运", "反映夜间偷排", "咨询水费怎么算"]
    assert piles(page) == {"waiting": 4, "missed": 0, "unhappy": 0, "ending": 0}
    # Resolved Wednesday 05-06 10:00, to be called within two workdays.
    assert "05-08 周五 10:00" in page
    assert "13812341234" not in page
    turned = caller.get("/follow-up?sort=-due").text
    assert TITLE.findall(turned)[0] == "咨询水费怎么算"


def test_every_order_lies_in_one_pile(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    missed(scene, scene.first, clock)
    say = work_orders.follow_up
    scene.give(scene.second, say, clock(), satisfaction="dissatisfied", text="没修好")
    scene.give(scene.secret, say, clock(), satisfaction="satisfied")
    page = caller.get("/follow-up").text
    assert piles(page) == {"waiting": 1, "missed": 1, "unhappy": 1, "ending": 1}
    for pile, title in (
        ("missed", "高层没水"),
        ("unhappy", "电梯停运"),
        ("ending", "反映夜间偷排"),
        ("waiting", "咨询水费怎么算"),
    ):
        assert TITLE.findall(caller.get(f"/follow-up?pile={pile}").text) == [title]


def test_an_order_archived_without_a_call_waits_for_nobody(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    scene.give(scene.first, work_orders.archive, clock(), waived="匿名来电")
    assert "高层没水" not in TITLE.findall(caller.get("/follow-up").text)
    assert "高层没水" not in TITLE.findall(caller.get("/dispatch?state=follow_up").text)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("unit={works}", ["电梯停运"]),
        ("category=住房保障", ["电梯停运"]),
        ("channel=微信", ["咨询水费怎么算"]),
        ("region=汀北区", ["电梯停运"]),
        ("calls=1", ["高层没水"]),
        ("calls=0&channel=电话", ["反映夜间偷排"]),
        ("q=偷排", ["反映夜间偷排"]),
        ("doubted=1", ["电梯停运"]),
        ("region=汀南区&channel=网站", []),
    ],
)
def test_filters(
    caller: FlaskClient, scene: Scene, clock: ManualClock, query: str, titles: list[str]
) -> None:
    missed(scene, scene.first, clock, times=1)
    scene.give(
        scene.second, work_orders.rate_by_link, clock(), satisfaction="dissatisfied", text="没修"
    )
    page = caller.get(f"/follow-up?{query.format(works=scene.works)}").text
    assert TITLE.findall(page) == titles
    assert ("没有符合条件的工单" in page) == (not titles)


def test_what_cannot_be_understood_is_said_and_set_aside(caller: FlaskClient, scene: Scene) -> None:
    answer = caller.get("/follow-up?pile=x&unit=²&calls=many&sort=colour&page=-3&channel=飞鸽")
    assert answer.status_code == 200
    page = html.unescape(answer.text)
    for words in ("没有“x”这个筛选项", "“²”不是编号", "“many”不是编号", "没有“colour”这个筛选项"):
        assert words in page
    assert "飞鸽</option>" in page  # what is asked for stays visible, though nothing has it


def test_the_empty_list_says_what_comes(caller: FlaskClient, scene: Scene) -> None:
    assert "没有多次未接通的工单" in caller.get("/follow-up?pile=missed").text


def test_the_list_is_walked_in_its_own_order(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    missed(scene, scene.first, clock, times=1)
    page = caller.get("/follow-up?channel=电话").text
    walked, href = [], NEXT.findall(page)[0]
    while "/follow-up/" in href and len(walked) < 5:
        walked.append(re.search(r"/follow-up/([\w-]+)", href)[1])
        href = html.unescape(NEXT.findall(caller.get(html.unescape(href)).text)[0])
    assert walked == [scene.first, scene.secret]
    assert href == "/follow-up?channel=%E7%94%B5%E8%AF%9D"
    # Sorted by dials, those never dialled come first, the dialled one last.
    href = f"{path_of(scene.consultation)}?sort=calls"
    assert NEXT.findall(caller.get(href).text)[0] == f"{path_of(scene.first)}?sort=calls"


def test_an_order_without_a_running_clock_stands_last(
    caller: FlaskClient, scene: Scene, database, clock: ManualClock
) -> None:
    with database.unit_of_work() as session:
        row = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.first)).one()
        row.call_back_due_at = None  # as an imported order has it
    assert TITLE.findall(caller.get("/follow-up").text)[-1] == "高层没水"
    last = caller.get(path_of(scene.consultation)).text
    assert NEXT.findall(last)[0] == path_of(scene.first)
    assert "这是最后一件" in caller.get(path_of(scene.first)).text


def test_lists_are_paged_by_twenty(caller: FlaskClient, scene: Scene, database) -> None:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.numbers = iter(range(500, 999))
        unit = city.unit("市城市管理局")
        for _ in range(22):
            request = city.request(at("2026-05-05 09:00"), title="井盖松动")
            order = city.order(request, at("2026-05-05 09:05"))
            city.dispatched(order, unit, at("2026-05-05 09:30"))
            city.resolved(order, unit, at("2026-05-05 10:00"))
    first = caller.get("/follow-up?q=井盖").text
    assert len(TITLE.findall(first)) == 20
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = caller.get(html.unescape(following[1])).text
    assert len(TITLE.findall(second)) == 2
    assert 'data-total="22"' in second


def test_the_list_costs_few_queries(caller: FlaskClient, scene: Scene) -> None:
    said: list[str] = []

    def note(*given: object) -> None:
        said.append(str(given[2]))

    event.listen(scene.database.engine, "before_cursor_execute", note)
    try:
        assert caller.get("/follow-up?channel=电话").status_code == 200
    finally:
        event.remove(scene.database.engine, "before_cursor_execute", note)
    queries = [text for text in said if text.lstrip().upper().startswith("SELECT")]
    assert 0 < len(queries) <= 10, queries


def test_only_who_calls_back_has_the_room(login_as: Login, scene: Scene, client) -> None:
    for role in (Role.DISPATCHER, Role.AGENT, Role.EDITOR, Role.ADMIN):
        other = login_as(role)
        assert other.get("/follow-up").status_code == 403
        assert other.get(path_of(scene.first)).status_code == 403
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    assert clerk.get(path_of(scene.first)).status_code == 403
    assert client.get("/follow-up").status_code == 302


def test_a_call_back_agent_lands_in_the_room(caller: FlaskClient) -> None:
    page = caller.get("/follow-up").text
    assert re.search(r'<a href="/follow-up" aria-current="page">回访</a>', page)
    assert "/desk" not in re.search(r"<nav aria-label=.主导航.>(.*?)</nav>", page, re.S)[1]


def test_a_worklist_can_be_taken_home_without_the_people_in_it(
    caller: FlaskClient, scene: Scene
) -> None:
    rows = take_home(caller, "/follow-up?sort=-due")
    assert rows[0]["标题"] == "咨询水费怎么算"
    assert {row["标题"] for row in rows} >= {"高层没水", "电梯停运", "保密诉求"}
    assert {row["标题"]: row for row in rows}["高层没水"]["回访时限"] == "2026-05-08 10:00"
    assert rows[0]["渠道"] == "微信" and rows[0]["未接通次数"] == "0"
    assert not any(said in str(rows) for said in ("13812341234", "夜间偷排"))
    assert len(take_home(caller, f"/follow-up?unit={scene.works}")) == 1
    assert takings(scene.database) == [
        ("work_order.export", "follow-up-waiting", 4),
        ("work_order.export", "follow-up-waiting", 1),
    ]
