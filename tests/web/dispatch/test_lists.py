"""Worklists and the 诉求 ledger: who sees what, tabs, filters, sorting, addresses."""

import html
import io
import re
import zipfile

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, CitizenRequest
from kb.terms import Outcome, Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.dispatch.conftest import Scene, send, stored
from tests.web.taken import take_home, takings
from webapp import formats

TITLE = re.compile(r'<a class="wl-title" href="[^"]+">([^<]+)</a>')


def tab_counts(page: str) -> dict[str, int]:
    plain = re.findall(r'<a href="[^"]*state=(\w+)[^"]*"[^>]*>.*?<b class="num">(\d+)</b>', page)
    return {state: int(count) for state, count in plain}


def test_the_dispatcher_starts_with_what_waits_for_dispatch(login_as: Login, scene: Scene) -> None:
    page = login_as(Role.DISPATCHER).get("/dispatch").text
    assert TITLE.findall(page) == ["路灯不亮"]
    counts = tab_counts(page)
    assert (counts["accepted"], counts["dispatched"], counts["all"]) == (1, 2, 3)
    assert counts["overdue"] == 0
    assert "已等 1 天 1 小时" in page


def test_a_unit_sees_only_its_own_orders(login_as: Login, scene: Scene) -> None:
    page = login_as(Role.UNIT_CLERK, unit_id=scene.water).get("/dispatch?state=all").text
    assert TITLE.findall(page) == ["高层没水"]
    assert tab_counts(page)["all"] == 1
    assert "accepted" not in tab_counts(page)
    assert "诉求台账" not in page


def test_a_units_filters_do_not_open_other_orders(login_as: Login, scene: Scene) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    for query in (f"unit={scene.works}", "q=电梯停运", "undispatched=1", "state=accepted"):
        page = clerk.get(f"/dispatch?state=all&{query}").text
        assert not {"电梯停运", "路灯不亮"} & set(TITLE.findall(page))


def test_due_first_by_default_and_turned_round_on_demand(
    login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    clock.forward(minutes=20)
    send(dispatcher, scene.waiting, "dispatched", unit="住建局")
    page = dispatcher.get("/dispatch?state=dispatched").text
    assert TITLE.findall(page)[-1] == "路灯不亮"
    page = dispatcher.get("/dispatch?state=dispatched&sort=-due").text
    assert TITLE.findall(page)[0] == "路灯不亮"
    assert 'aria-sort="descending"' in page


def test_overdue_orders_are_marked_with_the_exact_moment(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 11:40")
    page = login_as(Role.SUPERVISOR).get("/dispatch").text
    assert len(TITLE.findall(page)) == 2
    assert "已超 2 小时 10 分钟" in page
    assert "05-12 周二 09:30" in page
    assert "is-late" in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=青石里", ["高层没水"]),
        ("q=高层 青石里", ["高层没水"]),
        ("q=100%", []),
        ("category=公用事业", ["高层没水"]),
        ("category=公用", []),
        ("from=2026-05-06&to=2026-05-06&q=电梯", ["电梯停运"]),
        ("from=2026-05-07", []),
        ("undispatched=1", ["路灯不亮"]),
    ],
)
def test_filters(login_as: Login, scene: Scene, query: str, titles: list[str]) -> None:
    page = login_as(Role.DISPATCHER).get(f"/dispatch?state=all&{query}").text
    assert TITLE.findall(page) == titles


def test_what_cannot_be_understood_is_said_and_set_aside(login_as: Login, scene: Scene) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    answer = dispatcher.get(
        "/dispatch?state=all&from=昨天&unit=x²&sort=colour&page=-3&_external=1&_scheme=javascript"
    )
    assert answer.status_code == 200
    page = html.unescape(answer.text)
    assert "看不懂日期“昨天”" in page
    assert "“x²”不是编号" in page
    assert "没有“colour”这个筛选项" in page
    assert 'href="javascript' not in page and "javascript:" not in page
    assert len(TITLE.findall(page)) == 3
    ledger = dispatcher.get("/dispatch/requests?outcome=%00&from=2026-05-09&to=2026-05-01")
    assert ledger.status_code == 200
    assert "已对调" in ledger.text
    assert dispatcher.get("/dispatch?q=" + "(" * 2000).status_code == 200


