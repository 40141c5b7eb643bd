"""The first screen: hand-counted figures, and every figure opens exactly its records."""

import html
import itertools
import re

import pytest
from flask.testing import FlaskClient
from lxml.html import document_fromstring
from sqlalchemy import event

from kb.db import Database
from kb.models import SearchRecord, Unit
from kb.terms import Outcome, Purpose, Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock

FIGURE = re.compile(r'<a class="fig"[^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.S)
TOTAL = re.compile(r'data-total="(\d+)"')


@pytest.fixture
def week(database: Database, unit: Unit) -> None:
    """05-01 to 05-07: 8 requests, 1 of them 无效; the week before: 2, both online."""
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        water = city.unit("澜川水务集团")
        entry = city.item(water, "水表怎么过户", category="公用事业/供水")
        online = city.request(
            at("2026-05-07 09:00"), outcome=Outcome.ONLINE, category="公用事业/供水"
        )
        city.adoption(online, entry)
        city.request(at("2026-05-07 09:10"), outcome=Outcome.ONLINE, category="教育/义务教育")
        undone = city.request(at("2026-05-07 09:20"), outcome=Outcome.OPEN)
        city.adoption(undone, entry, undone=True)
        city.request(at("2026-05-06 10:00"), outcome=Outcome.INVALID, category="公用事业/供水")
        handed = [
            city.request(
                at(f"2026-05-0{day} 11:00"), purpose=Purpose.HELP, category="公用事业/供水"
            )
            for day in (1, 4, 6, 6)
        ]
        late = city.order(handed[0], at("2026-05-01 11:05"), lost=entry)
        city.dispatched(late, water, at("2026-04-20 11:10"))
        done = city.order(handed[1], at("2026-05-04 11:05"))
        city.dispatched(done, water, at("2026-05-04 11:10"))
        city.resolved(done, water, at("2026-05-05 09:00"))
        running = city.order(handed[2], at("2026-05-06 11:05"))
        city.dispatched(running, unit, at("2026-05-06 11:10"))
        city.order(handed[3], at("2026-05-06 11:05"))
        for day in ("2026-04-24", "2026-04-30"):
            city.request(at(f"{day} 23:59"), outcome=Outcome.ONLINE)
        for text in ("加装电梯补贴", "加装电梯补贴", "骑楼修缮"):
            session.add(
                SearchRecord(
                    at=at("2026-05-06 15:00"), query=text, audience="staff", answered=False
                )
            )


def total_at(client: FlaskClient, href: str) -> int:
    answer = client.get(html.unescape(href))
    assert answer.status_code == 200, href
    found = TOTAL.search(answer.text)
    return int(found[1]) if found else 0


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_week_is_counted_as_by_hand(login_as: Login, week: None) -> None:
    # Monday 05-04 to Thursday 05-07 10:24: 6 valid requests, 2 of them answered online.
    text = words(login_as(Role.SUPERVISOR).get("/supervise?span=week").text)
    assert "本周运行情况" in text and "33.33 %" in text
    assert "在线办结 2 / 受理 6" in text
    assert "另有无效 1 件" in text
    assert "采纳条目 1 其他在线答复 1 转办的诉求 3 处理中 1" in text
    # The month has the lost one of 05-01 as well: (2 + 1) / 7 = 42.857…
    month = words(login_as(Role.SUPERVISOR, name="second").get("/supervise?span=month").text)
    assert "在线办结 2 / 受理 7" in month and "42.86%" in month


def test_a_change_stands_beside_what_changed_and_says_so(login_as: Login, week: None) -> None:
    page = document_fromstring(login_as(Role.SUPERVISOR).get("/supervise?span=week").text)
    heads = {
        panel.get("aria-labelledby"): [cell.text_content() for cell in panel.iter("th")][:5]
        for panel in page.xpath("//section[.//table]")
        if panel.get("aria-labelledby")
    }
    assert heads["b-cat"] == ["类别", "占比图", "件", "件数较上周", "在线办结率"]
    assert heads["b-channel"] == ["渠道", "占比图", "件", "件数较上周", "占比"]
    assert heads["b-purpose"] == ["目的", "占比图", "件", "件数较上周", "占比"]


@pytest.mark.parametrize("span", ["day", "week", "month"])
def test_every_figure_opens_exactly_its_records(login_as: Login, week: None, span: str) -> None:
    client = login_as(Role.SUPERVISOR)
    page = client.get(f"/supervise?span={span}").text
    checked = 0
    for href, shown in FIGURE.findall(page):
        figure = html.unescape(re.sub(r"<[^>]+>", "", shown)).replace(",", "").strip()
        if figure.isdigit():
            assert total_at(client, href) == int(figure), (href, figure)
            checked += 1
    assert checked >= 20


def test_the_days_of_the_chart_open_that_day(login_as: Login, week: None) -> None:
    client = login_as(Role.SUPERVISOR)
    page = client.get("/supervise?span=week").text
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>(\d\d-\d\d) ([\d,]+) 件', page)
    assert len(bars) == 14
    for href, _, count in bars:
        assert total_at(client, href) == int(count)


def test_a_page_takes_at_most_ten_queries(login_as: Login, week: None, database: Database) -> None:
    client = login_as(Role.SUPERVISOR)
    asked: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda *given: asked.append(given[2]) if given[2] != "BEGIN" else None,
    )
    for span in ("day", "week", "month"):
        asked.clear()
        assert client.get(f"/supervise?span={span}").status_code == 200
        assert len(asked) <= 10, asked


