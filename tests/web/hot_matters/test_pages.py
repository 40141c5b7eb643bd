"""热点事项: asking for a period, deciding on what was found, and the records behind."""

import re

import pytest

from kb.bulletins.periods import Period
from kb.db import Database
from kb.services.matter_rounds import take, whole_month, work_out
from kb.terms import Role
from tests.kb.hot_matters.test_grouping import OTHER_SITE, SITE
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token

MAY = whole_month(Period(at("2026-05-07 12:00").date(), at("2026-05-07 12:00").date()))
HOME = "/supervise/matters"


@pytest.fixture
def records(database: Database) -> None:
    with database.unit_of_work() as session:
        city = Hotline(session)
        for day, title in enumerate([*SITE, *OTHER_SITE, "松泉花园工地夜间施工"], 1):
            city.request(at(f"2026-05-0{day} 09:00"), title=f"{title}，电话 13812341234")


def find(database: Database, clock: ManualClock) -> None:
    period = take(database, clock)
    assert period == MAY
    work_out(database, period, clock)


def test_from_asking_to_an_accepted_matter(
    login_as: Login, database: Database, clock: ManualClock, records: None
) -> None:
    browser = login_as(Role.SUPERVISOR)
    page = browser.get(HOME).text
    assert "这个时段还没有计算" in page
    token = csrf_token(browser, HOME)
    asked = browser.post(f"{HOME}/ask", data={"csrf_token": token}, follow_redirects=True)
    assert "已排队" in asked.text and "data-working" in asked.text
    find(database, clock)
    page = browser.get(HOME).text
    assert "待定&nbsp;<span" in page and "13812341234" not in page
    first = re.findall(r'id="g(\d+)"', page)
    assert len(first) == 2
    form = {"csrf_token": token, "name": "东园小区工地夜间施工"}
    said = browser.post(f"{HOME}/{first[0]}/accept", data=form, follow_redirects=True)
    assert "已采用“东园小区工地夜间施工”" in said.text

    again = browser.post(f"{HOME}/{first[0]}/dismiss", data={"csrf_token": token})
    assert again.status_code == 409 and "刚刚有人对这一组作了决定" in again.text
    empty = browser.post(f"{HOME}/{first[1]}/accept", data={"csrf_token": token, "name": " "})
    assert empty.status_code == 422 and "2 到 60 个字" in empty.text

    rows = browser.get(f"{HOME}/records/{first[0]}").text
    assert rows.count("/dispatch/requests/LC-") == 4
    assert "13812341234" not in rows

    kept = browser.get(f"{HOME}?tab=accepted").text
    matter, seen = re.findall(r'decided/(\d+)/undo.*?name="rev" value="(\d+)"', kept, re.S)[0]
    undone = browser.post(
        f"{HOME}/decided/{matter}/undo",
        data={"csrf_token": token, "rev": seen},
        follow_redirects=True,
    )
    assert "已撤销上一步" in undone.text
    late = browser.post(f"{HOME}/decided/{matter}/undo", data={"csrf_token": token, "rev": seen})
    assert late.status_code == 409


def test_a_period_that_cannot_be_read_is_said(login_as: Login) -> None:
    page = login_as(Role.EDITOR).get(f"{HOME}?from=2026-13-01&to=2026-05-01")
    assert page.status_code == 200 and "看不懂日期" in page.text
    page = login_as(Role.EDITOR, name="second").get(f"{HOME}?from=2020-01-01&to=2026-05-01")
    assert "时段最长 366 天" in page.text


def test_records_of_nothing_are_not_found(login_as: Login) -> None:
    assert login_as(Role.SUPERVISOR).get(f"{HOME}/records/5").status_code == 404