def test_texts_from_callers_are_escaped(login_as: Login, scene: Scene, database: Database) -> None:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.numbers = iter(range(900, 999))
        request = city.request(
            at("2026-05-07 09:00"), title="<script>alert(1)</script>", content="<img src=x>"
        )
        number = city.order(request, at("2026-05-07 09:01")).number
    dispatcher = login_as(Role.DISPATCHER)
    for path in ("/dispatch?state=all", f"/dispatch/orders/{number}", "/dispatch/requests"):
        page = dispatcher.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_follow_up_lists_what_was_not_called_back_since_it_was_resolved(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    dispatcher, caller = login_as(Role.DISPATCHER), login_as(Role.FOLLOW_UP_AGENT)
    send(clerk, scene.at_water, "acknowledged")
    for _ in range(2):
        send(clerk, scene.at_water, "replied", text="修好了")
        send(dispatcher, scene.at_water, "resolved")
        assert TITLE.findall(caller.get("/dispatch").text) == ["高层没水"]
        send(caller, scene.at_water, "followed_up", satisfaction="dissatisfied", text="又坏了")
        assert TITLE.findall(caller.get("/dispatch").text) == []
        send(caller, scene.at_water, "reopened", text="又坏了")


def test_the_ledger_opens_a_request_with_what_answered_it(
    login_as: Login, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.numbers = iter(range(900, 999))
        item = city.item(city.unit("市教育局（测试）"), "报名要带什么材料")
        request = city.request(at("2026-05-07 09:00"), outcome=Outcome.ONLINE, title="报名材料")
        city.adoption(request, item)
        number = request.number
    dispatcher = login_as(Role.DISPATCHER)
    ledger = dispatcher.get("/dispatch/requests?outcome=online").text
    assert TITLE.findall(ledger) == ["报名材料"]
    page = dispatcher.get(f"/dispatch/requests/{number}").text
    for words in ("报名要带什么材料", "第 1 版", "怎么办", "市教育局（测试）"):
        assert words in page
    assert f'href="/entry/{item.id}"' in page
    editor = login_as(Role.EDITOR).get(f"/dispatch/requests/{number}").text
    assert f'href="/units/entries/{item.id}"' in editor
    handed = dispatcher.get(f"/dispatch/requests/{scene.request}").text
    assert scene.at_water in handed
    assert "138****1234" in handed
    assert "13812341234" not in handed
    assert dispatcher.get("/dispatch/requests/LC-none").status_code == 404


def test_the_ledger_reveals_a_number_on_a_reason(
    login_as: Login, scene: Scene, database: Database
) -> None:
    caller = login_as(Role.FOLLOW_UP_AGENT)
    path = f"/dispatch/requests/{scene.request}"
    token = caller.get(path).text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    for reason, status, is_shown in (("", 422, False), ("回访核实情况", 200, True)):
        form = {"csrf_token": token, "reason": reason}
        answer = caller.post(f"{path}/contact", data=form)
        assert answer.status_code == status
        assert ("13812341234" in answer.text) == is_shown


def test_a_unit_has_no_way_into_the_ledger(login_as: Login, scene: Scene) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    assert clerk.get("/dispatch/requests").status_code == 403
    assert clerk.get(f"/dispatch/requests/{scene.request}").status_code == 403


def test_lists_are_paged_by_twenty(login_as: Login, scene: Scene, database: Database) -> None:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.numbers = iter(range(500, 999))
        for _ in range(22):
            session.add(
                CitizenRequest(
                    number=f"P-{next(city.numbers)}", received_at=at("2026-05-01 09:00"), title="甲"
                )
            )
    dispatcher = login_as(Role.DISPATCHER)
    first = dispatcher.get("/dispatch/requests?q=甲").text
    assert len(TITLE.findall(first)) == 20
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = dispatcher.get(html.unescape(following[1])).text
    assert len(TITLE.findall(second)) == 2
    assert 'data-total="22"' in second


def test_an_agent_looks_orders_up_without_links_that_lead_nowhere(
    login_as: Login, scene: Scene
) -> None:
    agent = login_as(Role.AGENT)
    for path in (f"/dispatch/orders/{scene.at_water}", "/dispatch/requests"):
        answer = agent.get(path)
        assert answer.status_code == 200
        assert 'href="/dispatch"' not in answer.text
    assert agent.get("/dispatch").status_code == 403


def test_a_list_is_taken_home_without_requesters_and_logged(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    page = dispatcher.get(f"/dispatch?state=all&unit={scene.water}").text
    action = html.unescape(re.search(r'action="([^"]*orders\.xlsx[^"]*)"', page)[1])
    answer = dispatcher.post(action, data={"csrf_token": csrf_token(dispatcher, "/dispatch")})
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert scene.at_water in sheet
    assert "澜川水务集团" in sheet
    due = formats.filed_time(stored(database, scene.at_water).due_at)
    assert due.startswith("2026-") and f">{due}<" in sheet and "还有" not in sheet
    assert scene.at_works not in sheet  # the filters of the page hold
    assert "李小明" not in sheet
    assert "13812341234" not in sheet
    with database.reading() as session:
        kept = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "work_order.export")
        ).one()
    assert kept.detail == {"rows": 1}
    (row,) = take_home(dispatcher, f"/dispatch?state=all&unit={scene.water}")
    assert row["工单"] == scene.at_water
    assert takings(database)[-1] == ("work_order.export", "orders-all", 1)
    agent = login_as(Role.AGENT)
    token = csrf_token(agent, f"/dispatch/orders/{scene.at_water}")
    assert agent.post("/dispatch/orders.xlsx", data={"csrf_token": token}).status_code == 403


def test_a_list_runs_by_what_is_due_next_and_says_what_it_is(
    login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    """The water company has acknowledged: its next clock is the resolution, 05-12 09:30. The works
    have not: theirs is to acknowledge, due 05-07 09:30 and over."""
    send(login_as(Role.UNIT_CLERK, unit_id=scene.water), scene.at_water, "acknowledged")
    dispatcher = login_as(Role.DISPATCHER)
    page = dispatcher.get("/dispatch?state=all&sort=due").text
    assert TITLE.findall(page) == ["电梯停运", "高层没水", "路灯不亮"]
    rows = page.split("<tbody>", 1)[1].split("</tr>")
    assert "已超 54 分钟" in rows[0] and "签收时限</span>" in rows[0]
    assert "还有 4 天 23 小时" in rows[1] and "办结时限</span>" in rows[1]
    assert "已等" in rows[2]
    turned = dispatcher.get("/dispatch?state=all&sort=-due").text
    assert TITLE.findall(turned) == ["高层没水", "电梯停运", "路灯不亮"]
