"""专项: preview, saving, tracking, history; the count is what its list holds."""

import re
from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from kb.db import Database
from kb.terms import Role
from tests.kb.bulletins.book import Book, march
from tests.web.conftest import Login, ManualClock, csrf_token

HOME = "/supervise/topics"
MARCH = "?from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def book(database: Database, clock: ManualClock) -> None:
    """The little book of March: R2 and R6 of the matter in March, R9 in February."""
    clock.now = datetime(2026, 4, 5, 4, 0, tzinfo=UTC)
    with database.unit_of_work() as session:
        march(Book(session))


def figures(page: TestResponse) -> list[str]:
    return re.findall(r'class="fig" href="[^"]*">([\d,]+)</a>', page.text)


def test_from_preview_to_history(login_as: Login) -> None:
    browser = login_as(Role.SUPERVISOR)
    form = {
        "csrf_token": csrf_token(browser, f"{HOME}/new"),
        "name": "房屋与噪声",
        "categories": "城建/房屋\n环保/噪声",
        "from": "2026-03-01",
        "to": "2026-03-31",
    }
    seen = browser.post(f"{HOME}/new", data=form | {"act": "preview"})
    assert "有 2 件符合" in seen.text and "还没有保存" in seen.text
    empty = browser.post(f"{HOME}/new", data=form | {"categories": "", "act": "save"})
    assert (
        empty.status_code == 422 and "至少写一个条件" in empty.text and "房屋与噪声" in empty.text
    )
    saved = browser.post(f"{HOME}/new", data=form | {"act": "save"}, follow_redirects=True)
    assert "已保存" in saved.text
    again = browser.post(f"{HOME}/new", data=form | {"act": "save"})
    assert again.status_code == 422 and "已有同名的专项" in again.text

    listed = browser.get(HOME + MARCH)
    assert figures(listed) == ["2"] and "督办，修改" in listed.text
    tracked = browser.get(f"{HOME}/track{MARCH}&name=房屋与噪声")
    assert figures(tracked)[:3] == ["2", "1", "0"]
    behind = re.search(r'class="fig" href="([^"]*)"', listed.text)
    assert behind is not None
    records = browser.get(behind[1].replace("&amp;", "&"))
    assert 'data-total="2"' in records.text

    number = re.findall(r"topics/(\d+)\"", listed.text)[0]
    changed = {**form, "act": "save", "categories": "城建", "rev": "1"}
    assert browser.post(f"{HOME}/{number}", data=changed).status_code == 302
    assert figures(browser.get(HOME + MARCH)) == ["3"]
    late = browser.post(f"{HOME}/{number}", data=changed)
    assert late.status_code == 409 and "这个专项刚刚在别处改过" in late.text
    history = browser.get(f"{HOME}/{number}").text
    assert "类别：城建/房屋、环保/噪声" in history and "类别：城建<" in history
    told = browser.get(f"{HOME}/track{MARCH}&name=房屋与噪声").text.split('class="acts-told"')[1]
    assert told.index("做法 修改 · 名称 房屋与噪声") < told.index("做法 新建 · 名称 房屋与噪声")
    leader = login_as(Role.LEADER).get(f"{HOME}/track{MARCH}&name=房屋与噪声")
    assert leader.status_code == 200 and "acts-told" not in leader.text
    gone = browser.post(f"{HOME}/{number}/remove", data=form | {"rev": "2"}, follow_redirects=True)
    assert "停用" in gone.text and figures(browser.get(HOME + MARCH)) == []
    browser.post(f"{HOME}/{number}/restore", data=form | {"rev": "3"})
    assert figures(browser.get(HOME + MARCH)) == ["3"]


def test_a_condition_that_cannot_be_read_is_said(login_as: Login) -> None:
    browser = login_as(Role.SUPERVISOR)
    form = {"csrf_token": csrf_token(browser, f"{HOME}/new"), "name": "接听日", "days": "五月七日"}
    said = browser.post(f"{HOME}/new", data=form | {"act": "preview"})
    assert said.status_code == 422 and "一行一个" in said.text and "五月七日" in said.text
    assert login_as(Role.AGENT).get(HOME).status_code == 403
    assert browser.get(f"{HOME}/track?name=没有").status_code == 404