def test_a_city_without_requests_shows_dashes_and_says_so(login_as: Login) -> None:
    page = login_as(Role.SUPERVISOR).get("/supervise?span=month")
    assert page.status_code == 200
    assert "本月还没有受理诉求" in page.text
    assert "0.00%" not in page.text
    assert "100.00%" not in page.text


def test_a_strange_span_falls_back(login_as: Login, week: None) -> None:
    client = login_as(Role.SUPERVISOR)
    for asked in ("", "abc", "-1", "365"):
        assert "本周运行情况" in client.get(f"/supervise?span={asked}").text
    for asked in ("from=x&to=y", "from=2026-05-09&to=2026-05-01", "from=0001-01-01&to=9999-12-31"):
        assert client.get(f"/supervise/unanswered?{asked}&page=abc").status_code == 200


def test_each_definition_is_explained(login_as: Login) -> None:
    page = login_as(Role.SUPERVISOR).get("/supervise").text
    for said in ("指标怎么算", "在线办结 ÷ 受理量", "无效除外", "没有撤销的诉求"):
        assert said in page


def test_only_supervisors_see_the_board(login_as: Login, clock: ManualClock, unit: Unit) -> None:
    for role in (Role.AGENT, Role.DISPATCHER, Role.UNIT_CLERK):
        assert login_as(role).get("/supervise").status_code == 403
        assert (
            login_as(role, name=f"{role.value[:4]}2").get("/supervise/unanswered").status_code
            == 403
        )


def test_pages_hold_no_inline_style_or_script(login_as: Login, week: None) -> None:
    page = login_as(Role.SUPERVISOR).get("/supervise").text
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_the_charts_words_are_in_the_readers_language(login_as: Login, week: None) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    assert ">受理量（件）</text>" in supervisor.get("/supervise").text
    supervisor.set_cookie("language", "en")
    board = supervisor.get("/supervise").text
    charts = re.findall(r'<svg class="chart".*?</svg>', board, re.S)
    assert len(charts) == 2
    for chart in charts:
        assert not re.search("[\u4e00-\u9fff]", chart), chart


def test_the_categories_that_the_heat_leaves_out_are_counted(
    login_as: Login, database: Database
) -> None:
    with database.unit_of_work() as session:
        city = Hotline(session)
        for number in range(8):
            city.request(at("2026-05-06 15:00"), category=f"第{number}类/一", region="临江区")
    supervisor = login_as(Role.SUPERVISOR)
    page = supervisor.get("/supervise?span=week").text
    assert "列出件数最多的" not in page and "颜色越深件数越多" in page
    with database.unit_of_work() as session:
        city = Hotline(session, numbers=itertools.count(100))
        for number in (8, 9):
            city.request(at("2026-05-06 15:00"), category=f"第{number}类/一", region="临江区")
    page = supervisor.get("/supervise?span=week").text
    assert "列出件数最多的 8 类、1 个区域，共有 10 类、1 个区域" in page
